import json
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="needs the extra `train`")
pytest.importorskip("onnx", reason="needs the extra `train`")

import torch
from transformers import BertConfig, BertForQuestionAnswering

from pipelines.components.encoder import SentenceEncoder
from pipelines.errors import SourceError
from pipelines.models import ENCODER_FOLDER, READER_FOLDER
from pipelines.training import loop
from pipelines.training.data import Example
from pipelines.training.encoder import EncoderPlan, train_encoder, vectors
from pipelines.training.export import export, open_graph
from pipelines.training.features import collate, encode, load_tokenizer
from pipelines.training.loop import Plan, endless, forward_of, train
from pipelines.training.loss import bundle_loss
from pipelines.training.mixture import Bundle
from pipelines.training.pairs import AskedArticle, Pair
from pipelines.training.restore import restore
from pipelines.training.run import Schedule
from pipelines.training.state import LOG
from pipelines.types import Span

# What the exporter warns of on its way is its own affair.
pytestmark = pytest.mark.filterwarnings("ignore")

TOKENIZER = load_tokenizer(READER_FOLDER / "tokenizer.json")
TEXT = "The Army Day parade was led by General Tariq Noor. It rained all day."


def small_model() -> BertForQuestionAnswering:
    torch.manual_seed(3)
    config = BertConfig(
        vocab_size=TOKENIZER.get_vocab_size(), hidden_size=48, num_hidden_layers=2, num_attention_heads=2,
        intermediate_size=64, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0,
    )  # fmt: skip
    model = BertForQuestionAnswering._from_config(config, attn_implementation="eager")
    # Equal constants become one in the graph, and new biases are all zero.
    with torch.no_grad():
        for weight in model.parameters():
            weight.add_(0.02 * torch.randn_like(weight))
    return model


def bundle(*passages: str) -> Bundle:
    made = [encode(TOKENIZER, "who led it", passage, None) for passage in passages]
    return Bundle(tuple(one for one in made if one is not None))


def test_the_loss_of_a_question_depends_on_what_competes_with_it() -> None:
    model = small_model()
    one, two = bundle(TEXT), bundle(TEXT, "A tug led the ships.")
    with torch.no_grad():
        assert float(bundle_loss(model, [two], 0.0)) > float(bundle_loss(model, [one], 0.0))
        together = float(bundle_loss(model, [one, two], 0.5))
        apart = float(bundle_loss(model, [one], 0.5) + bundle_loss(model, [two], 0.5))
    assert together == pytest.approx(apart, abs=1e-4)


def test_training_goes_on_from_its_checkpoint_to_the_same_weights(tmp_path: Path) -> None:
    bundles = [bundle(TEXT, "A tug led the ships."), bundle("It rained.")] * 4

    def run(folder: Path, steps: int) -> torch.Tensor:
        model = small_model()
        schedule = Schedule(steps, 8e-5, warmup=0.06, averaging=0.99, base_share=0.0, save_every=2)
        plan = Plan(schedule, questions=2, parts=2, threads=1, frozen_layers=1)
        train(model, lambda rng: rng.sample(bundles, len(bundles)), plan, folder, lambda forward: {})
        return model.qa_outputs.weight.detach().clone()

    whole = run(tmp_path / "whole", 4)
    assert torch.allclose(run(tmp_path / "whole", 4), whole)
    assert not torch.allclose(small_model().qa_outputs.weight, whole)


def test_fewer_questions_than_a_step_shows_are_a_step() -> None:
    bundles = [bundle(TEXT), bundle("It rained.")]

    def steps(questions: int) -> list[int]:
        plan = Plan(Schedule(3, 8e-5, warmup=0.06, averaging=0.99, base_share=0.0), questions=questions)
        return [len(step) for step in islice(endless(lambda rng: bundles, plan), 3)]

    assert steps(12) == [2, 2, 2]
    assert steps(1) == [1, 1, 1]


@pytest.mark.parametrize("rounds", [True, False])
def test_training_lowers_the_loss_in_bfloat16_and_in_float32(
    rounds: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loop, "multiplies_bfloat16", lambda: rounds)
    model = small_model()
    led = encode(TOKENIZER, "who led it", TEXT, Span(31, 49))
    assert led is not None
    bundles = [Bundle((led, *bundle("A tug led the ships.").features))] * 4
    schedule = Schedule(40, 3e-3, warmup=0.1, averaging=0.5, base_share=0.0)
    plan = Plan(schedule, questions=2, parts=2, threads=2, frozen_layers=1)

    before = float(bundle_loss(model, bundles[:1], 0.5))
    train(model, lambda rng: bundles, plan, tmp_path, lambda forward: {})

    assert float(bundle_loss(model, bundles[:1], 0.5)) < before / 2
    assert {weight.dtype for weight in model.parameters()} == {torch.float32}


def test_int8_says_what_float_says(tmp_path: Path) -> None:
    checkpoint = tmp_path / "checkpoint"
    small_model().save_pretrained(checkpoint)
    TOKENIZER.save(str(checkpoint / "tokenizer.json"))
    examples = [Example(str(n), "who led it", TEXT, ()) for n in range(4)]
    export(checkpoint, tmp_path / "int8", examples)
    export(checkpoint, tmp_path / "float", examples, quantised=False)
    made = encode(TOKENIZER, "who led the parade", TEXT, None)
    assert made is not None
    batch = collate([made])
    exact = open_graph(tmp_path / "float" / "model.onnx", 1)(batch.ids, batch.mask, batch.types)
    close = open_graph(tmp_path / "int8" / "model.onnx", 1)(batch.ids, batch.mask, batch.types)
    assert np.abs(np.array(exact) - np.array(close)).max() < 0.05 * np.abs(np.array(exact)).max()


def test_a_reader_restored_from_int8_says_what_the_checkpoint_said(tmp_path: Path) -> None:
    model = small_model()
    model.save_pretrained(tmp_path / "checkpoint")
    TOKENIZER.save(str(tmp_path / "checkpoint" / "tokenizer.json"))
    export(tmp_path / "checkpoint", tmp_path / "int8", [Example(str(n), "who led it", TEXT, ()) for n in range(4)])
    made = encode(TOKENIZER, "who led the parade", TEXT, None)
    assert made is not None
    batch = collate([made])

    exact = forward_of(model.eval())(batch.ids, batch.mask, batch.types)
    restored = forward_of(restore(tmp_path / "int8" / "model.onnx").eval())(batch.ids, batch.mask, batch.types)

    assert np.abs(np.array(exact) - np.array(restored)).max() < 0.02 * np.abs(np.array(exact)).max()


def test_the_shipped_reader_can_be_restored() -> None:
    pairs = [encode(TOKENIZER, question, TEXT, None) for question in ("who led the parade", "what was the weather")]
    batch = collate([one for one in pairs if one is not None])
    shipped = np.array(open_graph(READER_FOLDER / "model.onnx", 1)(batch.ids, batch.mask, batch.types))

    model = restore(READER_FOLDER / "model.onnx").eval()
    restored = np.array(forward_of(model)(batch.ids, batch.mask, batch.types))

    kept = batch.mask == 1
    assert (shipped * kept).argmax(axis=-1).tolist() == (restored * kept).argmax(axis=-1).tolist()
    assert np.abs(shipped - restored)[:, kept].mean() < 0.3


def test_only_an_int8_reader_can_be_restored() -> None:
    with pytest.raises(SourceError, match="not an int8 reader"):
        restore(ENCODER_FOLDER / "model.onnx")


def test_an_encoder_is_exported_with_the_mean_of_its_tokens(tmp_path: Path) -> None:
    checkpoint = tmp_path / "checkpoint"
    model = small_model().bert
    model.save_pretrained(checkpoint)
    TOKENIZER.save(str(checkpoint / "tokenizer.json"))
    examples = [Example(str(n), "who led it", TEXT, ()) for n in range(4)]
    with torch.no_grad():
        exact = vectors(model.eval(), TOKENIZER, [TEXT, "who led it"]).numpy()
    for folder, quantised, least in (("float", False, 0.9999), ("int8", True, 0.99)):
        export(checkpoint, tmp_path / folder, examples, quantised=quantised)
        exported = SentenceEncoder(tmp_path / folder, threads=1).encode([TEXT, "who led it"])
        assert ((exact * exported).sum(axis=1) > least).all()


def test_an_encoder_learns_to_find_the_passage_that_answers(tmp_path: Path) -> None:
    checkpoint = tmp_path / "checkpoint"
    small_model().bert.save_pretrained(checkpoint)
    TOKENIZER.save(str(checkpoint / "tokenizer.json"))
    places = ("harbour", "airport", "museum", "stadium")
    articles = [
        AskedArticle((f"The {place} opened.", f"The {place} closed."), (Pair(f"{place} opened", frozenset({0})),))
        for place in places
    ]
    schedule = Schedule(12, 3e-3, warmup=0.1, averaging=0.95, base_share=0.0, score_every=6)
    plan = EncoderPlan(schedule, passages=8, per_article=1, frozen_layers=0)

    train_encoder(checkpoint, articles, {"set": articles}, plan, tmp_path / "run")

    entries = [json.loads(line) for line in (tmp_path / "run" / LOG).read_text().splitlines()]
    losses = [entry["loss"] for entry in entries if "loss" in entry]
    assert losses[-1] < losses[0]
