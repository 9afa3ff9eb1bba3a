"""The training loop: bf16 weights with float32 masters, restartable, with a log."""

import json
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import torch
from torch.nn import functional
from tqdm import tqdm
from transformers import BertForQuestionAnswering

from pipelines.training.features import Feature, Ints, batches, collate
from pipelines.training.predict import Floats, Forward

CHECKPOINT = "checkpoint.pt"
LOG = "log.jsonl"


@dataclass(frozen=True, slots=True)
class Plan:
    """How to train.

    :param steps: Optimiser steps.
    :param batch_tokens: Tokens of a step, padding included.
    :param rate: Peak learning rate; it rises over `warmup` of the steps and falls linearly to 0.
    :param warmup: Share of the steps, 0 to 1.
    :param decay: AdamW's weight decay.
    :param clip: Greatest norm of the gradient.
    :param seed: Of everything random.
    :param save_every: Steps between checkpoints.
    :param score_every: Steps between development scores.
    :param scored: Held-out questions of such a score.
    """

    steps: int
    batch_tokens: int = 4096
    rate: float = 1e-4
    warmup: float = 0.06
    decay: float = 0.01
    clip: float = 1.0
    seed: int = 7
    save_every: int = 200
    score_every: int = 400
    scored: int = 60

    def rate_at(self, step: int) -> float:
        """Give the learning rate of a step.

        :param step: From 0.
        """
        rising = max(1.0, self.steps * self.warmup)
        return self.rate * min((step + 1) / rising, max(0.0, (self.steps - step) / max(1.0, self.steps - rising)))


@dataclass(frozen=True, slots=True)
class _State:
    # The bf16 weights that compute, the float32 masters that learn, and what AdamW remembers of the masters.
    weights: list[torch.Tensor]
    masters: list[torch.Tensor]
    optimiser: torch.optim.Optimizer


def endless(epoch: Callable[[random.Random], list[Feature]], plan: Plan) -> Iterator[list[Feature]]:
    """Give batches for ever, the same ones for the same seed.

    :param epoch: Makes an epoch's features.
    :param plan: Batch size and seed.
    """
    number = 0
    while True:
        rng = random.Random(plan.seed * 1000 + number)
        yield from batches(epoch(rng), plan.batch_tokens, rng)
        number += 1


def train(
    model: BertForQuestionAnswering,
    epoch: Callable[[random.Random], list[Feature]],
    plan: Plan,
    folder: Path,
    evaluate: Callable[[Forward], dict[str, float]],
) -> None:
    """Train a reader; a second call with the same folder goes on from its last checkpoint.

    :param model: In float32; trained in place.
    :param epoch: Makes an epoch's features from a random generator.
    :param plan: How to train.
    :param folder: Holds the checkpoint, the log and at the end the model.
    :param evaluate: Scores the model from time to time; its figures go to the log.
    """
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(plan.seed)
    # Frozen word embeddings: most of the parameters, and little text to learn rare words from.
    model.bert.embeddings.word_embeddings.weight.requires_grad_(False)
    model.to(torch.bfloat16).train()
    weights = [weight for weight in model.parameters() if weight.requires_grad]
    masters = [weight.detach().float().clone() for weight in weights]
    state = _State(weights, masters, torch.optim.AdamW(masters, lr=plan.rate, weight_decay=plan.decay))
    done = _resume(folder / CHECKPOINT, state)
    losses: list[float] = []
    begun = time.monotonic()
    progress = tqdm(total=plan.steps, initial=done, unit="step", mininterval=10)
    for step, features in enumerate(endless(epoch, plan)):
        if step >= plan.steps:
            break
        if step < done:
            continue
        losses.append(_step(model, features, plan, step, state))
        progress.update()
        progress.set_postfix(loss=f"{losses[-1]:.3f}", refresh=False)
        if (step + 1) % plan.save_every == 0:
            _save(folder / CHECKPOINT, step + 1, state)
        if (step + 1) % plan.score_every == 0 or step + 1 == plan.steps:
            figures = evaluate(forward_of(model))
            loss = sum(losses) / len(losses)
            entry = {"step": step + 1, "loss": loss, "seconds": time.monotonic() - begun, **figures}
            with (folder / LOG).open("a", encoding="utf-8") as log:
                log.write(json.dumps(entry) + "\n")
            progress.write(json.dumps(entry))
            losses = []
    progress.close()
    model.float()
    with torch.no_grad():
        for weight, master in zip(weights, masters, strict=True):
            weight.copy_(master)
    model.save_pretrained(folder / "model")


def _step(
    model: BertForQuestionAnswering,
    features: list[Feature],
    plan: Plan,
    step: int,
    state: _State,
) -> float:
    weights, masters, optimiser = state.weights, state.masters, state.optimiser
    batch = collate(features)
    mask = torch.from_numpy(batch.mask)
    output = model(
        input_ids=torch.from_numpy(batch.ids), attention_mask=mask, token_type_ids=torch.from_numpy(batch.types)
    )
    starts = output.start_logits.float().masked_fill(mask == 0, -1e4)
    ends = output.end_logits.float().masked_fill(mask == 0, -1e4)
    loss = functional.cross_entropy(starts, torch.from_numpy(batch.starts))
    loss = (loss + functional.cross_entropy(ends, torch.from_numpy(batch.ends))) / 2
    loss.backward()
    for weight, master in zip(weights, masters, strict=True):
        # The pooler of some bases is not used and has no gradient.
        master.grad = None if weight.grad is None else weight.grad.float()
        weight.grad = None
    torch.nn.utils.clip_grad_norm_(masters, plan.clip)
    for group in optimiser.param_groups:
        group["lr"] = plan.rate_at(step)
    optimiser.step()
    with torch.no_grad():
        for weight, master in zip(weights, masters, strict=True):
            weight.copy_(master)
    return float(loss.detach())


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


def _save(path: Path, step: int, state: _State) -> None:
    # Written beside and renamed: a kill at any moment leaves a whole checkpoint.
    partial = path.with_suffix(".part")
    torch.save({"step": step, "masters": state.masters, "optimiser": state.optimiser.state_dict()}, partial)
    partial.replace(path)


def _resume(path: Path, state: _State) -> int:
    if not path.exists():
        return 0
    saved = torch.load(path, weights_only=True)
    with torch.no_grad():
        for master, weight, kept in zip(state.masters, state.weights, saved["masters"], strict=True):
            master.copy_(kept)
            weight.copy_(kept)
    state.optimiser.load_state_dict(saved["optimiser"])
    return int(saved["step"])
