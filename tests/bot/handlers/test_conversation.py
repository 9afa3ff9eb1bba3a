"""What a question may lean on: replies, the last answer in the chat, and whose it is."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.handlers.conversation import FOLLOW_UP_WITHIN
from bot.journal import Journal
from pipelines.types import Turn
from tests.bot.fakes import Clock

ALICE = {"id": 11, "is_bot": False, "first_name": "Alice"}
BOB = {"id": 12, "is_bot": False, "first_name": "Bob"}
GROUP = {"id": -100200, "type": "supergroup", "title": "Readers"}
BOT = {"id": 123456, "is_bot": True, "first_name": "Verbatim", "username": "verbatim_test_bot"}
TALKS, MINISTER = "when did the talks begin?", "who was the minister?"


@pytest.fixture
def journal(tmp_path: Path, clock: Clock) -> Any:
    with Journal(tmp_path / "journal.db", keep=timedelta(days=30), now=clock) as it:
        yield it


def leaned_on(bot: Any) -> str | None:
    turn: Turn | None = bot.answerer.previous[-1]
    return turn.question if turn else None


async def test_the_first_question_has_nothing_to_lean_on(bot: Any) -> None:
    await bot.say("and when?")
    assert leaned_on(bot) is None


async def test_a_question_may_lean_on_the_last_answer_in_its_chat(bot: Any) -> None:
    await bot.say(TALKS)
    await bot.say(MINISTER)
    await bot.say("and when?")
    assert leaned_on(bot) == MINISTER


async def test_a_question_may_lean_on_an_example_that_a_button_asked(bot: Any) -> None:
    [example] = bot.services.journal.save_examples("corpus", [TALKS])
    await bot.press(f"v1:ask:{example.id}")
    await bot.say("and why?")
    assert leaned_on(bot) == TALKS


async def test_a_question_that_found_nothing_ends_the_conversation(bot: Any) -> None:
    await bot.say(TALKS)
    await bot.say("what is the price of tea?")
    await bot.say("and when?")
    assert leaned_on(bot) is None


async def test_a_follow_up_that_found_nothing_leaves_it_where_it_was(bot: Any) -> None:
    await bot.say(TALKS)
    await bot.say("and why?")
    await bot.say("and where?")
    assert leaned_on(bot) == TALKS


async def test_an_answer_counts_for_half_an_hour(bot: Any, clock: Clock) -> None:
    await bot.say(TALKS)
    clock.now += FOLLOW_UP_WITHIN
    await bot.say("and why?")
    assert leaned_on(bot) == TALKS
    clock.now += timedelta(seconds=1)
    await bot.say("and where?")
    assert leaned_on(bot) is None


async def test_a_reply_leans_on_the_answer_it_replies_to_however_old(bot: Any, clock: Clock) -> None:
    await bot.say(TALKS)
    answer = {"message_id": 1001, "date": 0, "chat": GROUP, "from": BOT, "text": "last June 12"}
    clock.now += timedelta(days=2)
    await bot.say(MINISTER)
    await bot.say("and when?", reply_to_message=answer)
    assert leaned_on(bot) == TALKS


async def test_a_reply_to_an_answered_question_leans_on_its_answer(bot: Any) -> None:
    question = bot.message(TALKS)
    await bot.update(message=question)
    await bot.say(MINISTER)
    await bot.say("and when?", reply_to_message=question)
    assert leaned_on(bot) == TALKS


async def test_in_a_group_nobody_leans_on_what_somebody_else_asked(bot: Any) -> None:
    await bot.say(f"/ask {TALKS}", chat=GROUP)
    await bot.say("/ask and when?", chat=GROUP, sender=BOB)
    assert leaned_on(bot) is None
    await bot.say("/ask and when?", chat=GROUP)
    assert leaned_on(bot) == TALKS


async def test_a_question_does_not_lean_on_another_chat(bot: Any) -> None:
    await bot.say(f"/ask {TALKS}", chat=GROUP)
    await bot.say("and when?")
    assert leaned_on(bot) is None


async def test_an_edited_follow_up_leans_on_what_came_before_it(bot: Any) -> None:
    await bot.say(TALKS)
    follow_up = bot.message("and wehn?")
    await bot.update(message=follow_up)
    await bot.say(MINISTER)
    await bot.update(edited_message={**follow_up, "text": "and when?", "edit_date": 1})
    assert leaned_on(bot) == TALKS


async def test_what_was_shown_can_be_leaned_on_after_a_restart(bot: Any, tmp_path: Path, clock: Clock) -> None:
    await bot.say(TALKS)
    with Journal(tmp_path / "journal.db", keep=timedelta(days=30), now=clock) as again:
        [answer] = again.lately_shown(chat_id=11, user_id=11, within=FOLLOW_UP_WITHIN)
    assert answer.question == TALKS
