"""Buttons, commands, several people at once, and a restart: the real bot over HTTP."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.person import buttons, marked, person
from tests.e2e.running_bot import RunningBot

WHEN = "when did the strategic dialogue start"
WHERE = "where was the handover ceremony"
STRIKE = "who was killed by the drone strike"


async def test_the_buttons_of_an_answer_lead_on_and_back(page_url: str) -> None:
    async with person(page_url, 21) as reader:
        answer = await reader.ask(WHERE)
        labels = list(buttons(answer))
        assert [label.split(" (")[0] for label in labels] == [
            "More answers",
            "Show passage",
            "👍 Helpful",
            "👎 Not helpful",
        ]
        await reader.press(answer, "Show passage")
        passage = (await reader.sees("changed"))["message"]
        [block] = marked(passage, "blockquote")
        assert marked(passage, "bold") == marked(answer, "bold")[:1]
        assert marked(passage, "bold")[0] in block
        await reader.press(passage, "Back to the answer")
        back = (await reader.sees("changed"))["message"]
        assert (back["text"], list(buttons(back))) == (answer["text"], labels)
        await reader.press(back, labels[0])
        more = (await reader.sees("changed"))["message"]
        assert more["text"].startswith("More answers")


async def test_feedback_is_noted_and_shown(page_url: str) -> None:
    async with person(page_url, 22) as reader:
        answer = await reader.ask(WHEN)
        seen = await reader.press(answer, "👍 Helpful")
        assert seen["text"] == "Thank you, noted."
        rated = (await reader.sees("changed"))["message"]
        assert "✅ Helpful" in buttons(rated)
        # Once more changes nothing, which Telegram would complain about and nobody needs to see.
        assert (await reader.press(rated, "✅ Helpful"))["text"] == "Thank you, noted."


async def test_start_offers_questions_that_have_answers(page_url: str) -> None:
    async with person(page_url, 23) as reader:
        greeting = await reader.ask("/start")
        assert "1 article from 5 January 2021" in greeting["text"]
        examples = list(buttons(greeting))
        assert 1 <= len(examples) <= 3
        await reader.press(greeting, examples[0])
        answer = await reader.reply()
    assert marked(answer, "italic") == [examples[0]]
    assert marked(answer, "bold")


async def test_commands_are_in_the_menu_and_are_answered(page_url: str) -> None:
    async with person(page_url, 24) as reader:
        menu = [entry["command"] for entry in (await reader.sees("opened"))["commands"]]
        assert menu == ["ask", "articles", "help", "privacy", "forget"]
        assert "last June 12" in marked(await reader.ask(f"/ask {WHEN}"), "bold")
        assert "Only hundreds of US troops" in (await reader.ask("/articles"))["text"]
        assert "How to ask" in (await reader.ask("/help"))["text"]
        assert "I keep your questions" in (await reader.ask("/privacy"))["text"]
        assert "I deleted 1 answer" in (await reader.ask("/forget"))["text"]
        assert "do not know that command" in (await reader.ask("/dance"))["text"]


async def test_a_corrected_question_gets_its_answer_in_the_same_message(page_url: str) -> None:
    async with person(page_url, 25) as reader:
        question = await reader.say("who is the president of france")
        answer = await reader.reply()
        await reader.wish(kind="rewrite", message_id=question["message_id"], text=WHEN)
        await reader.sees("changed")
        corrected = (await reader.sees("changed"))["message"]
    assert corrected["message_id"] == answer["message_id"]
    assert marked(corrected, "bold")[0] == "last June 12"


async def test_two_chats_at_once_get_their_own_answers(page_url: str) -> None:
    asked = {
        26: {WHEN: "last June 12", "how many US troops will remain": "hundreds"},
        27: {"when was the convoy struck": "Jan 3, 2020", "who is the prime minister of iraq": "Mustafa al-Kadhimi"},
    }

    async def talk(user: int) -> list[dict[str, Any]]:
        async with person(page_url, user) as reader:
            for question in asked[user]:
                await reader.say(question)
            return [await reader.reply() for _ in asked[user]]

    for user, answers in zip(asked, await asyncio.gather(*map(talk, asked)), strict=True):
        assert {answer["reply_to_message"]["text"] for answer in answers} == set(asked[user])
        for answer in answers:
            assert answer["chat"]["id"] == user
            assert asked[user][answer["reply_to_message"]["text"]] in marked(answer, "bold")[0]


async def test_in_a_group_only_what_is_addressed_to_the_bot_is_answered(page_url: str) -> None:
    async with person(page_url, 28, in_group=True) as alice, person(page_url, 29, in_group=True) as bob:
        await bob.sees("opened")
        await alice.say("when will you be home, Bob?")
        answer = await alice.ask(f"@verbatim_bot {WHEN}")
        assert answer["reply_to_message"]["text"] == f"@verbatim_bot {WHEN}"
        assert (await bob.reply())["message_id"] == answer["message_id"]
        await bob.say("how many US troops will remain", reply_to=answer["message_id"])
        assert "hundreds" in marked(await bob.reply(), "bold")[0]
        await bob.press(answer, "👍 Helpful")
        assert "👍 Helpful (1)" in buttons((await alice.sees("changed"))["message"])


async def test_a_follow_up_is_understood_and_says_as_what(page_url: str) -> None:
    async with person(page_url, 30) as reader:
        await reader.ask(STRIKE)
        answer = await reader.ask("and when?")
        assert marked(answer, "bold")[0] == "Jan 3, 2020"
        assert marked(answer, "italic") == [f"Understood as: and when? (after “{STRIKE}”)"]
        where = await reader.ask("where was it")
        assert marked(where, "bold")[0] == "Baghdad airport"
        # A question that can be understood alone is answered as if nothing stood before it.
        assert marked(await reader.ask(WHEN), "bold")[0] == "last June 12"


async def test_without_a_question_before_it_a_follow_up_is_not_understood(page_url: str) -> None:
    async with person(page_url, 31) as reader:
        answer = await reader.ask("and when?")
    assert "I did not find an answer" in answer["text"]
    assert "ask a whole question" in answer["text"]


async def test_a_reply_to_an_older_answer_leans_on_that_one(page_url: str) -> None:
    async with person(page_url, 32) as reader:
        strike = await reader.ask(STRIKE)
        await reader.ask(WHEN)
        await reader.say("and when?", reply_to=strike["message_id"])
        answer = await reader.reply()
    assert marked(answer, "bold")[0] == "Jan 3, 2020"
    assert answer["reply_to_message"]["text"] == "and when?"


async def test_a_restart_keeps_chats_and_their_buttons(tmp_path: Path) -> None:
    bot = RunningBot(tmp_path)
    async with person(bot.page_url) as reader:
        answer = await reader.ask(WHEN)
        assert await asyncio.to_thread(bot.stop) == 0
        with pytest.raises(AssertionError, match="the bot has stopped"):
            await reader.reply()
    assert "Traceback" not in bot.printed
    bot = await asyncio.to_thread(RunningBot, tmp_path)
    try:
        async with person(bot.page_url) as reader:
            assert (await reader.sees("opened"))["messages"][-1] == answer
            await reader.press(answer, "Show passage")
            assert marked((await reader.sees("changed"))["message"], "bold") == ["last June 12"]
            assert f"after “{WHEN}”" in (await reader.ask("and why?"))["text"]
    finally:
        assert await asyncio.to_thread(bot.stop) == 0
