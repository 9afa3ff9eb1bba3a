"""Fetching updates: nothing is lost, nothing comes twice, and a wait ends when something happens."""

import asyncio

from bot.sandbox import Sandbox
from tests.bot.sandbox.conftest import BotSide
from tests.e2e.person import person


async def test_an_update_comes_until_a_later_one_is_asked_for(sandbox: Sandbox, bot_side: BotSide) -> None:
    async with person(sandbox.page_url) as alice:
        for text in ("one", "/two", "three"):
            await alice.say(text)
    first, second, _ = await bot_side.call("getUpdates")
    assert first["message"]["from"] == {"id": 1, "is_bot": False, "first_name": "Alice"}
    assert second["message"]["entities"] == [{"type": "bot_command", "offset": 0, "length": 4}]
    assert await bot_side.call("getUpdates", limit=1) == [first]
    left = await bot_side.call("getUpdates", offset=second["update_id"] + 1)
    assert [update["message"]["text"] for update in left] == ["three"]
    await bot_side.call("deleteWebhook", drop_pending_updates=True)
    assert await bot_side.call("getUpdates") == []


async def test_a_long_wait_ends_when_somebody_writes(sandbox: Sandbox, bot_side: BotSide) -> None:
    waiting = asyncio.create_task(bot_side.call("getUpdates", timeout=10))
    async with person(sandbox.page_url) as alice:
        await alice.say("hello")
        [update] = await asyncio.wait_for(waiting, 5)
    assert update["message"]["text"] == "hello"


async def test_two_bots_cannot_wait_at_once(bot_side: BotSide) -> None:
    first = asyncio.create_task(bot_side.refusal("getUpdates", timeout=10))
    await asyncio.sleep(0.1)
    assert await bot_side.call("getUpdates") == []
    assert (await asyncio.wait_for(first, 5)).startswith("Conflict: terminated by other getUpdates request")


async def test_only_what_the_bot_wants_is_delivered(sandbox: Sandbox, bot_side: BotSide) -> None:
    async with person(sandbox.page_url) as alice:
        sent = await alice.say("hello")
        await alice.wish(kind="rewrite", message_id=sent["message_id"], text="hello there")
        await alice.sees("changed")
    [update] = await bot_side.call("getUpdates", allowed_updates=["edited_message"])
    assert update["edited_message"]["text"] == "hello there"
    assert await bot_side.call("getUpdates", offset=update["update_id"] + 1) == []
