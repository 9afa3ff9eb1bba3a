"""Connecting, staying connected, and stopping: what the operator is told."""

import asyncio
import logging
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from telegram.error import Conflict, NetworkError, TimedOut

from bot import lifecycle
from bot.instance import AlreadyRunningError, only_instance
from bot.lifecycle import PollingReporter, TelegramUnreachableError, Webhook, connected, keep_receiving
from bot.warming import WarmingAnswerer
from pipelines.errors import ConfigurationError, IndexMismatchError, StorageError
from pipelines.types import Answer, Outcome, Turn

API = "https://api.example.org"
TOKEN = "123456:fake-token-for-tests"
FORGOTTEN = (401, {"description": "Unauthorized"})


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lifecycle, "_RETRY_AFTER", (0.0, 0.0))


async def _until(condition: Callable[[], bool]) -> None:
    for _ in range(500):
        if condition():
            return
        await asyncio.sleep(0.01)
    pytest.fail("it did not happen within five seconds")


async def test_a_token_that_telegram_does_not_know_is_a_plain_message_without_the_token(bot: Any) -> None:
    await bot.application.shutdown()
    bot.api.failures["getMe"] = FORGOTTEN
    with pytest.raises(ConfigurationError, match="does not accept the bot token") as error:
        async with connected(bot.application, API):
            pytest.fail("it must not connect")
    assert TOKEN not in str(error.value)
    assert error.value.__cause__ is None
    assert error.value.__suppress_context__


async def test_an_api_that_is_away_is_tried_again_and_then_named(bot: Any) -> None:
    await bot.application.shutdown()
    bot.api.failures["getMe"] = (502, {"description": "Bad Gateway"})
    with pytest.raises(TelegramUnreachableError, match=r"api\.example\.org does not answer"):
        async with connected(bot.application, API):
            pytest.fail("it must not connect")
    assert len(bot.called("getMe")) == 3


async def test_while_connected_every_kind_of_update_is_named_and_the_menus_are_set(bot: Any) -> None:
    await bot.application.shutdown()
    async with connected(bot.application, API):
        await _until(lambda: len(bot.called("setMyCommands")) == 2 and bool(bot.called("getUpdates")))
    assert bot.called("getUpdates")[0]["allowed_updates"] == ["message", "edited_message", "callback_query"]
    scopes = [call["scope"]["type"] for call in bot.called("setMyCommands")]
    assert scopes == ["all_private_chats", "all_group_chats"]
    assert not bot.application.running


async def test_a_menu_that_cannot_be_set_is_logged_and_no_more(bot: Any, caplog: pytest.LogCaptureFixture) -> None:
    await bot.application.shutdown()
    bot.api.failures["setMyCommands"] = (400, {"description": "Bad Request: nope"})
    async with connected(bot.application, API):
        await _until(lambda: "The commands menu could not be set" in caplog.text)


async def test_a_token_that_is_withdrawn_ends_the_bot(bot: Any) -> None:
    await bot.application.shutdown()
    async with connected(bot.application, API):
        bot.api.failures["getUpdates"] = FORGOTTEN
        with pytest.raises(ConfigurationError, match="any more"):
            await asyncio.wait_for(keep_receiving(), 5)


async def test_a_webhook_takes_messages_from_telegram_only(bot: Any) -> None:
    await bot.application.shutdown()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    webhook = Webhook("https://bot.example.org/verbatim", "s" * 32, "127.0.0.1", port)
    update = {"update_id": 1, "message": bot.message("when did the talks begin?")}
    async with connected(bot.application, API, webhook), httpx.AsyncClient(trust_env=False) as telegram:
        [call] = bot.called("setWebhook")
        assert call["url"] == webhook.url
        assert call["secret_token"] == webhook.secret
        address = f"http://127.0.0.1:{port}/verbatim"
        for headers in ({}, {"X-Telegram-Bot-Api-Secret-Token": "guess"}):
            assert (await telegram.post(address, json=update, headers=headers)).status_code == 403
        headers = {"X-Telegram-Bot-Api-Secret-Token": webhook.secret}
        assert (await telegram.post(address, json=update, headers=headers)).status_code == 200
        await _until(lambda: bool(bot.sent))
    assert len(bot.answerer.asked) == 1
    assert not bot.called("getUpdates")


# Tornado drops the socket that it could not bind without closing it.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
async def test_a_webhook_port_that_is_taken_is_named(bot: Any) -> None:
    await bot.application.shutdown()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        webhook = Webhook("https://bot.example.org/verbatim", "s" * 32, *taken.getsockname())
        with pytest.raises(ConfigurationError, match="cannot listen"):
            async with connected(bot.application, API, webhook):
                pytest.fail("it must not connect")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (Conflict("terminated by other getUpdates request"), "Another program"),
        (NetworkError("no route"), "does not answer"),
        (TimedOut(), "does not answer"),
    ],
)
def test_a_reason_for_silence_is_told_once_a_minute(
    error: Exception, words: str, caplog: pytest.LogCaptureFixture
) -> None:
    now = [0.0]
    report: Callable[[Any], None] = PollingReporter(API, now=lambda: now[0])
    for now[0] in (0.0, 1.0, 59.0, 61.0):
        report(error)
    assert [words in record.getMessage() for record in caplog.records] == [True, True]
    assert all(record.levelno == logging.WARNING and record.exc_info is None for record in caplog.records)


def test_a_second_bot_on_the_same_folder_is_refused_until_the_first_ends(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    refusal = pytest.raises(AlreadyRunningError, match=r"already runs with the folder .*data \(process \d+\)")
    with only_instance(folder), refusal, only_instance(folder):
        pytest.fail("two bots must not run")
    with only_instance(tmp_path / "data"):
        pass


def test_a_folder_that_cannot_be_used_is_named_with_the_way_out(tmp_path: Path) -> None:
    (tmp_path / "data").touch()
    refusal = pytest.raises(StorageError, match=r"data cannot be used \(File exists\). Choose another with VERBATIM_")
    with refusal, only_instance(tmp_path / "data"):
        pass


class _Answers:
    def ask(self, question: str, previous: Turn | None = None) -> Answer:
        return Answer(question, Outcome.NOT_FOUND)


def test_an_early_question_waits_until_the_models_are_loaded() -> None:
    def load() -> _Answers:
        time.sleep(0.05)
        return _Answers()

    assert WarmingAnswerer(load).ask("early").question == "early"


async def test_models_that_cannot_be_loaded_are_reported() -> None:
    def load() -> _Answers:
        msg = "Another encoder made this index."
        raise IndexMismatchError(msg)

    with pytest.raises(IndexMismatchError):
        await WarmingAnswerer(load).ready()
