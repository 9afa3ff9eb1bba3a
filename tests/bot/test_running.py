"""The bot as a whole, over HTTP, against the smallest server that can hold a conversation."""

import asyncio
import errno
import itertools
import json
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tornado.httpserver import HTTPServer
from tornado.web import Application, RequestHandler

from bot.access import AccessPolicy
from bot.endpoint import Endpoint, sandbox_endpoint, telegram_endpoint
from bot.running import serve
from bot.settings import Settings, StoreSettings, TelegramSettings
from bot.warming import WarmingAnswerer
from pipelines.errors import ConfigurationError, IndexMismatchError
from pipelines.types import Answer, Article, Citation, Outcome, Quote, Span

TEXT = "The talks began last June 12, he said. They ended in July."
CITATION = Citation("a" * 16, "Talks end", "The Paper", None, date(2021, 1, 5))
QUOTE = Quote("last June 12", 16, 28, 0.9, TEXT[:38], 0, Span(0, len(TEXT)), CITATION)
BOT = {"id": 1, "is_bot": True, "first_name": "Verbatim", "username": "verbatim_bot"}


class SmallTelegram:
    """Delivers messages to the bot and keeps what it sends."""

    def __init__(self, port: int = 0, *, token: str = "1:token") -> None:
        self.token = token
        self._port = port
        self._ids = itertools.count(1)
        self._updates: list[dict[str, Any]] = []
        self.calls: list[tuple[str, dict[str, Any]]] = []

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    @property
    def page_url(self) -> str:
        return f"{self.base_url}/"

    async def start(self) -> None:
        listening = socket.create_server(("127.0.0.1", self._port))
        listening.setblocking(False)
        self._port = listening.getsockname()[1]
        routes = [(rf"/bot{self.token}/(\w+)", _Method, {"telegram": self})]
        self._server = HTTPServer(Application(routes, log_function=lambda _: None))
        self._server.add_socket(listening)

    async def stop(self) -> None:
        self._server.stop()
        await self._server.close_all_connections()

    def deliver(self, **update: Any) -> None:
        self._updates.append({"update_id": next(self._ids), **update})

    def say(self, text: str) -> None:
        self.deliver(message={"message_id": next(self._ids), "date": 0, **_chat(), "text": text})

    def press(self, label: str) -> None:
        markup = self.of("sendMessage")[-1]["reply_markup"]["inline_keyboard"]
        data = next(button["callback_data"] for row in markup for button in row if button["text"] == label)
        message = {"message_id": 5, "date": 1, "chat": _chat()["chat"], "from": BOT, "text": "an answer"}
        query = {"id": "1", "from": _chat()["from"], "chat_instance": "1", "data": data, "message": message}
        self.deliver(callback_query=query)

    def of(self, method: str) -> list[dict[str, Any]]:
        return [parameters for name, parameters in self.calls if name == method]

    async def result(self, method: str, parameters: dict[str, Any]) -> Any:
        if method == "getUpdates":
            offset = int(parameters.get("offset", 0))
            self._updates = [update for update in self._updates if update["update_id"] >= offset]
            await asyncio.sleep(0 if self._updates else 0.02)
            return self._updates
        self.calls.append((method, parameters))
        if method == "getMe":
            return BOT
        if method in {"sendMessage", "editMessageText"}:
            return {"message_id": next(self._ids), "date": 0, **_chat(), "text": parameters["text"]}
        return True


class _Method(RequestHandler):
    def initialize(self, telegram: SmallTelegram) -> None:
        self.telegram = telegram

    async def post(self, method: str) -> None:
        given = {key: self.get_argument(key) for key in self.request.arguments}
        parsed = {key: json.loads(value) if value[:1] in "[{" else value for key, value in given.items()}
        self.finish(json.dumps({"ok": True, "result": await self.telegram.result(method, parsed)}))


def _chat() -> dict[str, Any]:
    return {
        "chat": {"id": 11, "type": "private", "first_name": "Alice"},
        "from": {"id": 11, "is_bot": False, "first_name": "Alice"},
    }


class OneArticle:
    def count_articles(self) -> int:
        return 1

    def articles(self, *, offset: int = 0, limit: int = 20) -> list[Citation]:
        return [CITATION][offset : offset + limit]

    def article(self, id: str) -> Article | None:  # noqa: A002
        return Article(CITATION, TEXT, "talks.txt")


class OneAnswer:
    def ask(self, question: str) -> Answer:
        return Answer(question, Outcome.ANSWERED, (QUOTE,))


@pytest.fixture
async def telegram() -> AsyncIterator[SmallTelegram]:
    server = SmallTelegram()
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


def _endpoint(telegram: SmallTelegram, *, public: bool = True) -> Endpoint:
    return Endpoint(telegram.token, telegram.base_url, AccessPolicy(public=public))


async def test_a_question_is_answered_and_its_buttons_work_after_a_restart(
    tmp_path: Path, telegram: SmallTelegram
) -> None:
    async with _running(tmp_path, _endpoint(telegram)) as said:
        assert said == ["Ready: @verbatim_bot answers from 1 article. Ctrl-C stops it."]
        telegram.say("when did the talks begin?")
        await _until(lambda: telegram.of("sendMessage"))
    async with _running(tmp_path, _endpoint(telegram)):
        telegram.press("Show passage")
        await _until(lambda: telegram.of("editMessageText"))
    assert telegram.of("sendMessage")[0]["text"].startswith("last June 12")
    assert telegram.of("editMessageText")[0]["text"].startswith(TEXT)


async def test_what_was_asked_while_the_bot_was_away_is_answered_once(tmp_path: Path, telegram: SmallTelegram) -> None:
    telegram.say("when did the talks begin?")
    for _ in range(2):
        async with _running(tmp_path, _endpoint(telegram)):
            await _until(lambda: telegram.of("sendMessage"))
    assert len(telegram.of("sendMessage")) == 1


async def test_the_operator_of_a_closed_bot_is_told_how_to_open_it(tmp_path: Path, telegram: SmallTelegram) -> None:
    async with _running(tmp_path, _endpoint(telegram, public=False)) as said:
        assert "VERBATIM_TELEGRAM__ALLOWED_USERS" in said[0]


async def test_models_that_do_not_load_end_the_bot_with_their_reason(tmp_path: Path, telegram: SmallTelegram) -> None:
    def load() -> OneAnswer:
        msg = "Another encoder made this index."
        raise IndexMismatchError(msg)

    settings = Settings.model_construct(store=StoreSettings(path=tmp_path))
    with pytest.raises(IndexMismatchError):
        await asyncio.wait_for(
            serve(_endpoint(telegram), settings, OneArticle(), WarmingAnswerer(load), say=lambda _: None), 5
        )


async def test_a_taken_port_gives_way_to_the_next_free_one(telegram: SmallTelegram) -> None:
    taken = int(telegram.base_url.rsplit(":", 1)[1])
    said: list[str] = []
    async with sandbox_endpoint(SmallTelegram, taken, said.append) as endpoint:
        port = endpoint.api_url.rsplit(":", 1)[1]
        assert said == [
            f"Port {taken} is taken, so the chat page is on port {port}.",
            f"Chat with the bot at http://127.0.0.1:{port}/",
        ]
        assert endpoint.policy.public


async def test_no_free_port_is_said_with_a_remedy() -> None:
    class Crowded(SmallTelegram):
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
    telegram = SmallTelegram(token=CANARY)
    await telegram.start()
    async with _Process(tmp_path, telegram.base_url) as process:
        telegram.say("when did the talks begin?")
        await _until(lambda: telegram.of("sendMessage"))
        process.send_signal(number)
        printed, _ = await asyncio.wait_for(process.communicate(), 5)
    await telegram.stop()
    assert process.returncode == 0
    assert "code: " in telegram.of("sendMessage")[0]["text"]
    assert b"RuntimeError: [token]" in printed
    assert CANARY.split(":")[1].encode() not in printed
    assert b"when did the talks begin" not in printed


@pytest.mark.parametrize("away", [True, False])
async def test_an_unknown_token_or_an_absent_server_is_one_message_without_the_token(
    tmp_path: Path, telegram: SmallTelegram, away: bool
) -> None:
    api_url = "http://127.0.0.1:9" if away else telegram.base_url
    async with _Process(tmp_path, api_url) as process:
        printed, _ = await asyncio.wait_for(process.communicate(), 15)
    assert process.returncode == 1
    assert (b"does not answer" if away else b"does not accept the bot token") in printed
    assert b"Traceback" not in printed
    assert CANARY.split(":")[1].encode() not in printed
