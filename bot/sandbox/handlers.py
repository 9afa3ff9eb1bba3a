"""Who may talk to the sandbox over HTTP, and how: the bot, the page, and nobody from another web page."""

import asyncio
from collections.abc import Mapping
from contextlib import ExitStack
from http import HTTPStatus
from urllib.parse import urlsplit

from pydantic import JsonValue, ValidationError
from tornado.escape import json_encode
from tornado.httputil import HTTPServerRequest
from tornado.web import RequestHandler
from tornado.websocket import WebSocketClosedError, WebSocketHandler

from bot.sandbox.chats import Chats
from bot.sandbox.errors import BotApiError
from bot.sandbox.events import WISH, Clear, Event, Opened, Press, Refused, Rewrite, Say
from bot.sandbox.methods import Methods
from bot.sandbox.page import Page
from bot.sandbox.people import People, Seat
from bot.sandbox.requests import read_parameters
from bot.sandbox.types import Bot

_THIS_MACHINE = frozenset({"127.0.0.1", "localhost"})
_OWN_PAGE = frozenset({"same-origin", "none"})


def names_this_machine(request: HTTPServerRequest) -> bool:
    """Tell whether a request was made to this machine by its own name.

    A page whose domain its owner lets point here (DNS rebinding) sends that domain's name.

    :param request: The request.
    :returns: Whether the host is a name of this machine.
    """
    return urlsplit(f"//{request.host}").hostname in _THIS_MACHINE


def is_from_elsewhere(request: HTTPServerRequest) -> bool:
    """Tell whether a browser made a request for a page that is not the sandbox's own.

    :param request: The request.
    :returns: Whether it comes from another page; the bot and other programs are no browsers.
    """
    origin = request.headers.get("Origin")
    foreign = origin is not None and origin != f"{request.protocol}://{request.host}"
    return foreign or request.headers.get("Sec-Fetch-Site", "none") not in _OWN_PAGE


class PageHandler(RequestHandler):
    """Serves the chat page, which holds nothing secret."""

    def initialize(self, page: Page) -> None:
        """Take what the page needs.

        :param page: The page.
        """
        self._page = page

    def prepare(self) -> None:
        """Refuse other names of this machine."""
        if not names_this_machine(self.request):
            self.send_error(HTTPStatus.FORBIDDEN)

    def get(self) -> None:
        """Send the page."""
        for name, value in self._page.headers.items():
            self.set_header(name, value)
        self.finish(self._page.html)


class BotApiHandler(RequestHandler):
    """Takes calls of the Bot API."""

    def initialize(self, token: str, methods: Methods) -> None:
        """Take what calls need.

        :param token: The bot's token.
        :param methods: The methods.
        """
        self._token = token
        self._methods = methods
        self._work: asyncio.Task[JsonValue] | None = None

    def check_xsrf_cookie(self) -> None:
        """Leave out Tornado's own check: there are no cookies here."""

    async def get(self, token: str, name: str) -> None:
        """Call a method.

        :param token: The token that was given.
        :param name: The method.
        """
        await self._call(token, name)

    async def post(self, token: str, name: str) -> None:
        """Call a method.

        :param token: The token that was given.
        :param name: The method.
        """
        await self._call(token, name)

    def on_connection_close(self) -> None:
        """Stop waiting for somebody who has gone."""
        if self._work is not None:
            self._work.cancel()

    async def _call(self, token: str, name: str) -> None:
        try:
            self._check_caller(token)
            given = read_parameters(self.request)
            self._work = asyncio.create_task(self._methods.call(name, given))
            await asyncio.wait({self._work})
            if not self._work.cancelled():
                self._answer(200, {"ok": True, "result": self._work.result()})
        except BotApiError as error:
            self._answer(error.code, {"ok": False, "error_code": error.code, "description": error.description})

    def _check_caller(self, token: str) -> None:
        if not names_this_machine(self.request) or is_from_elsewhere(self.request):
            raise BotApiError(403, "Forbidden: the sandbox does not take requests from other web pages")
        if token != self._token:
            raise BotApiError(401, "Unauthorized")

    def _answer(self, status: int, body: Mapping[str, JsonValue]) -> None:
        self.set_status(status)
        self.set_header("Content-Type", "application/json")
        self.finish(json_encode(body))


class ChatSocket(WebSocketHandler):
    """One open chat page."""

    def initialize(
        self, bot: Bot, chats: Chats, people: People, methods: Methods, open_sockets: "set[ChatSocket]"
    ) -> None:
        """Take what the chat needs.

        :param bot: The bot.
        :param chats: The chats.
        :param people: Does what a person asks for.
        :param methods: Knows the commands menu.
        :param open_sockets: All open pages.
        """
        self._bot = bot
        self._chats = chats
        self._people = people
        self._methods = methods
        self._open_sockets = open_sockets
        self._stack = ExitStack()
        self._events: asyncio.Queue[Event] = asyncio.Queue()

    def prepare(self) -> None:
        """Refuse everything but the sandbox's own page and programs on this machine."""
        if not names_this_machine(self.request) or is_from_elsewhere(self.request):
            self.send_error(HTTPStatus.FORBIDDEN)

    def open(self, *_args: str, **_kwargs: str) -> None:
        """Show the chat, and from now on what happens in it."""
        user = self.get_query_argument("user", "1")
        try:
            self._seat = self._people.enter(
                int(user) if user.isdecimal() else 0, in_group=bool(self.get_query_argument("group", ""))
            )
        except BotApiError as error:
            self.close(1008, error.description)
            return
        chat = self._seat.chat
        self._open_sockets.add(self)
        self._stack.callback(self._open_sockets.discard, self)
        self._stack.enter_context(self._chats.watched(chat.id, self._events.put_nowait))
        sending = asyncio.create_task(self._send())
        self._stack.callback(sending.cancel)
        messages = tuple(self._chats.messages(chat.id))
        menu = self._methods.menu(chat.id)
        self._events.put_nowait(Opened(me=self._seat.me, bot=self._bot, chat=chat, messages=messages, commands=menu))

    def on_message(self, message: str | bytes) -> None:
        """Do what the page asks for.

        :param message: A wish, in JSON.
        """
        try:
            self._do(self._seat, WISH.validate_json(message))
        except BotApiError as error:
            self._events.put_nowait(Refused(reason=error.description))
        except ValidationError:
            self._events.put_nowait(Refused(reason="Bad Request: this page does not fit the sandbox; reload it"))

    def on_close(self) -> None:
        """Forget the page."""
        self._stack.close()

    def _do(self, seat: Seat, wish: Say | Rewrite | Press | Clear) -> None:
        match wish:
            case Say():
                self._people.say(seat, wish)
            case Rewrite():
                self._people.rewrite(seat, wish)
            case Press():
                self._people.press(seat, wish, self._events.put_nowait)
            case Clear():
                self._people.clear(seat, wish)

    async def _send(self) -> None:
        try:
            while True:
                event = await self._events.get()
                await self.write_message(json_encode(event.as_json()))
        except WebSocketClosedError:
            self._stack.close()
