"""How a follow-up is put to the retrievers and to the reader."""

from haystack import Pipeline

from pipelines.components.follow_up import FollowUpRewriter, leaned_on, turn_of
from pipelines.types import Answer, Citation, Outcome, Quote, Span, Turn

CITATION = Citation("a" * 16, "Drone strike", "The Paper")
QUOTE = Quote("Qassem Soleimani", 0, 16, 0.9, "Qassem Soleimani died.", 0, Span(0, 22), CITATION)
TURN = Turn("who was killed by the drone strike since:2020", QUOTE)


def test_a_follow_up_carries_the_words_of_the_turn_it_leans_on() -> None:
    put = FollowUpRewriter().run("and when?", TURN)

    assert put["query"] == "and when? killed drone strike Qassem Soleimani"
    assert put["reading"] == "Qassem Soleimani. who was killed by the drone strike. when?"
    assert put["question"] == "and when?"


def test_a_pronoun_for_a_person_is_read_as_the_quote() -> None:
    assert FollowUpRewriter().run("but who was he", TURN)["reading"] == "Qassem Soleimani. who was he"


def test_a_question_that_stands_alone_passes_as_it_is() -> None:
    assert set(FollowUpRewriter().run("who resigned").values()) == {"who resigned"}


def test_a_question_leans_on_the_turn_before_it_only_if_it_says_too_little() -> None:
    assert leaned_on("and when? since:2021", TURN) is TURN
    assert leaned_on("who is the prime minister of iraq", TURN) is None
    assert leaned_on("and when?", None) is None


def test_a_long_quote_and_a_long_question_leave_room_for_the_follow_up() -> None:
    long = Quote("word " * 200, 0, 1000, 0.9, "word " * 200, 0, Span(0, 1000), CITATION)

    reading = FollowUpRewriter().run("and when?", Turn("what was said " * 50, long))["reading"]

    assert len(reading.split()) < 40
    assert reading.endswith("when?")


def test_an_answer_with_a_quote_can_be_leaned_on_and_keeps_its_topic() -> None:
    answered = Answer("and when?", Outcome.ANSWERED, (QUOTE,), follows="who was killed")

    assert turn_of(answered) == Turn("who was killed", QUOTE)
    assert turn_of(Answer("who resigned", Outcome.UNSURE, (QUOTE,))) == Turn("who resigned", QUOTE)
    assert turn_of(Answer("who resigned", Outcome.NOT_FOUND)) is None


def test_the_rewriter_can_be_written_down_and_read_back() -> None:
    pipeline = Pipeline()
    pipeline.add_component("follow_up", FollowUpRewriter())

    again = Pipeline.loads(pipeline.dumps())

    assert again.run({"follow_up": {"question": "why"}})["follow_up"]["query"] == "why"
