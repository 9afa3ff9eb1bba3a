"""Copies: of passages that stand in several copies of one article, one is read and all are cited."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any

from haystack import Document, component, default_from_dict, default_to_dict

from pipelines.store.searchable import Searchable
from pipelines.wording import Wording

_LEAST_SHARED = 0.7
_LEAST_FAMILY, _NO_FAMILY = 2, -1


@dataclass(frozen=True, slots=True)
class _Member:
    """A passage of an article that may have copies."""

    document: Document
    wording: Wording

    def is_copy_of(self, other: "_Member") -> bool:
        if self.document.meta["article_id"] == other.document.meta["article_id"]:
            return False
        return self.wording.says_what(other.wording, least=_LEAST_SHARED)


@component
class CopyMerger:
    """Keeps the best of passages that are copies of each other; what only one copy of an article has stays.

    :param document_store: The store, which knows the articles that are copies of one text.
    :param top_k: Passages to keep, at most, from 1.
    """

    def __init__(self, document_store: Searchable, *, top_k: int = 8) -> None:
        self.document_store = document_store
        self.top_k = top_k

    @component.output_types(documents=list[Document], copies=dict[str, list[Document]])
    def run(self, documents: list[Document]) -> dict[str, Any]:
        """Merge passages.

        :param documents: Passages, best first.
        :returns: `documents`, the passages that are kept, best first, and `copies`, those that were left out as copies
            of them, by the id of the one that was kept.
        """
        families = self.document_store.families({document.meta["article_id"] for document in documents})
        sizes = Counter(families.values())
        kept: list[Document] = []
        copies: dict[str, list[Document]] = defaultdict(list)
        relatives: dict[int, list[_Member]] = defaultdict(list)
        for document in documents:
            family = families.get(document.meta["article_id"], _NO_FAMILY)
            if sizes[family] < _LEAST_FAMILY:
                kept.append(document)
                continue
            member = _Member(document, Wording(document.content or ""))
            original = next((one for one in relatives[family] if member.is_copy_of(one)), None)
            if original is None:
                kept.append(document)
                relatives[family].append(member)
            else:
                copies[original.document.id].append(document)
        chosen = [_cited_first([one, *copies[one.id]]) for one in kept[: self.top_k]]
        return {
            "documents": [same[0] for same in chosen],
            "copies": {same[0].id: same[1:] for same in chosen if len(same) > 1},
        }

    def to_dict(self) -> dict[str, Any]:
        """Write down how the component was made."""
        return default_to_dict(self, document_store=self.document_store, top_k=self.top_k)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "CopyMerger":
        """Make a component from what `to_dict` wrote."""
        return default_from_dict(cls, data)


def _cited_first(same: list[Document]) -> list[Document]:
    """Put the copy to read and to cite first: the best ranked, or one with its words and a day if it has none."""
    best = same[0]
    dated = (one for one in same if one.meta.get("published") and one.content == best.content)
    first = best if best.meta.get("published") else next(dated, best)
    return [first, *(one for one in same if one is not first)]
