"""What the buttons do, and what they refuse."""

from dataclasses import replace
from typing import Any

import pytest

from bot import pages
from bot.journal import Ratings
from bot.messages import CHANGED_ARTICLE

BOB = {"id": 12, "is_bot": False, "first_name": "Bob"}
GROUP = {"id": -100200, "type": "supergroup", "title": "Readers"}


async def _answered(bot: Any, **fields: Any) -> dict[str, str]:
    await bot.say("/ask when did the talks begin?", **fields)
    buttons: dict[str, str] = bot.buttons()
    bot.api.calls.clear()
    return buttons


async def test_more_answers_and_back(bot: Any) -> None:
    buttons = await _answered(bot)
    await bot.press(buttons["More answers (1)"])
    [more] = bot.called("editMessageText")
    assert "in July" in more["text"]
    assert "last June 12" not in more["text"]
    await bot.press(bot.buttons(more)["Back to the answer"])
    back = bot.called("editMessageText")[1]
    assert back["text"].startswith("last June 12\n")
    assert bot.buttons(back) == buttons
    assert len(bot.called("answerCallbackQuery")) == 2


async def test_the_passage_is_shown_with_the_quote_marked(bot: Any) -> None:
    buttons = await _answered(bot)
    await bot.press(buttons["Show passage"])
    [passage] = bot.called("editMessageText")
    assert passage["text"].startswith("The talks began last June 12, he said. They ended in July.")
    assert [entity["type"] for entity in passage["entities"]][:2] == ["blockquote", "bold"]


async def test_feedback_is_ticked_and_can_be_changed(bot: Any) -> None:
    buttons = await _answered(bot)
    await bot.press(buttons["👍 Helpful"])
    await bot.press(buttons["👎 Not helpful"])
    first, second = bot.called("editMessageReplyMarkup")
    assert list(bot.buttons(first))[2:] == ["✅ Helpful", "👎 Not helpful"]
    assert list(bot.buttons(second))[2:] == ["👍 Helpful", "✅ Not helpful"]
    assert [answer["text"] for answer in bot.called("answerCallbackQuery")] == [pages.NOTED] * 2


async def test_feedback_is_still_ticked_after_looking_at_the_passage(bot: Any) -> None:
    buttons = await _answered(bot)
    await bot.press(buttons["👍 Helpful"])
    await bot.press(buttons["Show passage"])
    await bot.press(bot.buttons(bot.called("editMessageText")[0])["Back to the answer"])
    assert "✅ Helpful" in bot.buttons(bot.called("editMessageText")[1])


async def test_in_a_group_feedback_is_counted(bot: Any) -> None:
    buttons = await _answered(bot, chat=GROUP)
    await bot.press(buttons["👍 Helpful"], chat=GROUP)
    await bot.press(buttons["👍 Helpful"], chat=GROUP, sender=BOB)
    assert list(bot.buttons(bot.called("editMessageReplyMarkup")[1]))[2:] == ["👍 Helpful (2)", "👎 Not helpful"]


async def test_a_button_of_another_chat_does_nothing(bot: Any) -> None:
    buttons = await _answered(bot)
    for data in buttons.values():
        await bot.press(data, sender=BOB)
    assert bot.called("editMessageText") == bot.called("editMessageReplyMarkup") == []
    assert {answer["text"] for answer in bot.called("answerCallbackQuery")} == {pages.STALE}
    shown_id = buttons["👍 Helpful"].split(":")[2]
    assert bot.services.journal.ratings(shown_id, user_id=BOB["id"]) == Ratings()


@pytest.mark.parametrize(
    "data",
    ["", "v1", "v1:more:", "v1:more:'; DROP TABLE shown", "v2:more:abc", "v1:nothing:abc", "v1:more:unknown", "🎉"],
)
async def test_a_stale_or_made_up_button_is_answered_kindly(bot: Any, data: str) -> None:
    await bot.press(data)
    [answer] = bot.called("answerCallbackQuery")
    assert answer["text"] == pages.STALE
    assert len(bot.api.calls) == 1


async def test_an_article_that_has_changed_is_not_shown_as_it_was(bot: Any) -> None:
    buttons = await _answered(bot)
    [article] = bot.library.stored
    bot.library.stored[:] = [replace(article, text="Corrected: " + article.text)]
    await bot.press(buttons["Show passage"])
    bot.library.stored.clear()
    await bot.press(buttons["Show passage"])
    assert [answer["text"] for answer in bot.called("answerCallbackQuery")] == [CHANGED_ARTICLE] * 2
    assert bot.called("editMessageText") == []


async def test_a_button_pressed_twice_is_no_error(bot: Any) -> None:
    buttons = await _answered(bot)
    bot.api.failures["editMessageReplyMarkup"] = (400, {"description": "Bad Request: message is not modified"})
    await bot.press(buttons["👍 Helpful"])
    assert len(bot.called("answerCallbackQuery")) == 1


async def test_forgotten_answers_have_no_buttons_that_work(bot: Any) -> None:
    buttons = await _answered(bot)
    await bot.say("/forget")
    assert bot.texts[-1].startswith("Done. I deleted 1 answer ")
    await bot.press(buttons["Show passage"])
    assert bot.called("answerCallbackQuery")[-1]["text"] == pages.STALE
    await bot.say("/forget")
    assert bot.texts[-1] == pages.FORGOTTEN_NOTHING


async def test_an_example_asks_its_question_and_shows_it(bot: Any) -> None:
    [example] = bot.services.journal.save_examples("now", ["When did the talks begin?"])
    await bot.press(f"v1:ask:{example.id}")
    [sent] = bot.sent
    assert sent["text"].startswith("When did the talks begin?\n\nlast June 12\n")
    await bot.press(bot.buttons()["Show passage"])
    await bot.press(bot.buttons(bot.called("editMessageText")[0])["Back to the answer"])
    assert bot.called("editMessageText")[1]["text"] == sent["text"]


async def test_an_example_that_is_not_offered_any_more_says_so(bot: Any) -> None:
    await bot.press("v1:ask:gone")
    assert bot.called("answerCallbackQuery")[0]["text"] == pages.STALE_EXAMPLE


async def test_an_example_counts_as_a_question(make_bot: Any) -> None:
    bot = await make_bot(per_minute=1)
    [example] = bot.services.journal.save_examples("now", ["When did the talks begin?"])
    await bot.press(f"v1:ask:{example.id}")
    await bot.press(f"v1:ask:{example.id}")
    assert len(bot.sent) == 1
    assert bot.called("answerCallbackQuery")[1]["text"].startswith("That was a lot of questions.")
