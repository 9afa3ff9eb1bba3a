import random
from pathlib import Path

import numpy as np
import pytest

from pipelines.components.encoder import SentenceEncoder
from pipelines.errors import SourceError
from pipelines.models import READER_FOLDER
from pipelines.training.data import Example
from pipelines.training.features import Ints, load_tokenizer
from pipelines.training.groups import Group, read_groups, write_group
from pipelines.training.mining import Plan, Pool, Reader, mine
from pipelines.training.mixture import Mixture, build
from pipelines.training.predict import Floats
from pipelines.types import Span

TOKENIZER = load_tokenizer(READER_FOLDER / "tokenizer.json")
TEXT = "The Army Day parade was led by General Tariq Noor. It rained all day."
NOOR = Span(TEXT.index("General"), TEXT.index("Noor") + 4)
OTHER = "The parade of ships was led by a tug. Nobody led the strike."
GROUP = Group("k", "Who led it?", ("by Noor", "a", "b", "c"), Span(3, 7), (2.0, -5.0, 4.0, -1.0), 1.5)


def blind(ids: Ints, mask: Ints, types: Ints) -> tuple[Floats, Floats]:
    return np.zeros(ids.shape, dtype=np.float32), np.zeros(ids.shape, dtype=np.float32)


def test_a_trimmed_group_keeps_the_answer_and_what_looks_most_right() -> None:
    trimmed = GROUP.trimmed(2, answered=True, rng=random.Random(1))
    assert trimmed.passages[:2] == ("by Noor", "b")
    assert trimmed.answer == Span(3, 7)
    assert len(trimmed.passages) == len(trimmed.margins) == 3


def test_a_group_without_its_answer_has_none() -> None:
    trimmed = GROUP.trimmed(3, answered=False, rng=random.Random(1))
    assert "by Noor" not in trimmed.passages
    assert trimmed.answer is None


def test_mined_groups_hold_the_answer_once_and_neighbours_of_both_kinds(tmp_path: Path) -> None:
    examples = [Example("1", "Who led the parade?", TEXT, (NOOR,)), Example("2", "Who led the strike?", TEXT, ())]
    pool = Pool([TEXT, OTHER], SentenceEncoder(threads=1), random.Random(1))
    path = tmp_path / "groups.jsonl"
    mine(examples[:1], pool, Reader(blind, TOKENIZER), Plan(threads=1), path)
    mine(examples, pool, Reader(blind, TOKENIZER), Plan(threads=1), path)
    answered, unanswerable = read_groups(path)
    assert answered.answer is not None
    assert answered.passages[0][answered.answer.start : answered.answer.end] == "General Tariq Noor"
    assert answered.passages[1:] == (OTHER,)
    assert unanswerable.answer is None
    assert set(unanswerable.passages) == {TEXT, OTHER}
    # A reader that sees no difference spreads itself evenly: the loss is positive, every margin 0.
    assert set(answered.margins) == {0.0}
    assert answered.loss > 0


def test_a_file_that_holds_no_groups_is_named(tmp_path: Path) -> None:
    path = tmp_path / "odd.jsonl"
    path.write_text('{"question": "who"}\n', encoding="utf-8")
    with pytest.raises(SourceError, match=r"odd\.jsonl: not a file of mined groups"):
        read_groups(path)


def test_groups_survive_being_written(tmp_path: Path) -> None:
    path = tmp_path / "groups.jsonl"
    path.write_text(write_group(GROUP) + "\n", encoding="utf-8")
    assert read_groups(path) == [GROUP]


def test_an_epoch_leaves_out_easy_questions_and_withholds_some_answers() -> None:
    easy = Group("e", "Who?", ("Noor led it.",), Span(0, 4), (9.0,), 0.01)
    bundles = build([GROUP, easy], TOKENIZER, Mixture(easy_share=0.0, answer_withheld=0.0), random.Random(1))
    assert [[feature.start > 0 for feature in bundle.features] for bundle in bundles] == [[True, False, False]]
    withheld = build([GROUP], TOKENIZER, Mixture(answer_withheld=1.0), random.Random(1))
    assert [feature.start for feature in withheld[0].features] == [0, 0, 0]
