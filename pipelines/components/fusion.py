"""Weighted reciprocal rank fusion of the keyword and the vector index (Cormack, Clarke and Büttcher, 2009)."""

from collections import defaultdict
from copy import copy
from typing import Any

from haystack import Document, component, default_from_dict, default_to_dict

RANK_CONSTANT = 60
"""k of the paper: how slowly the weight of a rank falls."""


@component
class WeightedReciprocalRankFusion:
    """Joins two rankings by name, so that a weight always belongs to its index, whatever ran first.

    `score = sum of weight / (60 + rank)` over the rankings that hold the document, ranks from 1, scaled so that a
    document that is first in both has 1.

    :param keyword_weight: Weight of the keyword ranking, 0 or more.
    :param dense_weight: Weight of the vector ranking, 0 or more.
    :param top_k: Documents to keep, at most.
    :raises ValueError: If both weights are 0 or one is negative.
    """

    def __init__(self, keyword_weight: float = 0.5, dense_weight: float = 0.5, top_k: int = 10) -> None:
        if min(keyword_weight, dense_weight) < 0 or keyword_weight + dense_weight == 0:
            msg = f"weights must be 0 or more and not both 0, got {keyword_weight} and {dense_weight}"
            raise ValueError(msg)
        self.keyword_weight = keyword_weight
        self.dense_weight = dense_weight
        self.top_k = top_k

    @component.output_types(documents=list[Document])
    def run(self, keyword_documents: list[Document], dense_documents: list[Document]) -> dict[str, list[Document]]:
        """Join the rankings.

        :param keyword_documents: The keyword index's documents, best first.
        :param dense_documents: The vector index's documents, best first.
        :returns: `documents`, best first; of equals the one that an index ranks best, then by their text. Their ids
            hang on where the articles lie, which must not change an answer.
        """
        scores: dict[str, float] = defaultdict(float)
        best_ranks: dict[str, int] = {}
        documents: dict[str, Document] = {}
        whole = (self.keyword_weight + self.dense_weight) / (RANK_CONSTANT + 1)
        for weight, ranking in ((self.keyword_weight, keyword_documents), (self.dense_weight, dense_documents)):
            for rank, document in enumerate(ranking, 1):
                documents.setdefault(document.id, document)
                best_ranks[document.id] = min(rank, best_ranks.get(document.id, rank))
                scores[document.id] += weight / (RANK_CONSTANT + rank) / whole
        order = sorted(scores, key=lambda key: (-scores[key], best_ranks[key], documents[key].content or ""))
        best = order[: self.top_k]
        return {"documents": [_rescored(documents[key], scores[key]) for key in best if scores[key] > 0]}

    def to_dict(self) -> dict[str, Any]:
        """Describe the component for `Pipeline.dumps`."""
        return default_to_dict(
            self, keyword_weight=self.keyword_weight, dense_weight=self.dense_weight, top_k=self.top_k
        )

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "WeightedReciprocalRankFusion":
        """Make the component from its description.

        :param data: What `to_dict` gave.
        """
        return default_from_dict(cls, data)


def _rescored(document: Document, score: float) -> Document:
    # `dataclasses.replace` makes Haystack check the document again, which takes three times as long.
    rescored = copy(document)
    vars(rescored)["score"] = score
    return rescored
