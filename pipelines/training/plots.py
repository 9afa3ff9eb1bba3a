"""The pictures of docs/models.md."""

import json
from pathlib import Path

import matplotlib as mpl
import numpy as np

from pipelines.training.calibrate import Calibration, Outcomes

mpl.use("Agg")
from matplotlib import pyplot as plt


def training(log: Path, picture: Path) -> None:
    """Draw loss and scores over the steps.

    :param log: `log.jsonl` of a run.
    :param picture: The file to write.
    """
    entries = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    steps = [entry["step"] for entry in entries]
    figure, (left, right) = plt.subplots(1, 2, figsize=(8, 3))
    left.plot(steps, [entry["loss"] for entry in entries], marker="o")
    left.set(xlabel="step", ylabel="training loss")
    for name in sorted(key for key in entries[-1] if key.endswith("_f1")):
        right.plot(steps, [entry[name] for entry in entries], marker="o", label=name)
    right.set(xlabel="step", ylabel="F1 of answerable")
    right.legend()
    _save(figure, picture)


def reliability(calibration: Calibration, seen: Outcomes, picture: Path) -> None:
    """Draw how often quotes of a confidence are right.

    :param calibration: The curve.
    :param seen: The quotes.
    :param picture: The file to write.
    """
    confidence = calibration.confidence(seen.margins)
    bins = np.minimum((confidence * 10).astype(int), 9)
    used = np.unique(bins)
    figure, axes = plt.subplots(figsize=(4, 4))
    axes.plot([0, 1], [0, 1], color="grey", linewidth=1)
    axes.plot([confidence[bins == b].mean() for b in used], [seen.right[bins == b].mean() for b in used], marker="o")
    for b in used:
        at = (float(confidence[bins == b].mean()), float(seen.right[bins == b].mean()))
        axes.annotate(str(int((bins == b).sum())), at)
    axes.set(xlabel="confidence", ylabel="share that is right", xlim=(0, 1), ylim=(0, 1))
    _save(figure, picture)


def _save(figure: "plt.Figure", picture: Path) -> None:
    figure.tight_layout()
    figure.savefig(picture, dpi=110)
    plt.close(figure)
