"""A training run of any model: restartable, with averaged weights, a progress bar and a log of loss and scores."""

import json
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import torch
from tqdm import tqdm

from pipelines.training.state import CHECKPOINT, LOG, State, rate_at

Step = TypeVar("Step")
Gradients = Sequence[torch.Tensor | None]
"""One a weight; None: the weight had no part in the loss, as the pooler of some bases."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """How the weights move.

    :param steps: Optimiser steps.
    :param rate: Peak learning rate; it rises over `warmup` of the steps and falls linearly to 0.
    :param warmup: Share of the steps, 0 to 1.
    :param averaging: Share of the running average of the weights that each step keeps, 0 to 1.
    :param base_share: Share of the weights it began with in the final ones, 0 to 1 (WiSE-FT; Wortsman et al., 2022).
    :param decay: AdamW's weight decay.
    :param clip: Greatest norm of the gradient.
    :param seed: Of everything random.
    :param save_every: Steps between checkpoints.
    :param score_every: Steps between development scores.
    """

    steps: int
    rate: float
    warmup: float
    averaging: float
    base_share: float
    decay: float = 0.01
    clip: float = 1.0
    seed: int = 7
    save_every: int = 25
    score_every: int = 400


def run(
    model: torch.nn.Module,
    schedule: Schedule,
    folder: Path,
    *,
    batches: Iterable[Step],
    learn: Callable[[Step, list[torch.Tensor]], tuple[float, Gradients]],
    scores: Callable[[], dict[str, float]],
) -> None:
    """Train a model in place; a second call with the same folder goes on from its last checkpoint.

    :param model: In float32; its frozen weights are marked. At the end it holds the final weights.
    :param schedule: How the weights move.
    :param folder: Holds the checkpoint and the log.
    :param batches: What a step learns from, without end, the same ones each time.
    :param learn: Gives the loss of a step and its gradients on the weights given.
    :param scores: Scores the model as it is.
    """
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(schedule.seed)
    state = State.of(model, schedule.decay)
    done = state.resume(folder / CHECKPOINT)
    if not done:
        _note(folder, {"step": 0, **scores()})
    begun, losses = time.monotonic(), list[float]()
    progress = tqdm(total=schedule.steps, initial=done, unit="step", mininterval=10)
    for step, batch in enumerate(batches):
        if step >= schedule.steps:
            break
        if step < done:
            continue
        loss, gradients = learn(batch, state.weights)
        losses.append(loss)
        for weight, gradient in zip(state.weights, gradients, strict=True):
            weight.grad = gradient
        rate = rate_at(step, schedule.steps, schedule.rate, schedule.warmup)
        state.take_step(step, rate, schedule.clip, schedule.averaging)
        progress.update()
        progress.set_postfix(loss=f"{losses[-1]:.3f}", refresh=False)
        last = step + 1 == schedule.steps
        if last or (step + 1) % schedule.save_every == 0:
            state.save(folder / CHECKPOINT, step + 1)
        if last or (step + 1) % schedule.score_every == 0:
            with state.averaged():
                mean = sum(losses) / len(losses)
                _note(folder, {"step": step + 1, "loss": mean, "seconds": time.monotonic() - begun, **scores()})
            losses = []
    progress.close()
    state.finish(schedule.base_share)
    if schedule.base_share:
        _note(folder, {"step": schedule.steps, "base_share": schedule.base_share, **scores()})


def _note(folder: Path, entry: dict[str, float]) -> None:
    line = json.dumps({name: round(value, 4) for name, value in entry.items()})
    with (folder / LOG).open("a", encoding="utf-8") as log:
        log.write(line + "\n")
    tqdm.write(line)
