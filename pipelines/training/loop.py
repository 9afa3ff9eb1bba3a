"""The reader's training loop: one part of a batch a thread, in bfloat16 where the processor multiplies it."""

import copy
import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import torch
from transformers import BertForQuestionAnswering

from pipelines.training.features import Ints
from pipelines.training.loss import bundle_loss
from pipelines.training.mixture import Bundle
from pipelines.training.predict import Floats, Forward
from pipelines.training.run import Gradients, Schedule, run
from pipelines.training.state import copy_into, learning


@dataclass(frozen=True, slots=True)
class Plan:
    """How to train a reader.

    :param schedule: How the weights move.
    :param questions: Questions of a step, each with its passages.
    :param parts: Parts a step's questions are split into: threads take them as they come free.
    :param threads: Threads that compute, one part each at a time.
    :param frozen_layers: Layers, from below, that do not learn; the embeddings never do.
    :param alone: Weight of the loss in which every passage stands alone.
    :param scored: Questions of each set that a development score is taken on, at most.
    """

    schedule: Schedule
    questions: int
    parts: int = 4
    threads: int = 2
    frozen_layers: int = 2
    alone: float = 0.5
    scored: int = 60


def endless(epoch: Callable[[random.Random], list[Bundle]], plan: Plan) -> Iterator[list[Bundle]]:
    """Give a step's questions for ever, the same ones for the same seed.

    :param epoch: Makes an epoch.
    :param plan: Batch size and seed.
    """
    number = 0
    while True:
        bundles = epoch(random.Random(plan.schedule.seed * 1000 + number))
        # The rest of an epoch that fills no step is left out; an epoch smaller than a step is a step.
        for first in range(0, max(1, len(bundles) - plan.questions + 1), plan.questions):
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

    :param model: In float32; trained in place. Where the processor multiplies bfloat16, gradients are taken on a copy
        in it and steps on the float32. At the end it holds the final weights.
    :param epoch: Makes an epoch's questions from a random generator.
    :param plan: How to train.
    :param folder: Holds the checkpoint, the log and at the end the model.
    :param evaluate: Scores the averaged model from time to time; its figures go to the log.
    """
    # Frozen embeddings: most of the parameters, and little text to learn rare words from.
    model.bert.embeddings.requires_grad_(requires_grad=False)
    for layer in model.bert.encoder.layer[: plan.frozen_layers]:
        layer.requires_grad_(requires_grad=False)
    # Without dropout: runs are too short to overfit, a step takes a fifth less time, and half the noise.
    model.eval()
    worker = copy.deepcopy(model).to(torch.bfloat16) if multiplies_bfloat16() else model
    # One thread a part, not many threads a matrix: they meet once a step, so that a busy core does not stop the rest.
    with ThreadPoolExecutor(plan.threads, initializer=torch.set_num_threads, initargs=(1,)) as workers:

        def learn(bundles: list[Bundle], weights: list[torch.Tensor]) -> tuple[float, Gradients]:
            if worker is not model:
                # Steps are taken in float32 (Micikevicius et al., 2018): most are too small to move a rounded weight.
                copy_into(learning(worker), weights)
            return _gradients(worker, bundles, plan, workers)

        def scores() -> dict[str, float]:
            return evaluate(forward_of(model))

        run(model, plan.schedule, folder, batches=endless(epoch, plan), learn=learn, scores=scores)
    model.save_pretrained(folder / "model")


def multiplies_bfloat16() -> bool:
    """Tell whether the processor has instructions for products of bfloat16; without them it is slower than float32."""
    known = torch.cpu.get_capabilities()
    return bool(known.get("avx512_bf16") or known.get("amx_bf16"))


def _gradients(
    model: BertForQuestionAnswering, bundles: list[Bundle], plan: Plan, workers: ThreadPoolExecutor
) -> tuple[float, Gradients]:
    weights = learning(model)
    ordered = sorted(bundles, key=lambda bundle: bundle.longest)
    parts = [ordered[place :: plan.parts] for place in range(min(plan.parts, len(ordered)))]

    def gradients(part: list[Bundle]) -> tuple[float, Gradients]:
        loss = bundle_loss(model, part, plan.alone) / len(bundles)
        # Not `backward()`: threads must not add to the same tensors at the same time.
        return float(loss.detach()), torch.autograd.grad(loss, weights, allow_unused=True)

    total = 0.0
    summed: list[torch.Tensor | None] = [None] * len(weights)
    for loss, found in workers.map(gradients, parts):
        total += loss
        for place, gradient in enumerate(found):
            if gradient is not None:
                before = summed[place]
                summed[place] = gradient.float() if before is None else before.add_(gradient)
    return total, summed


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
