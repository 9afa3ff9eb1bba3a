"""What people and the operator see when something fails."""

import re
from typing import Any

import pytest

from pipelines.errors import SearchUnavailableError
from pipelines.types import Citation

TOKEN = "123456:fake-token-for-tests"


async def test_a_failure_is_logged_with_a_traceback_and_told_with_the_same_id(
    bot: Any, caplog: pytest.LogCaptureFixture
) -> None:
    bot.answerer.error = RuntimeError("the model is broken")
    await bot.say("when did the talks begin?")
    [text] = bot.texts
    found = re.search(r"code: ([0-9a-f]{6})$", text)
    assert found is not None
    assert "model" not in text
    [record] = [record for record in caplog.records if record.levelname == "ERROR"]
    assert found[1] in record.getMessage()
    assert record.exc_info is not None
    assert "talks" not in record.getMessage()


async def test_a_failure_behind_a_button_is_told_in_an_alert(bot: Any) -> None:
    await bot.say("when did the talks begin?")
    bot.api.failures["editMessageText"] = (400, {"description": "Bad Request: something new"})
    await bot.press(bot.buttons()["Show passage"])
    assert "code: " in bot.called("answerCallbackQuery")[-1]["text"]


async def test_a_search_engine_that_is_away_is_told_plainly_and_without_a_traceback(
    bot: Any, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unavailable(**_: int) -> list[Citation]:
        msg = "The search is unavailable."
        raise SearchUnavailableError(msg)

    monkeypatch.setattr(bot.library, "articles", unavailable)
    await bot.say("/articles")
    assert bot.texts == ["The search is unavailable."]
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


@pytest.mark.parametrize(("code", "description"), [(403, "Forbidden: bot was kicked"), (502, "Bad Gateway")])
async def test_a_chat_that_cannot_be_reached_is_one_plain_line_in_the_log(
    bot: Any, caplog: pytest.LogCaptureFixture, code: int, description: str
) -> None:
    caplog.set_level("INFO", logger="bot")
    bot.api.failures["sendMessage"] = (code, {"description": description})
    await bot.say("when did the talks begin?")
    [record] = [record for record in caplog.records if record.name == "bot.handlers.errors"]
    assert record.exc_info is None
    assert record.levelname in {"INFO", "WARNING"}
