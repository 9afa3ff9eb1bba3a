"""The Bot API of the sandbox, as a bot and a person see it over HTTP."""

import httpx

from bot.sandbox import Sandbox
from tests.bot.sandbox.conftest import BotSide
from tests.e2e.person import person

BUTTON = {"inline_keyboard": [[{"text": "Go", "callback_data": "go"}]]}


async def test_the_bot_knows_itself_by_the_id_in_its_token(sandbox: Sandbox, bot_side: BotSide) -> None:
    me = await bot_side.call("GETME")
    assert (me["is_bot"], str(me["id"])) == (True, sandbox.token.split(":")[0])


async def test_another_token_or_method_is_refused_in_telegrams_way(sandbox: Sandbox, bot_side: BotSide) -> None:
    async with httpx.AsyncClient(base_url=sandbox.base_url, trust_env=False) as client:
        answer = await client.get("/bot1000:other/getMe")
    assert (answer.status_code, answer.json()["description"]) == (401, "Unauthorized")
    assert await bot_side.refusal("sendDice") == "Bad Request: the sandbox does not have the method sendDice"


async def test_the_bot_cannot_write_to_somebody_who_never_came(sandbox: Sandbox, bot_side: BotSide) -> None:
    assert await bot_side.refusal("sendMessage", chat_id=3, text="Hi") == "Bad Request: chat not found"
    async with person(sandbox.page_url, 3) as carol:
        await carol.sees("opened")
        assert (await bot_side.call("sendMessage", chat_id=3, text="Hi"))["chat"]["id"] == 3
        assert (await carol.reply())["text"] == "Hi"


async def test_a_reply_needs_its_message_unless_the_bot_does_without(sandbox: Sandbox, bot_side: BotSide) -> None:
    async with person(sandbox.page_url) as alice:
        question = await alice.say("Hello?")
        sent = await bot_side.call(
            "sendMessage", chat_id=1, text="Hi", reply_parameters={"message_id": question["message_id"]}
        )
        assert sent["reply_to_message"]["text"] == "Hello?"
        gone = {"message_id": 99}
        reason = await bot_side.refusal("sendMessage", chat_id=1, text="Hi", reply_parameters=gone)
        assert reason == "Bad Request: message to be replied not found"
        allowed = gone | {"allow_sending_without_reply": True}
        assert "reply_to_message" not in await bot_side.call(
            "sendMessage", chat_id=1, text="Hi", reply_parameters=allowed
        )


async def test_an_edit_must_change_something_of_the_bots_own(sandbox: Sandbox, bot_side: BotSide) -> None:
    async with person(sandbox.page_url) as alice:
        question = await alice.say("Hello?")
        sent = await bot_side.call("sendMessage", chat_id=1, text="Hi", reply_markup=BUTTON)
        place = {"chat_id": 1, "message_id": sent["message_id"]}
        same = await bot_side.refusal("editMessageText", **place, text=" Hi ", reply_markup=BUTTON)
        assert same.startswith("Bad Request: message is not modified: ")
        assert "not modified" in await bot_side.refusal("editMessageReplyMarkup", **place, reply_markup=BUTTON)
        await bot_side.call("editMessageReplyMarkup", **place)
        assert "reply_markup" not in (await alice.sees("changed"))["message"]
        changed = await bot_side.call("editMessageText", **place, text="Ho")
        assert (changed["text"], changed["message_id"]) == ("Ho", sent["message_id"])
        assert "edit_date" in changed
        assert "message to edit not found" in await bot_side.refusal(
            "editMessageText", chat_id=1, message_id=99, text="Ho"
        )
        assert "can't be edited" in await bot_side.refusal(
            "editMessageText", chat_id=1, message_id=question["message_id"], text="Ho"
        )


async def test_a_press_is_answered_once_and_only_the_presser_sees_it(sandbox: Sandbox, bot_side: BotSide) -> None:
    async with person(sandbox.page_url) as alice, person(sandbox.page_url) as alices_phone:
        await alice.sees("opened")
        await alices_phone.sees("opened")
        sent = await bot_side.call("sendMessage", chat_id=1, text="Hi", reply_markup=BUTTON)
        await alice.wish(kind="press", message_id=sent["message_id"], data="go")
        [update] = await bot_side.call("getUpdates", timeout=5)
        query = update["callback_query"]
        assert (query["data"], query["from"]["id"], query["message"]["text"]) == ("go", 1, "Hi")
        await bot_side.call("answerCallbackQuery", callback_query_id=query["id"], text="Noted", show_alert=True)
        seen = await alice.sees("answered")
        assert (seen["text"], seen["alert"]) == ("Noted", True)
        assert "query is too old" in await bot_side.refusal("answerCallbackQuery", callback_query_id=query["id"])
        await bot_side.call("sendMessage", chat_id=1, text="Bye")
        await alices_phone.reply()
        assert (await alices_phone.reply())["text"] == "Bye"
        assert not [event for event in alices_phone._seen if event["kind"] == "answered"]


async def test_typing_shows_and_other_words_do_not(sandbox: Sandbox, bot_side: BotSide) -> None:
    async with person(sandbox.page_url) as alice:
        await alice.sees("opened")
        await bot_side.call("sendChatAction", chat_id=1, action="typing")
        await alice.sees("typing")
        assert "wrong parameter action" in await bot_side.refusal("sendChatAction", chat_id=1, action="thinking")


async def test_private_chats_and_groups_have_menus_of_their_own(sandbox: Sandbox, bot_side: BotSide) -> None:
    ask, forget = ({"command": name, "description": name} for name in ("ask", "forget"))
    async with person(sandbox.page_url) as alice:
        await alice.sees("opened")
        await bot_side.call("setMyCommands", commands=[ask])
        assert (await alice.sees("menu"))["commands"] == [ask]
        await bot_side.call("setMyCommands", commands=[ask, forget], scope={"type": "all_private_chats"})
        assert (await alice.sees("menu"))["commands"] == [ask, forget]
    async with person(sandbox.page_url, in_group=True) as alice:
        assert (await alice.sees("opened"))["commands"] == [ask]
    assert await bot_side.call("getMyCommands", scope={"type": "all_private_chats"}) == [ask, forget]
    assert await bot_side.call("getMyCommands", scope={"type": "chat"}) == []


async def test_forms_and_multipart_are_taken_like_json(sandbox: Sandbox, bot_side: BotSide) -> None:
    async with person(sandbox.page_url) as alice:
        await alice.sees("opened")
        form = {"chat_id": "1", "text": "Hi there", "entities": '[{"type": "bold", "offset": 0, "length": 2}]'}
        parts = {name: (None, value) for name, value in form.items()}
        for answer in (
            await bot_side.client.post("sendMessage", data=form),
            await bot_side.client.post("sendMessage", files=parts),
        ):
            assert answer.json()["result"]["entities"] == [{"type": "bold", "offset": 0, "length": 2}]
