"""`python -m pipelines.training reader`: fine-tune an extractive reader."""

import random
from dataclasses import dataclass
from pathlib import Path

import torch
from transformers import BertForQuestionAnswering

from pipelines.training.data import Example, read_qamr, read_squad, split_held_out
from pipelines.training.features import Feature, load_tokenizer
from pipelines.training.loop import Plan, train
from pipelines.training.mixture import Mixture, build, passages_of
from pipelines.training.negatives import Neighbours
from pipelines.training.predict import Forward, predict
from pipelines.training.scoring import score


@dataclass(frozen=True, slots=True)
class Sources:
    """What to train on.

    :param own: SQuAD-format files shown whole in every epoch (every 24th article is held out).
    :param replay: SQuAD-format files of which each epoch shows a sample.
    :param replay_questions: Questions of that sample.
    :param qamr: QAMR's folder, or None to do without.
    :param qamr_questions: Questions of each QAMR sentence.
    """

    own: tuple[Path, ...]
    replay: tuple[Path, ...]
    replay_questions: int
    qamr: Path | None
    qamr_questions: int


def train_reader(base: Path, sources: Sources, plan: Plan, folder: Path, dev: Path | None) -> None:
    """Fine-tune a reader.

    :param base: A transformers checkpoint with `tokenizer.json`.
    :param sources: What to train on.
    :param plan: How to train.
    :param folder: Where checkpoint, log and model go.
    :param dev: A SQuAD-format file to score on, or None; never trained on.
    :raises SourceError: If a data file is not of its format.
    """
    tokenizer = load_tokenizer(base / "tokenizer.json")
    own: list[Example] = []
    held_out: list[Example] = []
    for path in sources.own:
        kept, apart = split_held_out(read_squad(path))
        own += kept
        held_out += apart
    replay = [example for path in sources.replay for article in read_squad(path) for example in article]
    neighbours = Neighbours(passages_of(own + replay))
    mixture = Mixture()

    def epoch(rng: random.Random) -> list[Feature]:
        shown = own + rng.sample(replay, min(sources.replay_questions, len(replay)))
        if sources.qamr is not None:
            shown = shown + read_qamr(sources.qamr, sources.qamr_questions, rng)
        return build(shown, neighbours, tokenizer, mixture, rng)

    # Scores on the way must be cheap: a sample of the held-out questions is enough to see the direction.
    scored = {"held_out": random.Random(plan.seed).sample(held_out, min(plan.scored, len(held_out)))}
    if dev is not None:
        scored["dev"] = [example for article in read_squad(dev) for example in article]

    def evaluate(forward: Forward) -> dict[str, float]:
        figures: dict[str, float] = {}
        for name, examples in scored.items():
            predicted = {one: found.text for one, found in predict(forward, tokenizer, examples).items()}
            counted = score(examples, predicted)
            figures |= {f"{name}_exact": counted.exact, f"{name}_f1": counted.f1}
        return figures

    model = BertForQuestionAnswering.from_pretrained(
        base, dtype=torch.float32, attn_implementation="eager", local_files_only=True
    )
    model.config.hidden_dropout_prob = model.config.attention_probs_dropout_prob = 0.0
    train(model, epoch, plan, folder, evaluate)
    tokenizer.save(str(folder / "model" / "tokenizer.json"))
