"""The sandbox as a web server on this machine: the Bot API for the bot, and a chat page for people."""

import secrets
import socket
from pathlib import Path

from tornado.httpserver import HTTPServer
from tornado.web import Application

from bot.sandbox.chats import Chats
from bot.sandbox.handlers import BotApiHandler, ChatSocket, PageHandler
from bot.sandbox.methods import Methods
from bot.sandbox.page import load_page
from bot.sandbox.people import MAX_PEOPLE, People
from bot.sandbox.types import Bot
from bot.sandbox.updates import Updates

_HOST = "127.0.0.1"
_BOT = Bot(id=MAX_PEOPLE + 1, is_bot=True, first_name="Verbatim", username="verbatim_bot")
_MAX_BODY_BYTES = 1_000_000
_PING_SECONDS = 20.0


class Sandbox:
    """A Bot API server with a page to chat on; only this machine can reach it.

    :param port: The port, 0 to 65535; 0 picks a free one.
    :param record: The file that chats are kept in, or None to forget them at the end.
    :param token: The token it takes, which begins with the bot's id; a new secret one if None is given.
    """

    def __init__(self, port: int = 0, *, record: Path | None = None, token: str | None = None) -> None:
        self._port = port
        self._record = record
        self._token = token or f"{_BOT.id}:{secrets.token_urlsafe(32)}"
        self._sockets: set[ChatSocket] = set()
        self._server: HTTPServer | None = None
        self._chats: Chats | None = None

    @property
    def base_url(self) -> str:
        """The address of the Bot API, as `telegram.api_url` would have it."""
        return f"http://{_HOST}:{self._port}"

    @property
    def page_url(self) -> str:
        """The address of the chat page."""
        return f"{self.base_url}/"

    @property
    def token(self) -> str:
        """The token it takes."""
        return self._token

    async def start(self) -> None:
        """Listen.

        :raises OSError: If the port is taken.
        :raises pipelines.errors.ConfigurationError: If the file of the chats is damaged.
        """
        listening = socket.create_server((_HOST, self._port))
        try:
            chats = self._chats = Chats(self._record)
        except BaseException:
            listening.close()
            raise
        listening.setblocking(False)
        self._port = listening.getsockname()[1]
        updates = Updates()
        people = People(chats, updates)
        methods = Methods(_BOT, chats, updates, people)
        chat = {"bot": _BOT, "chats": chats, "people": people, "methods": methods, "open_sockets": self._sockets}
        application = Application(
            [
                (r"/", PageHandler, {"page": load_page()}),
                (r"/chat", ChatSocket, chat),
                (r"/bot([^/]*)/(\w+)", BotApiHandler, {"token": self._token, "methods": methods}),
            ],
            log_function=lambda _handler: None,  # paths hold the token
            websocket_ping_interval=_PING_SECONDS,
        )
        self._server = HTTPServer(application, max_body_size=_MAX_BODY_BYTES)
        self._server.add_socket(listening)

    async def stop(self) -> None:
        """Stop listening, and tell the pages that are open."""
        for open_socket in tuple(self._sockets):
            open_socket.close(1001, "the bot has stopped")
        if self._server is not None:
            self._server.stop()
            await self._server.close_all_connections()
        if self._chats is not None:
            self._chats.close()
