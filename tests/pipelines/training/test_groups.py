import random
from pathlib import Path

import pytest

from pipelines.components.encoder import SentenceEncoder
from pipelines.errors import SourceError
from pipelines.models import READER_FOLDER
from pipelines.training.data import Example
from pipelines.training.features import load_tokenizer
from pipelines.training.groups import Group, read_groups, write_group
from pipelines.training.mining import Plan, Pool, mine
from pipelines.training.mixture import Mixture, build
from pipelines.types import Span

TOKENIZER = load_tokenizer(READER_FOLDER / "tokenizer.json")
TEXT = "The Army Day parade was led by General Tariq Noor. It rained all day."
NOOR = Span(TEXT.index("General"), TEXT.index("Noor") + 4)
OTHER = "The parade of ships was led by a tug. Nobody led the strike."
PASSAGES = ("by Noor", "a", "b", "c")
GROUP = Group("k", "Who led it?", PASSAGES, Span(3, 7))


def test_a_trimmed_group_keeps_the_answer_and_draws_wrong_passages() -> None:
    drawn = [GROUP.trimmed(2, answered=True, rng=random.Random(seed)) for seed in range(20)]
    assert all(one.passages[0] == PASSAGES[0] and one.answer == Span(3, 7) for one in drawn)
    assert all(len(one.passages) == 3 for one in drawn)
    assert {passage for one in drawn for passage in one.passages[1:]} == set(PASSAGES[1:])


def test_a_group_without_its_answer_has_none() -> None:
    trimmed = GROUP.trimmed(3, answered=False, rng=random.Random(1))
    assert PASSAGES[0] not in trimmed.passages
    assert trimmed.answer is None


def test_mined_groups_hold_the_answer_once_and_neighbours_without_it(tmp_path: Path) -> None:
    examples = [
        Example("1", "Who led the parade?", TEXT, (NOOR,)),
        Example("2", "Who led the strike?", TEXT, ()),
    ]
    pool = Pool([TEXT, OTHER], SentenceEncoder(threads=1), random.Random(1))
    path = tmp_path / "groups.jsonl"
    mine(examples, pool, Plan(), path)
    answered, unanswerable = read_groups(path)
    assert answered.answer is not None
    assert answered.passages[0][answered.answer.start : answered.answer.end] == "General Tariq Noor"
    assert answered.passages[1:] == (OTHER,)
    assert unanswerable.answer is None
    assert set(unanswerable.passages) == {TEXT, OTHER}


def test_a_file_that_holds_no_groups_is_named(tmp_path: Path) -> None:
    path = tmp_path / "odd.jsonl"
    path.write_text('{"question": "who"}\n', encoding="utf-8")
    with pytest.raises(SourceError, match=r"odd\.jsonl: not a file of mined groups"):
        read_groups(path)


def test_a_file_without_a_group_is_named(tmp_path: Path) -> None:
    path = tmp_path / "empty.jsonl"
    path.write_text("", encoding="utf-8")
    with pytest.raises(SourceError, match=r"empty\.jsonl: holds no groups"):
        read_groups(path)


def test_groups_survive_being_written(tmp_path: Path) -> None:
    path = tmp_path / "groups.jsonl"
    path.write_text(write_group(GROUP) + "\n", encoding="utf-8")
    assert read_groups(path) == [GROUP]


def test_an_epoch_withholds_some_answers() -> None:
    shown = build([GROUP], TOKENIZER, Mixture(answer_withheld=0.0), random.Random(1))
    assert [feature.start > 0 for feature in shown[0].features] == [True, False, False]
    withheld = build([GROUP], TOKENIZER, Mixture(answer_withheld=1.0), random.Random(1))
    assert [feature.start for feature in withheld[0].features] == [0, 0, 0]
