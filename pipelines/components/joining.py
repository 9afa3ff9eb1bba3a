"""Joining: passages of one article that overlap are read as one, for the context and for less to read."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from haystack import Document, component

from pipelines.types import PassageKind

MOST_WORDS = 140
"""Words of a joined passage: two of the splitter's. With longer ones wrong quotes get surer (docs/models.md)."""


@component
class PassageJoiner:
    """Joins body passages of an article where the next begins before the one before it ends."""

    @component.output_types(documents=list[Document], copies=dict[str, list[Document]])
    def run(self, documents: list[Document], copies: dict[str, list[Document]]) -> dict[str, Any]:
        """Join passages.

        :param documents: Passages, best first.
        :param copies: Passages that were left out as copies, by the id of the one that was kept.
        :returns: `documents`, a joined one in the place and with the id of the best of its parts, and `copies`, those
            of all parts of a joined one together.
        """
        ranks = {document.id: rank for rank, document in enumerate(documents)}
        runs: list[list[Document]] = []
        for document in sorted(documents, key=_place):
            if runs and _goes_on(runs[-1], document):
                runs[-1].append(document)
            else:
                runs.append([document])
        joined = {min(run, key=lambda one: ranks[one.id]).id: run for run in runs}
        order = sorted(joined, key=lambda best: ranks[best])
        told = {best: [copy for part in joined[best] for copy in copies.get(part.id, ())] for best in order}
        return {
            "documents": [replace(_join(joined[best]), id=best) for best in order],
            "copies": {best: left_out for best, left_out in told.items() if left_out},
        }


def _place(document: Document) -> tuple[str, bool, int]:
    meta = document.meta
    return meta["article_id"], meta["kind"] != PassageKind.BODY, meta["start"]


def _goes_on(run: Sequence[Document], document: Document) -> bool:
    last, here = run[-1].meta, document.meta
    overlaps = last["article_id"] == here["article_id"] and last["kind"] == here["kind"] == PassageKind.BODY
    return (
        overlaps
        and here["start"] <= last["end"] < here["end"]
        and len((_join([*run, document]).content or "").split()) <= MOST_WORDS
    )


def _join(run: Sequence[Document]) -> Document:
    text, end = run[0].content or "", run[0].meta["end"]
    for document in run[1:]:
        text += (document.content or "")[end - document.meta["start"] :]
        end = document.meta["end"]
    return replace(run[0], content=text, meta={**run[0].meta, "end": end}) if len(run) > 1 else run[0]
