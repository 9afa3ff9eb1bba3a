"""Which messages are answered, how, and what is said when there is no answer."""

import asyncio
from typing import Any

import pytest

from bot import pages
from pipelines.errors import SearchUnavailableError

ALICE = {"id": 11, "is_bot": False, "first_name": "Alice"}
BOB = {"id": 12, "is_bot": False, "first_name": "Bob"}
GROUP = {"id": -100200, "type": "supergroup", "title": "Readers"}
BOT = {"id": 123456, "is_bot": True, "first_name": "Verbatim", "username": "verbatim_test_bot"}
MENTION = [{"type": "mention", "offset": 0, "length": 18}]


async def test_a_private_message_is_answered_with_a_reply_that_marks_the_quote(bot: Any) -> None:
    message_id = await bot.say("when did the talks begin?")
    [sent] = bot.sent
    assert sent["text"].startswith("last June 12\n")
    assert sent["entities"][0] == {"type": "bold", "offset": 0, "length": 12}
    assert sent["reply_parameters"]["message_id"] == message_id
    assert sent["reply_parameters"]["allow_sending_without_reply"] is True
    assert sent["link_preview_options"] == {"is_disabled": True}
    assert list(bot.buttons()) == ["More answers (1)", "Show passage", "👍 Helpful", "👎 Not helpful"]


async def test_typing_is_shown_before_the_answer_in_private_and_not_in_groups(bot: Any) -> None:
    await bot.say("when did the talks begin?")
    assert [name for name, _ in bot.api.calls] == ["sendChatAction", "sendMessage"]
    bot.api.calls.clear()
    await bot.say("/ask when did the talks begin?", chat=GROUP)
    assert [name for name, _ in bot.api.calls] == ["sendMessage"]


async def test_an_answer_is_sent_even_if_typing_fails(bot: Any) -> None:
    bot.api.failures["sendChatAction"] = (500, {"description": "Internal Server Error"})
    await bot.say("when did the talks begin?")
    assert bot.texts[0].startswith("last June 12")


async def test_an_unsure_answer_says_so(bot: Any) -> None:
    await bot.say("who was the minister?")
    assert bot.texts[0].startswith("I am not sure. This comes closest:\n\nThe minister\n")


@pytest.mark.parametrize("text", ["Hi!", "hello there", "?", "🙂🙂", "/ask hi"])
async def test_a_message_that_asks_nothing_is_told_how_to_ask(bot: Any, text: str) -> None:
    await bot.say(text)
    assert bot.texts == [pages.NO_QUESTION]


async def test_thanks_are_returned(bot: Any) -> None:
    await bot.say("Thank you! 🙏")
    assert bot.texts == [pages.WELCOME]


async def test_not_found_has_no_buttons(bot: Any) -> None:
    await bot.say("what is the price of tea?")
    assert "did not find" in bot.texts[0]
    assert bot.buttons() == {}


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("/ask when did the talks begin?", {}),
        ("/ask@Verbatim_Test_Bot when did the talks begin?", {}),
        ("/ask\nwhen did the talks begin?", {}),
        ("@verbatim_test_bot when did the talks begin?", {"entities": MENTION}),
        (
            "when did the talks begin? 🎉 @verbatim_test_bot",
            {"entities": [{"type": "mention", "offset": 29, "length": 18}]},
        ),
        ("when did the talks begin?", {"reply_to_message": {"message_id": 5, "date": 0, "chat": GROUP, "from": BOT}}),
        (
            "/ask",
            {
                "reply_to_message": {
                    "message_id": 5,
                    "date": 0,
                    "chat": GROUP,
                    "from": BOB,
                    "text": "when did the talks begin?",
                }
            },
        ),
    ],
)
async def test_in_a_group_a_question_to_the_bot_is_answered(bot: Any, text: str, fields: dict[str, Any]) -> None:
    await bot.say(text, chat=GROUP, **fields)
    assert [question.removesuffix(" 🎉") for question in bot.answerer.asked] == ["when did the talks begin?"]
    assert len(bot.sent) == 1


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("when did the talks begin?", {}),
        ("/ask@another_bot when did the talks begin?", {}),
        ("/weather", {}),
        ("/ask the talks", {"sender": {"id": 77, "is_bot": True, "first_name": "Other bot"}}),
        ("write to verbatim_test_bot@example.org about the talks", {}),
        ("@verbatim_test_bot_fan the talks", {"entities": [{"type": "mention", "offset": 0, "length": 22}]}),
        ("the talks", {"reply_to_message": {"message_id": 5, "date": 0, "chat": GROUP, "from": BOB}}),
        (
            "the talks",
            {
                "is_topic_message": True,
                "message_thread_id": 5,
                "reply_to_message": {
                    "message_id": 5,
                    "date": 0,
                    "chat": GROUP,
                    "from": BOT,
                    "forum_topic_created": {"name": "News", "icon_color": 0},
                },
            },
        ),
    ],
)
async def test_in_a_group_everything_else_is_left_alone(bot: Any, text: str, fields: dict[str, Any]) -> None:
    await bot.say(text, chat=GROUP, **fields)
    assert bot.api.calls == []
    assert bot.answerer.asked == []


async def test_a_question_in_a_topic_is_answered_in_that_topic(bot: Any) -> None:
    await bot.say("/ask when did the talks begin?", chat=GROUP, is_topic_message=True, message_thread_id=77)
    assert int(bot.sent[0]["message_thread_id"]) == 77


async def test_ask_alone_explains_itself(bot: Any) -> None:
    await bot.say("/ask")
    assert bot.texts == [pages.ASK_USAGE]


async def test_an_unknown_command_is_named_as_such_in_private(bot: Any) -> None:
    await bot.say("/weather")
    assert bot.texts == [pages.UNKNOWN_COMMAND]


@pytest.mark.parametrize(
    "content",
    [
        {"sticker": {"file_id": "a", "file_unique_id": "b", "type": "regular", "width": 1, "height": 1,
                     "is_animated": False, "is_video": False}},
        {"voice": {"file_id": "a", "file_unique_id": "b", "duration": 1}},
        {"photo": [{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}], "caption": "the talks?"},
    ],
)  # fmt: skip
async def test_stickers_voice_and_photos_get_one_polite_line_in_private_only(bot: Any, content: Any) -> None:
    await bot.update(message=bot.message(**content))
    assert bot.texts == [pages.TEXT_ONLY]
    await bot.update(message=bot.message(chat=GROUP, **content))
    assert len(bot.sent) == 1


async def test_an_album_gets_one_line(bot: Any) -> None:
    photo = [{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}]
    for _ in range(3):
        await bot.update(message=bot.message(photo=photo, media_group_id="album"))
    assert bot.texts == [pages.TEXT_ONLY]


async def test_channel_posts_and_service_messages_are_left_alone(bot: Any) -> None:
    channel = {"id": -100300, "type": "channel", "title": "News"}
    await bot.update(channel_post={"message_id": 1, "date": 0, "chat": channel, "text": "when did the talks begin?"})
    await bot.update(edited_channel_post={"message_id": 1, "date": 0, "chat": channel, "text": "/ask the talks"})
    await bot.update(message=bot.message(chat=GROUP, new_chat_members=[ALICE]))
    assert bot.api.calls == []


async def test_an_edited_question_edits_its_answer(bot: Any) -> None:
    question = bot.message("what is the price of tea?")
    await bot.update(message=question)
    await bot.update(edited_message={**question, "text": "when did the talks begin?", "edit_date": 1})
    assert len(bot.sent) == 1
    [edit] = bot.called("editMessageText")
    assert edit["text"].startswith("last June 12")
    assert "More answers (1)" in bot.buttons(edit)


async def test_an_edit_that_changes_nothing_or_was_never_answered_is_ignored(bot: Any) -> None:
    question = bot.message("when did the talks begin?")
    await bot.update(message=question)
    bot.api.calls.clear()
    await bot.update(edited_message={**question, "edit_date": 1})
    await bot.update(edited_message=bot.message("when did the talks begin?", edit_date=1))
    await bot.update(edited_message=bot.message("/start", edit_date=1))
    assert bot.api.calls == []


async def test_too_many_questions_are_met_with_the_time_to_wait(make_bot: Any) -> None:
    bot = await make_bot(per_minute=2)
    for _ in range(3):
        await bot.say("when did the talks begin?")
    assert bot.texts[2] == "That was a lot of questions. Please ask the next one in 30 seconds."
    await bot.say("when did the talks begin?", sender=BOB)
    assert bot.texts[3].startswith("last June 12")


async def test_a_crowd_is_told_that_the_bot_is_busy(bot: Any) -> None:
    await asyncio.gather(*(bot.say("the talks?", sender={**ALICE, "id": number}) for number in range(1, 20)))
    assert bot.texts.count(pages.BUSY) == 7
    assert len(bot.sent) == 19


async def test_an_empty_index_says_how_to_fill_it(bot: Any) -> None:
    bot.library.stored.clear()
    bot.answerer.nearest = ()
    await bot.say("what is the price of tea?")
    assert bot.texts == [pages.EMPTY]


async def test_a_search_engine_that_is_away_is_named_in_plain_words(bot: Any) -> None:
    bot.answerer.error = SearchUnavailableError("The search engine does not answer now. Please try again later.")
    await bot.say("when did the talks begin?")
    assert bot.texts == ["The search engine does not answer now. Please try again later."]


async def test_what_waits_is_not_answered_when_the_bot_stops(bot: Any) -> None:
    bot.services.queue.stop()
    await bot.say("when did the talks begin?")
    assert bot.sent == []
