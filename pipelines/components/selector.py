"""The selector: which of the words a reader marked are quoted, and how sure that is."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from haystack import Document, component, default_from_dict, default_to_dict
from haystack.dataclasses import ExtractedAnswer

from pipelines.components.candidates import Candidate, candidates
from pipelines.components.confidence import CALIBRATION_FILE, Confidence, ReaderScore, load_calibration
from pipelines.components.words import words
from pipelines.documents import document_to_citation
from pipelines.models import READER_FOLDER
from pipelines.types import Answer, Citation, Outcome, Quote

CANDIDATES = 24
"""Spans that compete for an answer; more change nothing and cost time."""
MOST_QUOTES = 5
MOST_NEAREST = 3
_LESS_LIKELY = 0.5
"""Quotes after the first are given down to this share of the confidence below which nothing is."""


@dataclass(slots=True)
class Group:
    """Candidates that say the same.

    :param members: The candidates, the best first.
    :param shares: Their shares, of those that say it in the same sentence the best one's.
    """

    members: list[Candidate]
    shares: list[float] = field(default_factory=list)


@component
class AnswerSelector:
    """Merges what says the same, weighs it, orders it, and abstains when nothing is likely enough.

    :param calibration: A `calibration.json`, read by `warm_up`; None: the reader's own score counts.
    :param answered: Confidence from which an answer is *answered*; None: as calibrated.
    :param unsure: Confidence below which nothing is quoted; None: as calibrated.
    """

    def __init__(
        self,
        calibration: str | None = str(READER_FOLDER / CALIBRATION_FILE),
        *,
        answered: float | None = None,
        unsure: float | None = None,
    ) -> None:
        self.calibration = calibration
        self.answered = answered
        self.unsure = unsure
        self._confidence: Confidence | None = None

    def warm_up(self) -> None:
        """Read the calibration; a second call does nothing.

        :raises pipelines.errors.ConfigurationError: If it cannot be read.
        """
        if self._confidence is None:
            self._confidence = load_calibration(Path(self.calibration)) if self.calibration else ReaderScore()

    @component.output_types(answer=Answer)
    def run(
        self,
        question: str,
        *,
        answers: list[ExtractedAnswer],
        documents: list[Document],
        copies: dict[str, list[Document]] | None = None,
        notices: list[str] | None = None,
    ) -> dict[str, Answer]:
        """Select the quotes.

        :param question: The question.
        :param answers: What the reader marked.
        :param documents: The passages it read, best first.
        :param copies: Passages that were left out as copies of those that were read, by the id of the one that was.
        :param notices: What the asker should know.
        :returns: `answer`, without the time it took.
        :raises RuntimeError: If it is not warmed up.
        """
        confidence = self._confidence
        if confidence is None:
            msg = "AnswerSelector must be warmed up before it runs: call warm_up()."
            raise RuntimeError(msg)
        found = candidates(answers, CANDIDATES)
        groups = merge(found, confidence.shares(found, documents))
        quotes = [_quote(group, confidence.together(group.shares), copies or {}) for group in groups]
        # Of equals, the one whose best candidate is the best comes first, as it was.
        quotes.sort(key=lambda quote: -quote.confidence)
        best = quotes[0].confidence if quotes else 0.0
        unsure = confidence.unsure if self.unsure is None else self.unsure
        # A lower bound that one setting raises must not stand above the upper one.
        answered = max(unsure, confidence.answered if self.answered is None else self.answered)
        if best < unsure or not quotes:
            nearest = tuple(_nearest(documents))
            return {"answer": Answer(question, Outcome.NOT_FOUND, nearest=nearest, notices=tuple(notices or ()))}
        kept = [quote for quote in quotes if quote.confidence >= unsure * _LESS_LIKELY][:MOST_QUOTES]
        outcome = Outcome.ANSWERED if best >= answered else Outcome.UNSURE
        return {"answer": Answer(question, outcome, tuple(kept), notices=tuple(notices or ()))}

    def to_dict(self) -> dict[str, Any]:
        """Describe the component for `Pipeline.dumps`."""
        return default_to_dict(self, calibration=self.calibration, answered=self.answered, unsure=self.unsure)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "AnswerSelector":
        """Make the component from its description.

        :param data: What `to_dict` gave.
        """
        return default_from_dict(cls, data)


def merge(found: Sequence[Candidate], shares: Sequence[float]) -> list[Group]:
    """Put together the candidates that say the same.

    :param found: Candidates.
    :param shares: The share of each.
    :returns: Groups, the one with the best single candidate first.
    """
    groups: list[Group] = []
    for candidate, share in sorted(zip(found, shares, strict=True), key=lambda pair: -pair[1]):
        same = next((group for group in groups if group.members[0].says_the_same_as(candidate)), None)
        if same is None:
            groups.append(Group([candidate], [share]))
        else:
            # The same sentence in another article is a copy of it, and bears no witness of its own.
            if not any(_is_copied(candidate, member) for member in same.members):
                same.shares.append(share)
            same.members.append(candidate)
    return groups


def _is_copied(one: Candidate, other: Candidate) -> bool:
    return one.citation.id != other.citation.id and words(one.sentence_text) == words(other.sentence_text)


def _citations(candidate: Candidate, copies: Mapping[str, Sequence[Document]]) -> Iterator[Citation]:
    """Cite a candidate's article and the copies of it that have its very words."""
    yield candidate.citation
    for copy in copies.get(candidate.document_id, ()):
        if candidate.text in (copy.content or ""):
            yield document_to_citation(copy)


def _quote(group: Group, confidence: float, copies: Mapping[str, Sequence[Document]]) -> Quote:
    best = group.members[0]
    cited = (citation for one in group.members for citation in _citations(one, copies))
    others = {citation.id: citation for citation in cited if citation.id != best.citation.id}.values()
    offset = best.passage.span.start
    return Quote(
        text=best.text,
        start=best.place.start,
        end=best.place.end,
        confidence=confidence if math.isfinite(confidence) else 0.0,
        sentence=best.sentence_text,
        sentence_start=offset + best.sentence.start,
        passage=best.passage.span,
        article=best.citation,
        also_in=tuple(others),
    )


def _nearest(documents: Sequence[Document]) -> list[Citation]:
    return list(dict.fromkeys(document_to_citation(document) for document in documents))[:MOST_NEAREST]
