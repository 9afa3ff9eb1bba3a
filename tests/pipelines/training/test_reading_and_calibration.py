import json
import random
from pathlib import Path

import numpy as np
import pytest

from pipelines.models import READER_FOLDER
from pipelines.training.calibrate import Calibration, Outcomes, choose, expected_error, fit, refusals, write
from pipelines.training.data import Example
from pipelines.training.features import Ints, batches, collate, encode, load_tokenizer
from pipelines.training.mixture import Mixture, build, passages_of
from pipelines.training.negatives import Neighbours
from pipelines.training.predict import Floats, Forward, best_span, predict, read
from pipelines.training.scoring import f1, normalise, score
from pipelines.types import Span

TOKENIZER = load_tokenizer(READER_FOLDER / "tokenizer.json")
TEXT = "The Army Day parade was led by General Tariq Noor. It rained all day."
NOOR = Span(TEXT.index("General"), TEXT.index("Noor") + 4)


def mark(word: str) -> Forward:
    wanted = TOKENIZER.encode(word, add_special_tokens=False).ids[0]

    def forward(ids: Ints, mask: Ints, types: Ints) -> tuple[Floats, Floats]:
        hit = ((ids == wanted) & (types == 1)).astype(np.float32) * 5
        return hit, hit

    return forward


def test_an_answer_becomes_its_tokens() -> None:
    feature = encode(TOKENIZER, "who led it", TEXT, NOOR)
    assert feature is not None
    assert TOKENIZER.decode(feature.ids[feature.start : feature.end + 1]) == "general tariq noor"
    null = encode(TOKENIZER, "who led it", TEXT, None)
    assert null is not None
    assert (null.start, null.end) == (0, 0)


def test_an_answer_beyond_the_longest_sequence_is_left_out() -> None:
    text = "word " * 500 + "Noor"
    assert encode(TOKENIZER, "who", text, Span(len(text) - 4, len(text))) is None


def test_batches_hold_every_feature_once_within_their_size() -> None:
    made = [encode(TOKENIZER, "who", "word " * n, None) for n in range(1, 200)]
    features = [one for one in made if one is not None]
    grouped = batches(features, 1000, random.Random(3))
    assert sorted(len(one.ids) for group in grouped for one in group) == sorted(len(one.ids) for one in features)
    assert all(collate(group).ids.size <= 1000 for group in grouped)


def test_a_mixture_has_answers_and_negatives() -> None:
    examples = [Example("1", "Who led the parade?", TEXT, (NOOR,)), Example("2", "Who led the strike?", TEXT, ())]
    other = Example("3", "?", "The parade of ships was led by a tug.", ())
    neighbours = Neighbours(passages_of([*examples, other]))
    features = build(examples, neighbours, TOKENIZER, Mixture(negative_share=1.0), random.Random(1))
    assert [feature.start > 0 for feature in features] == [True, False, False]


def test_the_reader_gives_the_words_as_they_stand() -> None:
    found = read(mark("rained"), TOKENIZER, "who", TEXT)
    assert (found.text, found.margin) == ("rained", 10.0)


def test_a_long_text_is_read_to_its_end() -> None:
    text = "It snowed all day. " * 200 + "It rained."
    assert read(mark("rained"), TOKENIZER, "who", text).text == "rained"
    assert predict(mark("rained"), TOKENIZER, [Example("1", "who", text, ())], 120)["1"].text == "rained"


def test_a_span_never_ends_before_it_begins() -> None:
    starts, ends = np.array([0, 0, 9], dtype=np.float32), np.array([9, 0, 1], dtype=np.float32)
    assert best_span(starts, ends) == (2, 2, 10.0)


@pytest.mark.parametrize(
    ("predicted", "gold", "expected"),
    [("The U.S. Army", "us army", 1.0), ("red car", "car", 2 / 3), ("a", "the", 1.0), ("", "car", 0.0), ("x", "y", 0)],
)
def test_f1_by_hand(predicted: str, gold: str, expected: float) -> None:
    assert f1(predicted, gold) == pytest.approx(expected)


def test_scores_take_the_best_gold_answer() -> None:
    example = Example("1", "who", TEXT, (NOOR, Span(NOOR.end - 4, NOOR.end)))
    assert normalise("The Noor!") == ["noor"]
    counted = score([example, Example("2", "?", TEXT, ())], {"1": "Noor", "2": "x"})
    assert (counted.exact, counted.f1, counted.questions) == (100.0, 100.0, 1)


def seen(count: int = 4000) -> Outcomes:
    rng = np.random.default_rng(5)
    margins = rng.normal(0, 4, count)
    right = rng.random(count) < 1 / (1 + np.exp(-(0.6 * margins - 1)))
    return Outcomes(margins, right, right | (rng.random(count) < 0.3))


def test_platt_finds_the_curve_the_data_were_drawn_from() -> None:
    curve = fit(seen())
    assert (curve.slope, curve.intercept) == (pytest.approx(0.6, abs=0.06), pytest.approx(-1, abs=0.1))
    outcomes = seen()
    assert expected_error(curve.confidence(outcomes.margins), outcomes.right) < 0.03


def test_thresholds_refuse_the_share_asked_for() -> None:
    outcomes = seen()
    chosen = choose(fit(outcomes), outcomes, refuse_unsure=0.8, refuse_answered=0.9)
    figures = refusals(chosen, outcomes)
    assert 0 < chosen.unsure < chosen.answered < 1
    assert figures["unanswerable_refused"] == pytest.approx(80, abs=0.2)
    assert figures["unanswerable_not_answered"] == pytest.approx(90, abs=0.2)


def test_a_calibration_is_written_with_where_it_came_from(tmp_path: Path) -> None:
    path = tmp_path / "calibration.json"
    write(path, Calibration(0.5, -1, 0.6, 0.4), model_sha256="ab", fitted_on="a set", figures={"ece": 0.03})
    content = json.loads(path.read_text())
    assert (content["slope"], content["unsure"], content["fitted_on"]) == (0.5, 0.4, "a set")
