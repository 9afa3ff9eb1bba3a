"""What speaks for a candidate and against it: the numbers that its confidence is made of."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from haystack import Document

from pipelines.components.candidates import Candidate
from pipelines.components.kinds import question_kind
from pipelines.components.words import content_stems, share_found
from pipelines.types import PassageKind

Features = Mapping[str, float]

# Logits are put on the scale of the other features, so that one penalty suits all weights when they are fitted.
_LOGIT_SCALE = 10.0
# Margins of plain "not here" lie below this; how far below says little.
_CLEARLY_NOT = -5.0


@dataclass(frozen=True)
class Retrieved:
    """What retrieval found for a question.

    :param read: The passages that were read, best first.
    :param keyword: The keyword index's passages with their scores.
    :param dense: The vector index's passages with their cosine similarities.
    """

    read: Sequence[Document]
    keyword: Sequence[Document]
    dense: Sequence[Document]

    @cached_property
    def ranks(self) -> dict[str, int]:
        """The rank of each passage read, from 0."""
        return {document.id: rank for rank, document in enumerate(self.read)}

    @cached_property
    def keyword_scores(self) -> dict[str, float]:
        """Keyword scores as shares of the best one, by passage."""
        return _shares(self.keyword)

    @cached_property
    def similarities(self) -> dict[str, float]:
        """Cosine similarities by passage."""
        return {document.id: document.score or 0.0 for document in self.dense}

    @cached_property
    def articles(self) -> list[str]:
        """The articles of the passages read, best first."""
        return list(dict.fromkeys(document.meta["article_id"] for document in self.read))

    @cached_property
    def article_shares(self) -> dict[str, float]:
        """How much of the fusion's whole score each article has."""
        whole = sum(document.score or 0.0 for document in self.read) or 1.0
        shares: dict[str, float] = {}
        for document in self.read:
            name = document.meta["article_id"]
            shares[name] = shares.get(name, 0.0) + (document.score or 0.0) / whole
        return shares


def describe(question: str, found: Sequence[Candidate], retrieved: Retrieved) -> list[Features]:
    """Describe candidates by numbers.

    :param question: The question.
    :param found: Candidates with evidence, best first by the reader.
    :param retrieved: What retrieval found.
    :returns: Named features of each candidate; one that is missing is 0.
    """
    asked = question_kind(question)
    stems = content_stems(question)
    margins = [one.evidence.margin if one.evidence else 0.0 for one in found]
    best_of: dict[str, float] = {}
    for one, margin in zip(found, margins, strict=True):
        best_of[one.document_id] = max(margin, best_of.get(one.document_id, -math.inf))
    return [
        {
            **_reading(margin, best_of[one.document_id], max(margins)),
            **_retrieval(one, retrieved),
            **_wording(one, stems),
            "question_words": len(stems) / _LOGIT_SCALE,
            f"{asked}:{one.kind}": 1.0,
        }
        for one, margin in zip(found, margins, strict=True)
    ]


def _reading(margin: float, best_of_passage: float, best: float) -> Features:
    return {
        "margin": margin / _LOGIT_SCALE,
        "margin_above_null": max(margin, 0.0) / _LOGIT_SCALE,
        "margin_far_below_null": min(margin - _CLEARLY_NOT, 0.0) / _LOGIT_SCALE,
        "below_best_of_passage": (margin - best_of_passage) / _LOGIT_SCALE,
        "best": float(margin == best),
    }


def _retrieval(one: Candidate, retrieved: Retrieved) -> Features:
    similarities = retrieved.similarities
    # A passage that only the keyword index found is less similar than any that the vector index gave.
    similarity = similarities.get(one.document_id, min(similarities.values(), default=0.0))
    article = one.citation.id
    return {
        "rank": 1 / (1 + retrieved.ranks.get(one.document_id, len(retrieved.ranks))),
        "keyword": retrieved.keyword_scores.get(one.document_id, 0.0),
        "similarity": similarity,
        "below_best_similarity": similarity - max(similarities.values(), default=0.0),
        "article_first": float(retrieved.articles[:1] == [article]),
        "article_rank": min(4, retrieved.articles.index(article)) / 4 if article in retrieved.articles else 1.0,
        "article_share": retrieved.article_shares.get(article, 0.0),
    }


def _wording(one: Candidate, stems: Sequence[str]) -> Features:
    own = content_stems(one.text)
    return {
        "sentence_has": share_found(stems, one.sentence_text),
        "passage_has": share_found(stems, f"{one.citation.title} {one.passage.text}"),
        "repeats_question": sum(stem in stems for stem in own) / len(own) if own else 0.0,
        "words": math.log1p(len(one.text.split())),
        "several_sentences": float(any(mark in one.text for mark in (". ", "! ", "? ", "\n"))),
        "caption": float(one.passage.kind is PassageKind.CAPTION),
    }


def _shares(documents: Sequence[Document]) -> dict[str, float]:
    best = max((document.score or 0.0 for document in documents), default=0.0)
    return {document.id: (document.score or 0.0) / best for document in documents} if best > 0 else {}
