"""Families of articles in the cluster: those that are copies, or near copies, of one text."""

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from opensearchpy import OpenSearch
from opensearchpy.exceptions import TransportError

from pipelines.store.copies import MOST_COMPARED, is_copy, least_common
from pipelines.store.opensearch.queries import alike
from pipelines.types import Article
from pipelines.wording import Wording

# What was just written cannot be searched yet, so that many articles are kept here to be compared with.
_MOST_KEPT = 1_000


@dataclass(frozen=True, slots=True)
class Joined:
    """An article that has found its family.

    :param wording: Its words.
    :param family: A number: the same for copies of one text.
    :param is_copy: Whether it is a copy of another article.
    """

    wording: Wording
    family: int
    is_copy: bool


@dataclass(frozen=True, slots=True)
class _Candidate:
    """An article that shares anchors."""

    digest: int
    text: str
    family: int


class Copies:
    """Finds the families of articles that are written."""

    def __init__(self) -> None:
        self._kept: dict[str, Joined] = {}

    @property
    def is_full(self) -> bool:
        """Whether what was written should be made searchable and forgotten here."""
        return len(self._kept) >= _MOST_KEPT

    def forget(self) -> None:
        """Forget what was written: it can be searched now."""
        self._kept.clear()

    def join(self, client: OpenSearch, index: str, articles: Sequence[Article]) -> dict[str, Joined]:
        """Find the family of each article: that of its copies, or one of its own.

        :param client: The client.
        :param index: The index of the articles.
        :param articles: Articles that are about to be written, in place of earlier versions.
        :returns: By article id, what was found.
        """
        wordings = {article.citation.id: Wording(article.text) for article in articles}
        found = _search(client, index, wordings, but=self._kept.keys() | wordings.keys())
        for id_ in wordings:
            self._kept.pop(id_, None)
        joined: dict[str, Joined] = {}
        for id_, wording in wordings.items():
            candidates = [*self._alike(wording), *found.get(id_, ())]
            original = next((one for one in candidates if is_copy(wording, one.digest, one.text)), None)
            family = original.family if original else _own_number(id_, wording)
            joined[id_] = self._kept[id_] = Joined(wording, family, original is not None)
        return joined

    def _alike(self, wording: Wording) -> Iterator[_Candidate]:
        anchors, least = set(wording.anchors), least_common(wording)
        for kept in self._kept.values():
            if anchors and len(anchors.intersection(kept.wording.anchors)) >= least:
                yield _Candidate(kept.wording.digest, kept.wording.text, kept.family)


def _search(
    client: OpenSearch, index: str, wordings: Mapping[str, Wording], *, but: Collection[str]
) -> dict[str, list[_Candidate]]:
    """Find what can be searched already, all in one request; a text without words has no copies."""
    asked = {id_: wording for id_, wording in wordings.items() if wording.anchors}
    lines: list[dict[str, Any]] = []
    for wording in asked.values():
        lines += [{}, alike(wording.anchors, least=least_common(wording), but=but, size=MOST_COMPARED)]
    answers = client.msearch(index=index, body=lines)["responses"] if lines else []
    return {
        id_: [_candidate(hit["_source"]) for hit in _hits(answer)] for id_, answer in zip(asked, answers, strict=True)
    }


def _hits(answer: dict[str, Any]) -> list[dict[str, Any]]:
    if "error" in answer:
        raise TransportError(answer["status"], answer["error"]["type"], answer)
    hits: list[dict[str, Any]] = answer["hits"]["hits"]
    return hits


def _candidate(source: dict[str, Any]) -> _Candidate:
    return _Candidate(source["digest"], source["text"], source["family"])


def _own_number(article_id: str, wording: Wording) -> int:
    """Make a number that no other article has, nor this one with another text."""
    digest = hashlib.blake2b(f"{article_id}:{wording.digest}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1
