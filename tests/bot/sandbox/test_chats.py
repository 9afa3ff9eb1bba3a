"""What people do in the sandbox, and what is kept of it."""

from pathlib import Path

import pytest

from bot.sandbox import Sandbox
from bot.sandbox.chats import Chats
from bot.sandbox.formatting import formatted
from bot.sandbox.types import Chat, User
from pipelines.errors import ConfigurationError
from tests.bot.sandbox.conftest import BotSide
from tests.e2e.person import person

ALICE = User(id=1, is_bot=False, first_name="Alice")
PRIVATE = Chat(id=1, type="private", first_name="Alice")


async def _texts(sandbox: Sandbox, user: int = 1, *, in_group: bool = False) -> list[str]:
    async with person(sandbox.page_url, user, in_group=in_group) as reader:
        return [message["text"] for message in (await reader.sees("opened"))["messages"]]


async def test_chats_outlive_a_restart_and_numbers_are_never_used_again(tmp_path: Path) -> None:
    record = tmp_path / "sandbox.db"
    numbers = []
    for text in ("one", "two"):
        sandbox = Sandbox(record=record)
        await sandbox.start()
        async with person(sandbox.page_url) as alice:
            numbers.append((await alice.say(text))["message_id"])
        expected = ["one", "two"][: len(numbers)]
        assert await _texts(sandbox) == expected
        if text == "two":
            async with person(sandbox.page_url) as alice:
                await alice.wish(kind="clear")
                await alice.sees("cleared")
                numbers.append((await alice.say("three"))["message_id"])
            assert await _texts(sandbox) == ["three"]
        await sandbox.stop()
    assert numbers == sorted(set(numbers))
    assert b"one" not in record.read_bytes()


async def test_people_have_chats_of_their_own_and_share_the_group(sandbox: Sandbox) -> None:
    async with (
        person(sandbox.page_url, 1) as alice,
        person(sandbox.page_url, 2, in_group=True) as bob,
        person(sandbox.page_url, 3, in_group=True) as carol,
    ):
        await carol.sees("opened")
        await alice.say("for the bot only")
        await bob.say("for everyone")
        assert (await carol.sees("said"))["message"]["from"]["first_name"] == "Bob"
    assert await _texts(sandbox) == ["for the bot only"]
    assert await _texts(sandbox, 4, in_group=True) == ["for everyone"]


@pytest.mark.parametrize(
    ("wish", "reason"),
    [
        ({"kind": "say", "text": " "}, "message text is empty"),
        ({"kind": "rewrite", "message_id": 1, "text": "mine now"}, "message can't be edited"),
        ({"kind": "press", "message_id": 1, "data": "go"}, "no such button"),
        ({"kind": "dance"}, "reload"),
    ],
)
async def test_what_is_not_possible_is_said(sandbox: Sandbox, wish: dict[str, object], reason: str) -> None:
    async with person(sandbox.page_url, 2, in_group=True) as bob, person(sandbox.page_url, in_group=True) as alice:
        await bob.say("Bob's words")
        await alice.wish(**wish)
        assert reason in (await alice.sees("refused"))["reason"]


async def test_a_reply_holds_the_message_it_replies_to(sandbox: Sandbox, bot_side: BotSide) -> None:
    async with person(sandbox.page_url) as alice:
        first = await alice.say("one")
        await alice.say("two", reply_to=first["message_id"])
    updates = await bot_side.call("getUpdates")
    assert updates[1]["message"]["reply_to_message"]["text"] == "one"


@pytest.mark.parametrize("user", [0, 1000])
async def test_there_is_nobody_of_that_number(sandbox: Sandbox, user: int) -> None:
    async with person(sandbox.page_url, user) as nobody:
        with pytest.raises(AssertionError, match="1 to 999"):
            await nobody.sees("opened")


def test_the_oldest_messages_are_forgotten() -> None:
    chats = Chats(now=lambda: 0.0)
    chats.open(PRIVATE)
    for number in range(510):
        chats.add(PRIVATE, ALICE, formatted(str(number)))
    assert [message.text for message in chats.messages(1)] == [str(number) for number in range(10, 510)]
    chats.close()


async def test_a_damaged_file_is_said_with_a_remedy(tmp_path: Path) -> None:
    record = tmp_path / "sandbox.db"
    record.write_text("this is no database, whatever it is called")
    with pytest.raises(ConfigurationError, match="move it away"):
        await Sandbox(record=record).start()
