"""`python -m pipelines.training fusion`: measure how much each of the two indexes should weigh."""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from haystack import Document

from pipelines.components.encoder import SentenceEncoder
from pipelines.components.fusion import WeightedReciprocalRankFusion
from pipelines.components.retrievers import DenseRetriever, KeywordRetriever
from pipelines.training.data import Example, read_squad
from pipelines.training.library import index_texts
from pipelines.training.negatives import holds

CANDIDATES = 30
"""Passages taken from each index, as the product takes."""
READ = 6
"""Passages read, as the product reads."""
STEPS = 20
"""Steps between the keyword index alone and the vector index alone."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """What both indexes found for a question.

    :param example: The question.
    :param article: The id of its own article.
    :param keyword: The keyword index's passages, best first.
    :param dense: The vector index's passages, best first.
    """

    example: Example
    article: str
    keyword: list[Document]
    dense: list[Document]

    def rank(self, share: float) -> int | None:
        """Find the first passage that holds the answer.

        :param share: Weight of the vector index, 0 to 1; the keyword index has the rest.
        :returns: Its rank, from 1, or None if neither index found one.
        """
        fused = WeightedReciprocalRankFusion(1 - share, share, 2 * CANDIDATES).run(self.keyword, self.dense)
        for rank, document in enumerate(fused["documents"], 1):
            if document.meta["article_id"] == self.article and holds(document.content or "", self.example.texts):
                return rank
        return None


@dataclass(frozen=True, slots=True)
class Cell:
    """How well one weight does.

    :param share: Weight of the vector index, 0 to 1.
    :param first: Questions whose first passage holds the answer, 0 to 100.
    :param read: Questions with such a passage among those that are read, 0 to 100.
    :param reciprocal: Mean reciprocal rank of the first such passage, 0 to 1.
    """

    share: float
    first: float
    read: float
    reciprocal: float


def rank_all(examples: Sequence[Example], threads: int) -> list[Ranked]:
    """Search all texts for every answerable question, as the product does.

    :param examples: The questions.
    :param threads: Threads of the encoder.
    """
    encoder = SentenceEncoder(threads=threads)
    with tempfile.TemporaryDirectory() as name:
        store, ids = index_texts({one.context: one.title for one in examples}, Path(name), encoder)
        keyword, dense = KeywordRetriever(store, top_k=CANDIDATES), DenseRetriever(store, top_k=CANDIDATES)
        asked = [one for one in examples if one.answers]
        ranked = [
            Ranked(
                one,
                ids[one.context],
                keyword.run(one.question)["documents"],
                dense.run(encoder.encode([one.question])[0].tolist())["documents"],
            )
            for one in asked
        ]
        store.close()
    return ranked


def sweep(ranked: Sequence[Ranked]) -> list[Cell]:
    """Measure every weight.

    :param ranked: What was found for the questions, at least one.
    """
    cells = []
    for step in range(STEPS + 1):
        share = step / STEPS
        ranks = [one.rank(share) for one in ranked]
        cells.append(
            Cell(
                share,
                100 * fmean(rank == 1 for rank in ranks),
                100 * fmean(rank is not None and rank <= READ for rank in ranks),
                fmean(1 / rank if rank else 0.0 for rank in ranks),
            )
        )
    return cells


def fusion(options: argparse.Namespace) -> None:
    """Measure, print and plot.

    :param options: The command line of `fusion`.
    """
    examples = [one for path in options.files for article in read_squad(path) for one in article]
    cells = sweep(rank_all(examples, options.threads))
    sys.stdout.writelines(f"{cell}\n" for cell in cells)
    if options.plot is not None:
        from pipelines.training import plots

        plots.fusion(cells, options.plot)
