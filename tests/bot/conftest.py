"""A bot whose Bot API is a recorder: the real library and handlers, and no network."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from telegram import Update
from telegram.request import BaseRequest, RequestData

from bot.access import AccessPolicy, Gate
from bot.application import Connection, build_application
from bot.examples import Examples
from bot.handlers import BotApplication
from bot.journal import Journal
from bot.limits import QuestionLimiter, QuestionQueue
from bot.services import Services
from pipelines.types import Answer, Article, Citation, Outcome, Quote, Span, Turn
from tests.bot.fakes import Clock, FakeLibrary

TOKEN = "123456:fake-token-for-tests"
BOT = {
    "id": 123456,
    "is_bot": True,
    "first_name": "Verbatim",
    "username": "verbatim_test_bot",
    "can_join_groups": True,
    "can_read_all_group_messages": False,
    "supports_inline_queries": False,
}
ALICE = {"id": 11, "is_bot": False, "first_name": "Alice"}
BOB = {"id": 12, "is_bot": False, "first_name": "Bob"}
GROUP = {"id": -100200, "type": "supergroup", "title": "Readers"}

TEXT = "The talks began last June 12, he said. They ended in July. The minister left."
CITATION = Citation("a" * 16, "Talks end", "The Paper", "https://example.org/talks", date(2021, 1, 5))
ARTICLE = Article(CITATION, TEXT, "talks.txt")


def quote(words: str, sentence: str, *, text: str = TEXT, citation: Citation = CITATION) -> Quote:
    start = text.index(words)
    return Quote(words, start, start + len(words), 0.9, sentence, text.index(sentence), Span(0, len(text)), citation)


FIRST = quote("last June 12", "The talks began last June 12, he said.")
SECOND = quote("in July", "They ended in July.")


@dataclass
class FakeAnswerer:
    """Knows when the talks began, and nothing else."""

    asked: list[str] = field(default_factory=list)
    previous: list[Turn | None] = field(default_factory=list)
    error: Exception | None = None
    nearest: tuple[Citation, ...] = (CITATION,)

    def ask(self, question: str, previous: Turn | None = None) -> Answer:
        self.asked.append(question)
        self.previous.append(previous)
        if self.error:
            raise self.error
        if "talks" in question:
            return Answer(question, Outcome.ANSWERED, (FIRST, SECOND))
        if "minister" in question:
            return Answer(question, Outcome.UNSURE, (quote("The minister", "The minister left."),))
        follows = previous.question if previous and question.startswith("and ") else None
        return Answer(question, Outcome.NOT_FOUND, nearest=self.nearest, follows=follows)


class RecordingRequest(BaseRequest):
    """Takes every call to the Bot API, keeps it, and answers as Telegram would; or fails where a test says so."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.failures: dict[str, tuple[int, dict[str, Any]]] = {}
        self._next_message_id = 1000

    @property
    def read_timeout(self) -> float:
        return 5.0

    async def initialize(self) -> None:
        pass

    async def shutdown(self) -> None:
        pass

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, **_timeouts: Any
    ) -> tuple[int, bytes]:
        name = url.rsplit("/", 1)[1]
        parameters = {
            key: json.loads(value) if value[:1] in "[{" and key != "text" else value
            for key, value in (request_data.json_parameters if request_data else {}).items()
        }
        self.calls.append((name, parameters))
        if name in self.failures:
            code, body = self.failures[name]
            return code, json.dumps({"ok": False, "error_code": code, **body}).encode()
        if name == "getUpdates":
            await asyncio.sleep(0.02)
        return 200, json.dumps({"ok": True, "result": self._result(name, parameters)}).encode()

    def _result(self, name: str, parameters: dict[str, Any]) -> Any:
        if name == "getMe":
            return BOT
        if name == "getUpdates":
            return []
        if name in {"sendMessage", "editMessageText"}:
            self._next_message_id += 1
            chat_id = int(parameters["chat_id"])
            return {
                "message_id": int(parameters.get("message_id", self._next_message_id)),
                "date": 0,
                "chat": {"id": chat_id, "type": "private" if chat_id > 0 else "supergroup"},
                "from": BOT,
                "text": parameters["text"],
            }
        return True


@dataclass
class BotUnderTest:
    """Gives updates to the bot and shows what it did."""

    application: BotApplication
    api: RecordingRequest
    services: Services
    answerer: FakeAnswerer
    library: FakeLibrary
    gate: Gate
    _update_id: int = 0
    _message_id: int = 0

    async def update(self, **parts: Any) -> None:
        self._update_id += 1
        update = Update.de_json({"update_id": self._update_id, **parts}, self.application.bot)
        await self.application.process_update(update)

    def message(self, text: str | None = None, *, sender: dict[str, Any] = ALICE, **fields: Any) -> dict[str, Any]:
        self._message_id += 1
        chat = {"id": sender["id"], "type": "private", "first_name": sender["first_name"]}
        message = {"message_id": self._message_id, "date": 0, "chat": chat, "from": sender, **fields}
        if text is not None:
            message["text"] = text
            if text.startswith("/"):
                length = len(text.split()[0])
                message.setdefault("entities", [{"type": "bot_command", "offset": 0, "length": length}])
        return message

    async def say(self, text: str, **fields: Any) -> int:
        """Send a message and return its id."""
        message = self.message(text, **fields)
        await self.update(message=message)
        return int(message["message_id"])

    async def press(
        self, data: str, *, sender: dict[str, Any] = ALICE, chat: dict[str, Any] | None = None, message_id: int = 1001
    ) -> None:
        chat = chat or {"id": sender["id"], "type": "private", "first_name": sender["first_name"]}
        message = {"message_id": message_id, "date": 1, "chat": chat, "from": BOT, "text": "an answer"}
        query = {"id": "1", "from": sender, "chat_instance": "1", "data": data, "message": message}
        await self.update(callback_query=query)

    def called(self, name: str) -> list[dict[str, Any]]:
        return [parameters for called, parameters in self.api.calls if called == name]

    @property
    def sent(self) -> list[dict[str, Any]]:
        return self.called("sendMessage")

    @property
    def texts(self) -> list[str]:
        return [message["text"] for message in self.sent]

    def buttons(self, message: dict[str, Any] | None = None) -> dict[str, str]:
        """The labels and data of the buttons under a message, the last one sent if none is given."""
        markup = (message or self.sent[-1]).get("reply_markup", {"inline_keyboard": []})
        return {button["text"]: button["callback_data"] for row in markup["inline_keyboard"] for button in row}


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with Journal(tmp_path / "journal.db", keep=timedelta(days=30), now=lambda: datetime(2021, 1, 5, tzinfo=UTC)) as it:
        yield it


MakeBot = Callable[..., Any]


@pytest.fixture
async def make_bot(journal: Journal) -> AsyncIterator[MakeBot]:
    made: list[BotUnderTest] = []

    async def make(
        *, policy: AccessPolicy | None = None, per_minute: int = 20, clock: Callable[[], float] = lambda: 0.0
    ) -> BotUnderTest:
        api, library, answerer = RecordingRequest(), FakeLibrary([ARTICLE]), FakeAnswerer()
        queue = QuestionQueue(answerer, concurrent=2, waiting=10)
        services = Services(
            library=library,
            journal=journal,
            queue=queue,
            limiter=QuestionLimiter(per_minute, now=clock),
            examples=Examples(library, queue, journal),
            keep_days=30,
        )
        gate = Gate(policy or AccessPolicy(public=True), now=clock)
        connection = Connection("https://api.example.org/bot", api, api)
        application = build_application(TOKEN, connection, services, gate, questions_at_once=12)
        await application.initialize()
        api.calls.clear()
        made.append(BotUnderTest(application, api, services, answerer, library, gate))
        return made[-1]

    yield make
    for bot in made:
        bot.services.examples.stop()
        await bot.application.shutdown()


@pytest.fixture
async def bot(make_bot: MakeBot) -> BotUnderTest:
    made: BotUnderTest = await make_bot()
    return made
