"""Somebody at the chat page: talks to the sandbox over the page's own socket."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from tornado.websocket import WebSocketClientConnection, websocket_connect

_SECONDS = 10.0


class Person:
    """Writes, presses buttons, and sees what happens in the chat."""

    def __init__(self, socket: WebSocketClientConnection) -> None:
        self._socket = socket
        self._seen: list[dict[str, Any]] = []
        self._closed = False

    async def wish(self, **wish: Any) -> None:
        """Ask for something as the page would."""
        await self._socket.write_message(json.dumps(wish))

    async def say(self, text: str, **fields: Any) -> dict[str, Any]:
        """Send a message and wait until it is in the chat."""
        await self.wish(kind="say", text=text, **fields)
        return (await self.sees("said", mine=True))["message"]

    async def ask(self, text: str) -> dict[str, Any]:
        """Send a message and wait for what the bot says to it."""
        await self.say(text)
        return await self.reply()

    async def reply(self) -> dict[str, Any]:
        """Wait for a message of the bot."""
        return (await self.sees("said", mine=False))["message"]

    async def press(self, message: dict[str, Any], label: str) -> dict[str, Any]:
        """Press a button and wait until the bot has seen it."""
        data = buttons(message)[label]
        await self.wish(kind="press", message_id=message["message_id"], data=data)
        return await self.sees("answered")

    async def sees(self, kind: str, *, mine: bool | None = None) -> dict[str, Any]:
        """Wait for an event; those of other kinds that come before it stay to be seen."""
        for event in self._seen:
            if _fits(event, kind, mine):
                self._seen.remove(event)
                return event
        async with asyncio.timeout(_SECONDS):
            while True:
                text = await self._read()
                assert text is not None, f"the sandbox closed the chat: {self._socket.close_reason}"
                event = json.loads(text)
                if _fits(event, kind, mine):
                    return event
                self._seen.append(event)

    async def leave(self) -> None:
        """Close the page."""
        self._socket.close()
        while not self._closed:
            await self._read()

    async def _read(self) -> str | bytes | None:
        text = await self._socket.read_message()
        # Nothing can be read after the end, not even the end.
        self._closed = text is None
        return text


@asynccontextmanager
async def person(page_url: str, user: int = 1, *, in_group: bool = False) -> AsyncIterator[Person]:
    """Open the chat page as somebody."""
    address = f"{page_url.replace('http', 'ws', 1)}chat?user={user}{'&group=1' if in_group else ''}"
    somebody = Person(await websocket_connect(address))
    try:
        yield somebody
    finally:
        await somebody.leave()


def buttons(message: dict[str, Any]) -> dict[str, str]:
    """The labels and data of the buttons under a message."""
    rows = message.get("reply_markup", {"inline_keyboard": []})["inline_keyboard"]
    return {button["text"]: button["callback_data"] for row in rows for button in row}


def marked(message: dict[str, Any], kind: str) -> list[str]:
    """What the entities of a kind cover."""
    encoded = message["text"].encode("utf-16-le")
    return [
        encoded[2 * entity["offset"] : 2 * (entity["offset"] + entity["length"])].decode("utf-16-le")
        for entity in message["entities"]
        if entity["type"] == kind
    ]


def _fits(event: dict[str, Any], kind: str, mine: bool | None) -> bool:
    if event["kind"] != kind:
        return False
    return mine is None or event["message"]["from"]["is_bot"] is not mine
