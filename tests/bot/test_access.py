"""The gate: closed unless it was opened, for every kind of update."""

from typing import Any

import pytest

from bot.access import AccessPolicy

BOB = {"id": 12, "is_bot": False, "first_name": "Bob"}
ALICE = {"id": 11, "is_bot": False, "first_name": "Alice"}
GROUP = {"id": -100200, "type": "supergroup", "title": "Readers"}
ONLY_BOB = AccessPolicy(public=False, users=frozenset({12}))


async def test_a_stranger_is_told_their_id_once_an_hour(make_bot: Any) -> None:
    now = [0.0]
    bot = await make_bot(policy=ONLY_BOB, clock=lambda: now[0])
    await bot.say("when did the talks begin?")
    await bot.say("/start")
    assert len(bot.texts) == 1
    assert "your id: 11" in bot.texts[0]
    now[0] = 3601
    await bot.say("hello")
    assert len(bot.texts) == 2
    assert bot.answerer.asked == []


async def test_a_listed_person_may_ask_anywhere(make_bot: Any) -> None:
    bot = await make_bot(policy=ONLY_BOB)
    await bot.say("the talks?", sender=BOB)
    await bot.say("/ask the talks?", sender=BOB, chat=GROUP)
    assert len(bot.answerer.asked) == 2


async def test_everyone_in_a_listed_group_may_ask_there_and_nowhere_else(make_bot: Any) -> None:
    bot = await make_bot(policy=AccessPolicy(public=False, chats=frozenset({GROUP["id"]})))
    await bot.say("/ask the talks?", chat=GROUP)
    assert len(bot.answerer.asked) == 1
    await bot.say("the talks?")
    assert len(bot.answerer.asked) == 1
    assert "your id: 11" in bot.texts[-1]


async def test_in_a_strange_group_only_a_direct_question_is_told_the_groups_id(make_bot: Any) -> None:
    bot = await make_bot(policy=ONLY_BOB)
    await bot.say("hello all", chat=GROUP)
    await bot.say("/ask@other_bot hello", chat=GROUP)
    await bot.say("@verbatim_test_bot", chat=GROUP, entities=[{"type": "mention", "offset": 0, "length": 18}])
    assert bot.api.calls == []
    await bot.say("/ask hello", chat=GROUP)
    await bot.say("/ask hello", chat=GROUP)
    assert len(bot.texts) == 1
    assert f"its id: {GROUP['id']}" in bot.texts[0]


async def test_a_strangers_button_press_is_answered_and_does_nothing(make_bot: Any) -> None:
    bot = await make_bot(policy=ONLY_BOB)
    await bot.say("the talks?", sender=BOB)
    data = bot.buttons()["Show passage"]
    bot.api.calls.clear()
    await bot.press(data)
    assert [name for name, _ in bot.api.calls] == ["answerCallbackQuery"]


@pytest.mark.parametrize("kind", ["edited_message", "channel_post", "edited_channel_post", "guest_message"])
async def test_no_kind_of_update_slips_through(make_bot: Any, kind: str) -> None:
    bot = await make_bot(policy=ONLY_BOB)
    await bot.update(**{kind: bot.message("/ask the talks?", chat=GROUP)})
    assert bot.api.calls == []
    assert bot.answerer.asked == []


async def test_a_stranger_who_blocks_the_bot_is_no_error(make_bot: Any, caplog: pytest.LogCaptureFixture) -> None:
    bot = await make_bot(policy=ONLY_BOB)
    bot.api.failures["sendMessage"] = (403, {"description": "Forbidden: bot was blocked by the user"})
    await bot.say("hello")
    assert all(record.levelname not in {"ERROR", "CRITICAL"} for record in caplog.records)
    assert bot.answerer.asked == []


async def test_a_listed_group_stays_open_under_its_new_id(make_bot: Any) -> None:
    bot = await make_bot(policy=AccessPolicy(public=False, chats=frozenset({-200})))
    old = {"id": -200, "type": "group", "title": "Readers"}
    await bot.say("/ask the talks?", chat=old)
    data = bot.buttons()["👍 Helpful"]
    await bot.update(message=bot.message(chat=old, migrate_to_chat_id=GROUP["id"]))
    await bot.say("/ask the talks?", chat=GROUP)
    assert len(bot.answerer.asked) == 2
    await bot.press(data, chat=GROUP)
    assert len(bot.called("editMessageReplyMarkup")) == 1
