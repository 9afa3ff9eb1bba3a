"""What a training run remembers: weights, their running average, the optimiser; saved so that a kill loses little."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import torch

CHECKPOINT = "checkpoint.pt"
LOG = "log.jsonl"


@dataclass(frozen=True, slots=True)
class State:
    """The state of a run.

    :param weights: The weights that learn.
    :param average: Their running average.
    :param base: What they were at the beginning.
    :param optimiser: AdamW over the weights.
    """

    weights: list[torch.Tensor]
    average: list[torch.Tensor]
    base: list[torch.Tensor]
    optimiser: torch.optim.Optimizer

    @classmethod
    def of(cls, model: torch.nn.Module, decay: float) -> "State":
        """Begin a run with the weights of a model that are not frozen.

        :param model: The model.
        :param decay: AdamW's weight decay.
        """
        weights = learning(model)
        base, average = ([weight.detach().clone() for weight in weights] for _ in range(2))
        return cls(weights, average, base, torch.optim.AdamW(weights, lr=0.0, weight_decay=decay))

    def take_step(self, step: int, rate: float, clip: float, averaging: float) -> None:
        """Move the weights along their gradients, and the average after them.

        :param step: From 0.
        :param rate: The learning rate.
        :param clip: Greatest norm of the gradient.
        :param averaging: Share of the average that a step keeps, 0 to 1.
        """
        torch.nn.utils.clip_grad_norm_(self.weights, clip)
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        self.optimiser.step()
        # Early on the average follows closely: it must forget where it began.
        kept = min(averaging, (step + 1) / (step + 10))
        with torch.no_grad():
            for weight, mean in zip(self.weights, self.average, strict=True):
                mean.lerp_(weight.detach(), 1 - kept)

    @contextmanager
    def averaged(self) -> Iterator[None]:
        """Give the model the averaged weights for a while."""
        self._exchange()
        try:
            yield
        finally:
            self._exchange()

    def finish(self, base_share: float) -> None:
        """Give the model its final weights: the average, mixed with what it began with.

        :param base_share: Share of the weights it began with, 0 to 1 (WiSE-FT; Wortsman et al., 2022).
        """
        self._exchange()
        with torch.no_grad():
            for weight, first in zip(self.weights, self.base, strict=True):
                weight.lerp_(first, base_share)

    def save(self, path: Path, step: int) -> None:
        """Write a checkpoint.

        :param path: The file.
        :param step: Steps done.
        """
        # Written beside and renamed: a kill at any moment leaves a whole checkpoint.
        partial = path.with_suffix(".part")
        weights = [weight.detach() for weight in self.weights]
        saved = {"step": step, "weights": weights, "average": self.average, "optimiser": self.optimiser.state_dict()}
        torch.save(saved, partial)
        partial.replace(path)

    def resume(self, path: Path) -> int:
        """Go on from a checkpoint, if there is one.

        :param path: The file.
        :returns: Steps done.
        """
        if not path.exists():
            return 0
        saved = torch.load(path, weights_only=True)
        for ours, kept in ((self.weights, saved["weights"]), (self.average, saved["average"])):
            copy_into(ours, kept)
        self.optimiser.load_state_dict(saved["optimiser"])
        return int(saved["step"])

    def _exchange(self) -> None:
        learnt = [weight.detach().clone() for weight in self.weights]
        copy_into(self.weights, self.average)
        copy_into(self.average, learnt)


def rate_at(step: int, steps: int, peak: float, warmup: float) -> float:
    """Give the learning rate of a step: up over the warm-up, then linearly to 0.

    :param step: From 0.
    :param steps: Of the whole run.
    :param peak: The greatest rate.
    :param warmup: Share of the steps that rise, 0 to 1.
    """
    rising = max(1.0, steps * warmup)
    return peak * min((step + 1) / rising, max(0.0, (steps - step) / max(1.0, steps - rising)))


def learning(model: torch.nn.Module) -> list[torch.Tensor]:
    """List the weights of a model that are not frozen, in the order of its parameters.

    :param model: The model.
    """
    return [weight for weight in model.parameters() if weight.requires_grad]


def copy_into(targets: Sequence[torch.Tensor], sources: Sequence[torch.Tensor]) -> None:
    """Give weights the values of others, rounded if they are of a smaller type.

    :param targets: Changed in place.
    :param sources: As many, of the same shapes.
    """
    with torch.no_grad():
        for target, source in zip(targets, sources, strict=True):
            target.copy_(source)
