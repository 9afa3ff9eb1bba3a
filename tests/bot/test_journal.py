"""The journal: what it keeps, for whom, and for how long."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.journal import Journal, Ratings
from pipelines.errors import ConfigurationError
from pipelines.types import Answer, Citation, Outcome, Quote, ResolvedDate, Span
from tests.bot.fakes import Clock

CITATION = Citation("a" * 16, "Title", "Outlet", None, date(2021, 1, 5))
QUOTE = Quote(
    "in March 🎉", 5, 15, 0.9, "It was in March 🎉.", -2, Span(0, 99), CITATION, ResolvedDate("x", "2020"), (CITATION,)
)
ANSWER = Answer("when was it", Outcome.ANSWERED, (QUOTE,), (CITATION,), ("A notice.",), 12.5)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "journal.db"


@pytest.fixture
def journal(path: Path, clock: Clock) -> Iterator[Journal]:
    with Journal(path, keep=timedelta(days=30), now=clock) as opened:
        yield opened


def _remember(journal: Journal, *, chat_id: int = 1, user_id: int = 2, question: int | None = 3) -> str:
    return journal.remember(ANSWER, chat_id=chat_id, user_id=user_id, question_message_id=question)


def test_a_shown_answer_is_the_same_after_a_restart(path: Path, clock: Clock) -> None:
    with Journal(path, keep=timedelta(days=30), now=clock) as journal:
        shown_id = _remember(journal)
        journal.place(shown_id, 77)
    with Journal(path, keep=timedelta(days=30), now=clock) as journal:
        shown = journal.shown(shown_id, chat_id=1)
        assert shown is not None
        assert shown.answer == ANSWER
        assert shown.message_id == 77


def test_the_latest_answers_of_a_person_in_a_chat_come_newest_first(journal: Journal, clock: Clock) -> None:
    for number, question in enumerate(("first", "second", "third"), 1):
        answer = replace(ANSWER, question=question)
        journal.remember(answer, chat_id=1, user_id=2, question_message_id=number)
        clock.now += timedelta(minutes=10)
    _remember(journal, chat_id=1, user_id=9, question=4)
    _remember(journal, chat_id=5, user_id=2, question=5)

    def latest(within: timedelta, before: int | None = None) -> list[str]:
        shown = journal.lately_shown(chat_id=1, user_id=2, within=within, before=before)
        return [answer.question for answer in shown]

    assert latest(timedelta(hours=1)) == ["third", "second", "first"]
    assert latest(timedelta(minutes=20)) == ["third", "second"]
    assert latest(timedelta(hours=1), before=3) == ["second", "first"]


def test_an_answer_is_found_by_the_message_that_shows_it(journal: Journal) -> None:
    journal.place(_remember(journal), 77)
    shown = journal.shown_in(77, chat_id=1)
    assert shown is not None
    assert shown.answer == ANSWER
    assert journal.shown_in(77, chat_id=2) is None
    assert journal.shown_in(78, chat_id=1) is None


def test_an_answer_from_before_follow_ups_were_kept_can_still_be_read(path: Path, clock: Clock) -> None:
    with Journal(path, keep=timedelta(days=30), now=clock) as journal:
        shown_id = _remember(journal)
    with sqlite3.connect(path) as database:
        database.execute("UPDATE shown SET answer = json_remove(answer, '$.follows')")
    database.close()
    with Journal(path, keep=timedelta(days=30), now=clock) as journal:
        shown = journal.shown(shown_id, chat_id=1)
    assert shown is not None
    assert shown.answer.follows is None


def test_a_shown_answer_belongs_to_its_chat(journal: Journal) -> None:
    assert journal.shown(_remember(journal), chat_id=99) is None


def test_the_answer_to_a_message_is_found(journal: Journal) -> None:
    shown_id = _remember(journal, question=5)
    shown = journal.shown_for(5, chat_id=1)
    assert shown is not None
    assert shown.id == shown_id
    assert journal.shown_for(6, chat_id=1) is None
    assert journal.shown_for(5, chat_id=2) is None


def test_an_opinion_replaces_the_one_before(journal: Journal) -> None:
    shown_id = _remember(journal)
    assert journal.rate(shown_id, user_id=2, helpful=True) == Ratings(1, 0, own=True)
    assert journal.rate(shown_id, user_id=3, helpful=True) == Ratings(2, 0, own=True)
    assert journal.rate(shown_id, user_id=2, helpful=False) == Ratings(1, 1, own=False)
    assert journal.ratings(shown_id, user_id=9) == Ratings(1, 1)


def test_another_answer_in_the_same_place_starts_without_feedback(journal: Journal) -> None:
    shown_id = _remember(journal)
    journal.rate(shown_id, user_id=2, helpful=True)
    journal.replace(shown_id, Answer("who", Outcome.NOT_FOUND))
    shown = journal.shown(shown_id, chat_id=1)
    assert shown is not None
    assert shown.answer.question == "who"
    assert journal.ratings(shown_id, user_id=2) == Ratings(0, 0)


def test_to_forget_a_person_leaves_nothing_of_them_in_the_files(journal: Journal, path: Path) -> None:
    mine = _remember(journal, user_id=2)
    theirs = journal.remember(Answer("b", Outcome.NOT_FOUND), chat_id=1, user_id=3, question_message_id=None)
    journal.rate(theirs, user_id=2, helpful=True)
    assert journal.forget(2) == 1
    assert journal.shown(mine, chat_id=1) is None
    assert journal.shown(theirs, chat_id=1) is not None
    assert journal.ratings(theirs, user_id=2) == Ratings(0, 0)
    for file in path.parent.iterdir():
        assert b"when was it" not in file.read_bytes()


def test_old_answers_go_with_their_feedback(journal: Journal, clock: Clock) -> None:
    old = _remember(journal)
    journal.rate(old, user_id=2, helpful=True)
    clock.now += timedelta(days=29)
    new = _remember(journal)
    journal.purge()
    assert journal.shown(old, chat_id=1) is not None
    clock.now += timedelta(days=2)
    journal.purge()
    assert journal.shown(old, chat_id=1) is None
    assert journal.ratings(old, user_id=2) == Ratings(0, 0)
    assert journal.shown(new, chat_id=1) is not None


def test_old_answers_go_at_start(path: Path, clock: Clock) -> None:
    with Journal(path, keep=timedelta(days=30), now=clock) as journal:
        old = _remember(journal)
    clock.now += timedelta(days=31)
    with Journal(path, keep=timedelta(days=30), now=clock) as journal:
        assert journal.shown(old, chat_id=1) is None


def test_a_group_with_a_new_id_keeps_its_answers(journal: Journal) -> None:
    shown_id = _remember(journal, chat_id=-5)
    journal.move_chat(-5, -1005)
    assert journal.shown(shown_id, chat_id=-1005) is not None


def test_examples_are_kept_for_one_state_of_the_index(journal: Journal) -> None:
    [first, second] = journal.save_examples("one", ["Who is A?", "Who is B?"])
    assert journal.examples("one") == [first, second]
    assert journal.examples("two") == []
    assert journal.example(second.id) == "Who is B?"
    journal.save_examples("two", ["Who is C?"])
    assert journal.example(second.id) is None


def test_ids_fit_into_a_buttons_data(journal: Journal) -> None:
    assert len(f"v1:articles:{_remember(journal)}".encode()) <= 64


def test_a_journal_of_a_newer_version_is_refused_and_left_alone(path: Path, clock: Clock) -> None:
    path.parent.mkdir()
    database = sqlite3.connect(path)
    database.execute("PRAGMA user_version = 99")
    database.close()
    with pytest.raises(ConfigurationError, match="newer version"):
        Journal(path, keep=timedelta(days=30), now=clock)


def test_a_damaged_journal_is_named_with_a_remedy(path: Path, clock: Clock) -> None:
    path.parent.mkdir()
    path.write_bytes(b"not a database " * 100)
    with pytest.raises(ConfigurationError, match="Move it away"):
        Journal(path, keep=timedelta(days=30), now=clock)
