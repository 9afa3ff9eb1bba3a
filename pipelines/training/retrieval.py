"""How well vectors find the passage that answers: recall and mean reciprocal rank of exact search."""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from pipelines.training.pairs import AskedArticle

Encode = Callable[[Sequence[str]], npt.NDArray[np.float32]]
"""Texts to vectors of unit length, float32 [texts, dimension]."""


def retrieval_figures(encode: Encode, articles: Sequence[AskedArticle]) -> dict[str, float]:
    """Ask every question of the passages of all articles.

    :param encode: The encoder.
    :param articles: At least one.
    :returns: `recall_at_1` and `recall_at_5`, 0 to 100: how often a right passage is among the first; `mrr`, 0 to 1.
    """
    passages: list[str] = []
    questions: list[str] = []
    right: list[frozenset[int]] = []
    for article in articles:
        for one in article.pairs:
            questions.append(one.question)
            right.append(frozenset(len(passages) + place for place in one.passages))
        passages.extend(article.passages)
    alike = encode(questions) @ encode(passages).T
    ranks = []
    for scores, places in zip(alike, right, strict=True):
        best = max(scores[place] for place in places)
        ranks.append(1 + int((scores > best).sum()))
    found = np.array(ranks)
    return {
        "recall_at_1": 100 * float((found <= 1).mean()),
        "recall_at_5": 100 * float((found <= 5).mean()),  # noqa: PLR2004
        "mrr": float((1 / found).mean()),
    }
