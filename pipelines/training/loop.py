"""The training loop: float32, one part of a batch a thread, averaged weights, restartable, with a log."""

import json
import random
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import torch
from tqdm import tqdm
from transformers import BertForQuestionAnswering

from pipelines.training.features import Ints
from pipelines.training.loss import bundle_loss
from pipelines.training.mixture import Bundle
from pipelines.training.predict import Floats, Forward
from pipelines.training.state import CHECKPOINT, LOG, State, rate_at


@dataclass(frozen=True, slots=True)
class Plan:
    """How to train.

    :param steps: Optimiser steps.
    :param questions: Questions of a step, each with its passages.
    :param parts: Parts a step's questions are split into: threads take them as they come free.
    :param threads: Threads that compute, one part each at a time.
    :param frozen_layers: Layers, from below, that do not learn; the embeddings never do.
    :param alone: Weight of the loss in which every passage stands alone.
    :param rate: Peak learning rate; it rises over `warmup` of the steps and falls linearly to 0.
    :param warmup: Share of the steps, 0 to 1.
    :param decay: AdamW's weight decay.
    :param clip: Greatest norm of the gradient.
    :param averaging: Share of the running average of the weights that each step keeps, 0 to 1.
    :param base_share: Share of the weights it began with in the final ones, 0 to 1 (WiSE-FT; Wortsman et al., 2022).
    :param seed: Of everything random.
    :param save_every: Steps between checkpoints.
    :param score_every: Steps between development scores.
    :param scored: Held-out questions of such a score.
    """

    steps: int
    questions: int = 10
    parts: int = 4
    threads: int = 2
    frozen_layers: int = 2
    alone: float = 0.5
    rate: float = 8e-5
    warmup: float = 0.06
    decay: float = 0.01
    clip: float = 1.0
    averaging: float = 0.99
    base_share: float = 0.5
    seed: int = 7
    save_every: int = 50
    score_every: int = 200
    scored: int = 60


def endless(epoch: Callable[[random.Random], list[Bundle]], plan: Plan) -> Iterator[list[Bundle]]:
    """Give a step's questions for ever, the same ones for the same seed.

    :param epoch: Makes an epoch.
    :param plan: Batch size and seed.
    """
    number = 0
    while True:
        bundles = epoch(random.Random(plan.seed * 1000 + number))
        for first in range(0, len(bundles) - plan.questions + 1, plan.questions):
            yield bundles[first : first + plan.questions]
        number += 1


def train(
    model: BertForQuestionAnswering,
    epoch: Callable[[random.Random], list[Bundle]],
    plan: Plan,
    folder: Path,
    evaluate: Callable[[Forward], dict[str, float]],
) -> None:
    """Train a reader; a second call with the same folder goes on from its last checkpoint.

    :param model: In float32; trained in place. At the end it holds the final weights.
    :param epoch: Makes an epoch's questions from a random generator.
    :param plan: How to train.
    :param folder: Holds the checkpoint, the log and at the end the model.
    :param evaluate: Scores the averaged model from time to time; its figures go to the log.
    """
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(plan.seed)
    # Frozen embeddings: most of the parameters, and little text to learn rare words from.
    model.bert.embeddings.requires_grad_(requires_grad=False)
    for layer in model.bert.encoder.layer[: plan.frozen_layers]:
        layer.requires_grad_(requires_grad=False)
    model.train()
    state = State.of(model, plan.decay)
    done = state.resume(folder / CHECKPOINT)
    losses: list[float] = []
    begun = time.monotonic()
    progress = tqdm(total=plan.steps, initial=done, unit="step", mininterval=10)
    # One thread a part, not many threads a matrix: they meet once a step, so that a busy core does not stop the rest.
    with ThreadPoolExecutor(plan.threads, initializer=torch.set_num_threads, initargs=(1,)) as workers:
        for step, bundles in enumerate(endless(epoch, plan)):
            if step >= plan.steps:
                break
            if step < done:
                continue
            losses.append(_gradients(model, bundles, plan, state.weights, workers))
            state.take_step(step, rate_at(step, plan.steps, plan.rate, plan.warmup), plan.clip, plan.averaging)
            progress.update()
            progress.set_postfix(loss=f"{losses[-1]:.3f}", refresh=False)
            if (step + 1) % plan.save_every == 0:
                state.save(folder / CHECKPOINT, step + 1)
            if (step + 1) % plan.score_every == 0 or step + 1 == plan.steps:
                with state.averaged():
                    figures = evaluate(forward_of(model))
                loss = sum(losses) / len(losses)
                entry = {"step": step + 1, "loss": loss, "seconds": time.monotonic() - begun, **figures}
                with (folder / LOG).open("a", encoding="utf-8") as log:
                    log.write(json.dumps(entry) + "\n")
                progress.write(json.dumps(entry))
                losses = []
    progress.close()
    state.finish(plan.base_share)
    model.save_pretrained(folder / "model")


def _gradients(
    model: BertForQuestionAnswering,
    bundles: list[Bundle],
    plan: Plan,
    weights: list[torch.Tensor],
    workers: ThreadPoolExecutor,
) -> float:
    ordered = sorted(bundles, key=lambda bundle: bundle.longest)
    parts = [ordered[place :: plan.parts] for place in range(min(plan.parts, len(ordered)))]

    def gradients(part: list[Bundle]) -> tuple[float, Sequence[torch.Tensor | None]]:
        loss = bundle_loss(model, part, plan.alone) / len(bundles)
        # Not `backward()`: threads must not add to the same tensors at the same time.
        return float(loss.detach()), torch.autograd.grad(loss, weights, allow_unused=True)

    total = 0.0
    for weight in weights:
        weight.grad = None
    for loss, found in workers.map(gradients, parts):
        total += loss
        for weight, gradient in zip(weights, found, strict=True):
            # The pooler of some bases is not used and has no gradient.
            if gradient is not None:
                weight.grad = gradient if weight.grad is None else weight.grad.add_(gradient)
    return total


def forward_of(model: BertForQuestionAnswering) -> Forward:
    """Wrap a torch reader for `predict`.

    :param model: The reader.
    """

    def forward(ids: Ints, mask: Ints, types: Ints) -> tuple[Floats, Floats]:
        with torch.no_grad():
            output = model(
                input_ids=torch.from_numpy(ids),
                attention_mask=torch.from_numpy(mask),
                token_type_ids=torch.from_numpy(types),
            )
        return output.start_logits.float().numpy(), output.end_logits.float().numpy()

    return forward
