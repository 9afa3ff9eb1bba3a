import random
from pathlib import Path

import numpy as np
import pytest

from pipelines.components.encoder import SentenceEncoder
from pipelines.errors import SourceError
from pipelines.models import READER_FOLDER
from pipelines.training.data import Example
from pipelines.training.features import Ints, batches, collate, encode, load_tokenizer
from pipelines.training.measure import figures, read_all
from pipelines.training.predict import Floats, Forward, best_span, predict, read
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


def test_reading_among_all_texts_is_scored_apart_from_reading_the_right_one() -> None:
    rain = "It rained on the parade all day and the band went home."
    examples = [
        Example("1", "Who led the parade?", TEXT, (NOOR,)),
        Example("2", "What did it do on the parade?", rain, (Span(3, 9),)),
        Example("3", "Who sold the band?", rain, ()),
    ]
    readings = read_all(mark("general"), TOKENIZER, examples, SentenceEncoder(threads=1))
    assert [one.own.text for one in readings[:2]] == ["General", "It"]
    assert [one.among.text for one in readings] == ["General", "General", "General"]
    found = figures(readings)
    assert (found["own_exact"], found["open_exact"]) == (0.0, 0.0)
    assert found["open_f1"] == pytest.approx(25.0)


def test_a_folder_without_a_tokenizer_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"tokenizer\.json: is not there"):
        load_tokenizer(tmp_path / "tokenizer.json")
