"""The bot as a whole, over HTTP, against the sandbox."""

import asyncio
import errno
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.access import AccessPolicy
from bot.endpoint import Endpoint, sandbox_endpoint, telegram_endpoint
from bot.running import serve
from bot.sandbox import Sandbox
from bot.settings import Settings, StoreSettings, TelegramSettings
from bot.warming import WarmingAnswerer
from pipelines.errors import ConfigurationError, IndexMismatchError
from pipelines.types import Answer, Article, Citation, Outcome, Quote, Span, Turn
from tests.e2e.person import person

TEXT = "The talks began last June 12, he said. They ended in July."
CITATION = Citation("a" * 16, "Talks end", "The Paper", None, date(2021, 1, 5))
QUOTE = Quote("last June 12", 16, 28, 0.9, TEXT[:38], 0, Span(0, len(TEXT)), CITATION)


class OneArticle:
    def count_articles(self) -> int:
        return 1

    def articles(self, *, offset: int = 0, limit: int = 20) -> list[Citation]:
        return [CITATION][offset : offset + limit]

    def article(self, id: str) -> Article | None:  # noqa: A002
        return Article(CITATION, TEXT, "talks.txt")


class OneAnswer:
    def ask(self, question: str, previous: Turn | None = None) -> Answer:
        return Answer(question, Outcome.ANSWERED, (QUOTE,))


@pytest.fixture
async def telegram() -> AsyncIterator[Sandbox]:
    server = Sandbox()
    await server.start()
    yield server
    await server.stop()


@asynccontextmanager
async def _running(folder: Path, endpoint: Endpoint) -> AsyncIterator[list[str]]:
    said: list[str] = []
    settings = Settings.model_construct(store=StoreSettings(path=folder))
    task = asyncio.create_task(serve(endpoint, settings, OneArticle(), WarmingAnswerer(OneAnswer), say=said.append))
    try:
        await _until(lambda: task.done() or any(line.startswith("Ready") for line in said))
        yield said
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _until(condition: Any) -> None:
    for _ in range(500):
        if condition():
            return
        await asyncio.sleep(0.01)
    pytest.fail("it did not happen within five seconds")


def _endpoint(telegram: Sandbox, *, public: bool = True) -> Endpoint:
    return Endpoint(telegram.token, telegram.base_url, AccessPolicy(public=public))


async def test_a_question_is_answered_and_its_buttons_work_after_a_restart(tmp_path: Path, telegram: Sandbox) -> None:
    async with person(telegram.page_url) as alice:
        async with _running(tmp_path, _endpoint(telegram)) as said:
            assert said == ["Ready: @verbatim_bot answers from 1 article. Ctrl-C stops it."]
            answer = await alice.ask("when did the talks begin?")
        async with _running(tmp_path, _endpoint(telegram)):
            await alice.press(answer, "Show passage")
            passage = (await alice.sees("changed"))["message"]
    assert answer["text"].startswith("last June 12")
    assert passage["text"].startswith(TEXT)


async def test_what_was_asked_while_the_bot_was_away_is_answered_once(tmp_path: Path, telegram: Sandbox) -> None:
    async with person(telegram.page_url) as alice:
        await alice.say("when did the talks begin?")
        async with _running(tmp_path, _endpoint(telegram)):
            await alice.reply()
        async with _running(tmp_path, _endpoint(telegram)):
            await alice.ask("and when did they end?")
    async with person(telegram.page_url) as alice:
        chat = (await alice.sees("opened"))["messages"]
    assert [message["from"]["is_bot"] for message in chat] == [False, True, False, True]


async def test_the_operator_of_a_closed_bot_is_told_how_to_open_it(tmp_path: Path, telegram: Sandbox) -> None:
    async with _running(tmp_path, _endpoint(telegram, public=False)) as said:
        assert "VERBATIM_TELEGRAM__ALLOWED_USERS" in said[0]


async def test_models_that_do_not_load_end_the_bot_with_their_reason(tmp_path: Path, telegram: Sandbox) -> None:
    def load() -> OneAnswer:
        msg = "Another encoder made this index."
        raise IndexMismatchError(msg)

    settings = Settings.model_construct(store=StoreSettings(path=tmp_path))
    with pytest.raises(IndexMismatchError):
        await asyncio.wait_for(
            serve(_endpoint(telegram), settings, OneArticle(), WarmingAnswerer(load), say=lambda _: None), 5
        )


async def test_a_taken_port_gives_way_to_the_next_free_one(telegram: Sandbox) -> None:
    taken = int(telegram.base_url.rsplit(":", 1)[1])
    said: list[str] = []
    async with sandbox_endpoint(Sandbox, taken, said.append) as endpoint:
        port = endpoint.api_url.rsplit(":", 1)[1]
        assert said == [
            f"Port {taken} is taken, so the chat page is on port {port}.",
            f"Chat with the bot at http://127.0.0.1:{port}/",
        ]
        assert endpoint.policy.public


async def test_no_free_port_is_said_with_a_remedy() -> None:
    class Crowded(Sandbox):
        async def start(self) -> None:
            raise OSError(errno.EADDRINUSE, "taken")

    with pytest.raises(ConfigurationError, match="VERBATIM_SANDBOX__PORT"):
        async with sandbox_endpoint(Crowded, 8081, lambda _: None):
            pytest.fail("there is no port")


def test_telegram_is_closed_unless_it_was_opened() -> None:
    endpoint = telegram_endpoint("1:token", TelegramSettings())
    assert endpoint.api_url == "https://api.telegram.org"
    assert endpoint.webhook is None
    assert not endpoint.policy.allows(user_id=1, chat_id=1)
    listed = telegram_endpoint("1:token", TelegramSettings(allowed_users=frozenset({1})))
    assert listed.policy.allows(user_id=1, chat_id=2)
    assert not listed.policy.allows(user_id=2, chat_id=1)


CANARY = "987654321:AAcanary-canary_canary-canary_canary-c"


class _Process:
    """The bot in a process of its own, at the lowest log level, with everything it prints."""

    def __init__(self, folder: Path, api_url: str) -> None:
        program = Path(__file__).with_name("bot_process.py")
        self._command = [sys.executable, str(program), str(folder), api_url, CANARY]

    async def __aenter__(self) -> asyncio.subprocess.Process:
        self._process = await asyncio.create_subprocess_exec(
            *self._command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
        )
        return self._process

    async def __aexit__(self, *_error: object) -> None:
        if self._process.returncode is None:
            self._process.kill()
            await self._process.wait()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_a_signal_ends_the_bot_cleanly_and_its_failures_never_print_the_token(
    tmp_path: Path, number: signal.Signals
) -> None:
    telegram = Sandbox(token=CANARY)
    await telegram.start()
    async with person(telegram.page_url) as alice, _Process(tmp_path, telegram.base_url) as process:
        reply = await alice.ask("when did the talks begin?")
        process.send_signal(number)
        printed, _ = await asyncio.wait_for(process.communicate(), 5)
    await telegram.stop()
    assert process.returncode == 0
    assert "code: " in reply["text"]
    assert b"RuntimeError: [token]" in printed
    assert CANARY.split(":")[1].encode() not in printed
    assert b"when did the talks begin" not in printed


@pytest.mark.parametrize("away", [True, False])
async def test_an_unknown_token_or_an_absent_server_is_one_message_without_the_token(
    tmp_path: Path, telegram: Sandbox, away: bool
) -> None:
    api_url = "http://127.0.0.1:9" if away else telegram.base_url
    async with _Process(tmp_path, api_url) as process:
        printed, _ = await asyncio.wait_for(process.communicate(), 15)
    assert process.returncode == 1
    assert (b"does not answer" if away else b"does not accept the bot token") in printed
    assert b"Traceback" not in printed
    assert CANARY.split(":")[1].encode() not in printed
