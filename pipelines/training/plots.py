"""The pictures of docs/models.md."""

import json
from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl

from pipelines.evaluation.calibration import Bin
from pipelines.training.fusion import Cell as Weighed
from pipelines.training.lengths import Cell

mpl.use("Agg")
from matplotlib import pyplot as plt
from matplotlib.figure import Figure


def training(log: Path, figure: str, picture: Path) -> None:
    """Draw loss and scores over the steps.

    :param log: `log.jsonl` of a run.
    :param figure: The figure to draw of each set it was scored on, such as `open_f1`.
    :param picture: The file to write.
    """
    entries = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    learnt = [entry for entry in entries if "loss" in entry]
    drawn, (left, right) = plt.subplots(1, 2, figsize=(8, 3))
    left.plot([entry["step"] for entry in learnt], [entry["loss"] for entry in learnt], marker="o")
    left.set(xlabel="step", ylabel="training loss")
    scores = sorted(key for key in entries[-1] if key.endswith(figure))
    for name in scores:
        right.plot([entry["step"] for entry in entries], [entry[name] for entry in entries], marker="o", label=name)
    right.set(xlabel="step", ylabel=figure.replace("_", " "))
    if scores:
        right.legend(fontsize="small")
    _save(drawn, picture)


def reliability(bins: Sequence[Bin], picture: Path) -> None:
    """Draw how often quotes of a confidence are right.

    :param bins: The reliability bins.
    :param picture: The file to write.
    """
    figure, axes = plt.subplots(figsize=(4, 4))
    axes.plot([0, 1], [0, 1], color="grey", linewidth=1)
    axes.plot([one.confidence for one in bins], [one.accuracy for one in bins], marker="o")
    for one in bins:
        axes.annotate(str(one.count), (one.confidence, one.accuracy))
    axes.set(xlabel="confidence", ylabel="share that is right", xlim=(0, 1), ylim=(0, 1))
    _save(figure, picture)


def passages(cells: Sequence[Cell], picture: Path) -> None:
    """Draw what passages of a length give against the tokens read, a curve a length.

    :param cells: What was measured.
    :param picture: The file to write.
    """
    figure, (left, right) = plt.subplots(1, 2, figsize=(8, 3.5), sharex=True)
    for words in sorted({cell.words for cell in cells}):
        curve = [cell for cell in cells if cell.words == words]
        tokens = [cell.tokens for cell in curve]
        left.plot(tokens, [cell.figures.f1 for cell in curve], marker="o", label=f"{words} words")
        right.plot(tokens, [cell.figures.f1_at_80 for cell in curve], marker="o")
    left.set(xlabel="tokens read for a question", ylabel="F1 of answerable, no abstaining")
    right.set(xlabel="tokens read for a question", ylabel="F1 of answerable at 80% refused")
    left.legend()
    _save(figure, picture)


def fusion(cells: Sequence[Weighed], picture: Path) -> None:
    """Draw retrieval against the weight of the vector index.

    :param cells: What was measured.
    :param picture: The file to write.
    """
    figure, (left, right) = plt.subplots(1, 2, figsize=(8, 3), sharex=True)
    shares = [cell.share for cell in cells]
    left.plot(shares, [cell.read for cell in cells], label="among those read")
    left.plot(shares, [cell.first for cell in cells], label="first")
    left.set(xlabel="weight of the vector index", ylabel="answer's passage, % of questions")
    left.legend(fontsize="small")
    right.plot(shares, [cell.reciprocal for cell in cells])
    right.set(xlabel="weight of the vector index", ylabel="mean reciprocal rank")
    _save(figure, picture)


def _save(figure: Figure, picture: Path) -> None:
    figure.tight_layout()
    figure.savefig(picture, dpi=110)
    plt.close(figure)
