"""A sandbox that listens, and a bot's side of it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from bot.sandbox import Sandbox


@dataclass
class BotSide:
    """Calls the Bot API."""

    client: httpx.AsyncClient

    async def call(self, method: str, **parameters: Any) -> Any:
        """Call a method and give its result."""
        body = (await self.client.post(method, json=parameters)).json()
        assert body["ok"], body
        return body["result"]

    async def refusal(self, method: str, **parameters: Any) -> str:
        """Call a method that must fail and give the reason."""
        answer = await self.client.post(method, json=parameters)
        body = answer.json()
        assert body == {"ok": False, "error_code": answer.status_code, "description": body["description"]}
        return str(body["description"])


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    server = Sandbox()
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def bot_side(sandbox: Sandbox) -> AsyncIterator[BotSide]:
    async with httpx.AsyncClient(base_url=f"{sandbox.base_url}/bot{sandbox.token}/", trust_env=False) as client:
        yield BotSide(client)
