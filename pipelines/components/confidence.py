"""From what speaks for the candidates to the probability that a quote answers the question."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol

from haystack import Document

from pipelines.components.candidates import Candidate
from pipelines.components.features import Features, describe
from pipelines.errors import ConfigurationError

CALIBRATION_FILE = "calibration.json"
_CERTAIN = 1e-6


class Confidence(Protocol):
    """How sure a set of candidates makes."""

    @property
    def answered(self) -> float:
        """The confidence from which an answer counts as sure."""
        ...

    @property
    def unsure(self) -> float:
        """The confidence below which nothing is quoted."""
        ...

    def shares(self, found: Sequence[Candidate], read: Sequence[Document]) -> list[float]:
        """Weigh each candidate, 0 to 1.

        :param found: The candidates, best first by the reader.
        :param read: The passages that were read, best first.
        """
        ...

    def together(self, shares: Sequence[float]) -> float:
        """Give the confidence of candidates that say the same.

        :param shares: Their shares, at least one.
        """
        ...


@dataclass(frozen=True, slots=True)
class Calibration:
    """A fitted confidence: the candidates and "no answer" compete for one whole, and a curve makes it a probability.

    `share(c) = exp(weights . features(c)) / (exp(null) + sum of exp(weights . features))`, a conditional logit; the
    shares of candidates that say the same are added. `confidence = 1 / (1 + exp(-(slope * logit(share) + intercept)))`.

    :param weights: Weight of each feature, by its name.
    :param null: Weight of "no answer".
    :param slope: Of the curve; positive.
    :param intercept: Of the curve.
    :param answered: From this confidence an answer is *answered*; 0 to 1.
    :param unsure: From this confidence, but below `answered`, it is *unsure*; below it *not found*.
    """

    weights: Mapping[str, float]
    null: float
    slope: float
    intercept: float
    answered: float
    unsure: float

    def shares(self, found: Sequence[Candidate], read: Sequence[Document]) -> list[float]:
        """Weigh each candidate.

        :param found: The candidates, with the reader's evidence.
        :param read: The passages that were read, best first.
        """
        return self.shares_of(describe(found, read))

    def shares_of(self, described: Sequence[Features]) -> list[float]:
        """Weigh candidates by their features.

        :param described: Features of each candidate.
        """
        scores = [sum(self.weights.get(name, 0.0) * value for name, value in one.items()) for one in described]
        greatest = max([*scores, self.null])
        whole = math.exp(self.null - greatest) + sum(math.exp(score - greatest) for score in scores)
        return [math.exp(score - greatest) / whole for score in scores]

    def together(self, shares: Sequence[float]) -> float:
        """Give the confidence of candidates that say the same.

        :param shares: Their shares.
        """
        share = min(1 - _CERTAIN, max(_CERTAIN, math.fsum(shares)))
        return 1 / (1 + math.exp(-(self.slope * math.log(share / (1 - share)) + self.intercept)))


@dataclass(frozen=True, slots=True)
class ReaderScore:
    """The reader's own score taken as it is, for readers that nothing was fitted for. It is not a probability.

    The default thresholds suit `TransformersExtractiveReader`, whose score is the sigmoid of a tenth of the logits: a
    sum of 14 logits or more is *answered*, of 8.5 or more *unsure*. They were not measured for any model.

    :param answered: From this score an answer is *answered*; 0 to 1.
    :param unsure: From this score, but below `answered`, it is *unsure*.
    """

    answered: float = 0.8
    unsure: float = 0.7

    def shares(self, found: Sequence[Candidate], read: Sequence[Document]) -> list[float]:  # noqa: ARG002
        """Give each candidate its score.

        :param found: The candidates.
        :param read: Not looked at.
        """
        return [one.score for one in found]

    def together(self, shares: Sequence[float]) -> float:
        """Give the best score of candidates that say the same: scores cannot be added.

        :param shares: Their scores.
        """
        return max(shares)


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a calibration comes from.

    :param model_sha256: Of the reader's graph it was fitted for: another graph needs another one.
    :param fitted_on: What weights, curve and thresholds were fitted on, in words.
    :param figures: What was measured with it.
    """

    model_sha256: str
    fitted_on: str
    figures: Mapping[str, float]


def load_calibration(path: Path) -> Calibration:
    """Read a calibration.

    :param path: A `calibration.json`.
    :raises ConfigurationError: If it is not one.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        numbers = {name: float(content[name]) for name in ("null", "slope", "intercept", "answered", "unsure")}
        return Calibration({name: float(value) for name, value in content["weights"].items()}, **numbers)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        msg = f"The calibration {path} cannot be read ({error!r}). Install the project again, or calibrate the reader."
        raise ConfigurationError(msg) from error


def save_calibration(path: Path, calibration: Calibration, provenance: Provenance) -> None:
    """Write a calibration with where it comes from.

    :param path: The file.
    :param calibration: The calibration.
    :param provenance: Where it comes from.
    """
    content = {**asdict(calibration), **asdict(provenance)}
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
