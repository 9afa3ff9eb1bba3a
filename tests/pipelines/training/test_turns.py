import random

from pipelines.components.encoder import SentenceEncoder
from pipelines.training.data import Example
from pipelines.training.mining import Plan, Pool
from pipelines.training.turns import follow_ups, names_little
from pipelines.types import Span

TEXT = "The Army Day parade was led by General Tariq Noor, who retired on Friday."
FAR = "A ferry sank."
NEAR = "The new mayor was sworn in on Monday. The mayor before her resigned."
PARADE = Example("1", "Who led the Army Day parade?", TEXT, (Span(TEXT.index("General"), TEXT.index(",")),))
RETIRED = Example("2", "when did he retire", TEXT, (Span(TEXT.index("on Friday"), len(TEXT) - 1),))


def test_a_question_without_names_fits_many_texts() -> None:
    assert names_little("who is the new mayor")
    assert not names_little("who became the first mayor of Port Selwick after the storm")


def test_a_question_that_fits_many_texts_stands_behind_another_one_and_its_answer() -> None:
    [turn] = follow_ups([PARADE, RETIRED], 1.0, random.Random(1))

    assert turn.question == "General Tariq Noor. Who led the Army Day parade. when did he retire"
    assert (turn.context, turn.answers) == (RETIRED.context, RETIRED.answers)
    assert turn.id != RETIRED.id


def test_without_another_question_on_its_text_nothing_is_a_follow_up() -> None:
    assert follow_ups([RETIRED], 1.0, random.Random(1)) == []
    assert follow_ups([PARADE, RETIRED], 0.0, random.Random(1)) == []


def test_a_question_that_fits_many_texts_gets_one_passage_from_anywhere() -> None:
    mayor = Example("3", "who is the new mayor", TEXT, ())
    pool = Pool((TEXT, NEAR, FAR), SentenceEncoder(threads=1), random.Random(1))
    elsewhere = [pool.wrong(mayor, Plan(own=0, seed=seed)) for seed in range(10)]

    assert {passage for [passage] in elsewhere} == {NEAR, FAR}
