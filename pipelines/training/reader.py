"""`python -m pipelines.training reader`: fine-tune an extractive reader on mined groups."""

import random
from pathlib import Path

import torch
from transformers import BertForQuestionAnswering

from pipelines.components.encoder import SentenceEncoder
from pipelines.training.data import Example
from pipelines.training.features import load_tokenizer
from pipelines.training.groups import Group
from pipelines.training.loop import Plan, train
from pipelines.training.measure import figures, read_all
from pipelines.training.mixture import Bundle, Mixture, build
from pipelines.training.predict import Forward
from pipelines.training.restore import restore


def train_reader(
    base: Path, folder: Path, groups: list[Group], *, scored: dict[str, list[Example]], mixture: Mixture, plan: Plan
) -> None:
    """Fine-tune a reader.

    :param base: A transformers checkpoint with `tokenizer.json`, or an int8 reader as `export` writes it.
    :param folder: Where checkpoint, log and model go.
    :param groups: What to train on.
    :param scored: Questions to score on from time to time, by the name of their set; never trained on.
    :param mixture: How often what is shown.
    :param plan: How to train.
    """
    tokenizer = load_tokenizer(base / "tokenizer.json")
    encoder = SentenceEncoder(threads=1)

    def epoch(rng: random.Random) -> list[Bundle]:
        return build(groups, tokenizer, mixture, rng)

    def evaluate(forward: Forward) -> dict[str, float]:
        measured: dict[str, float] = {}
        for name, examples in scored.items():
            # Scores on the way must be cheap: a sample of the questions, but all the texts, shows the direction.
            asked = random.Random(plan.schedule.seed).sample(examples, min(plan.scored, len(examples)))
            found = figures(read_all(forward, tokenizer, asked, encoder, [one.context for one in examples]))
            measured |= {f"{name}_{figure}": round(value, 2) for figure, value in found.items()}
        return measured

    train(_load(base), epoch, plan, folder, evaluate)
    tokenizer.save(str(folder / "model" / "tokenizer.json"))


def _load(base: Path) -> BertForQuestionAnswering:
    if (base / "model.onnx").exists():
        return restore(base / "model.onnx")
    return BertForQuestionAnswering.from_pretrained(
        base, dtype=torch.float32, attn_implementation="eager", local_files_only=True
    )
