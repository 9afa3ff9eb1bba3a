"""Greeting, help, privacy, and the list of articles."""

from dataclasses import replace
from datetime import date
from typing import Any

from bot import pages
from bot.handlers.library import summarise

GROUP = {"id": -100200, "type": "supergroup", "title": "Readers"}
TEXT = """\
BERLIN - Prime Minister Ada Example said on Tuesday that hundreds of troops would remain in the country.
Some forces were stationed in Mosul.
"""


def _articles(bot: Any, days: list[date | None]) -> None:
    [article] = bot.library.stored
    bot.library.stored[:] = [
        replace(
            article, citation=replace(article.citation, id=f"{number:016x}", title=f"Title {number}", published=day)
        )
        for number, day in enumerate(days)
    ]


async def test_start_says_what_is_indexed(bot: Any) -> None:
    _articles(bot, [date(2021, 3, 1), date(2021, 1, 5), date(2020, 2, 29), None, None])
    await bot.say("/start")
    assert "5 articles from 29 February 2020 to 1 March 2021" in bot.texts[0]
    assert bot.buttons() == {}


async def test_start_without_articles_says_how_to_add_some(bot: Any) -> None:
    bot.library.stored.clear()
    await bot.say("/start")
    assert pages.EMPTY in bot.texts[0]


async def test_the_extent_of_the_library_is_found_with_few_look_ups(bot: Any) -> None:
    _articles(bot, [date(2021, 1, 1)] * 600 + [date(2020, 1, 1)] + [None] * 399)
    looked_up = []
    articles = bot.library.articles
    bot.library.articles = lambda **window: looked_up.append(window) or articles(**window)
    summary = summarise(bot.library)
    assert (summary.count, summary.oldest, summary.newest) == (1000, date(2020, 1, 1), date(2021, 1, 1))
    assert len(looked_up) < 20


async def test_help_names_every_command_and_the_bot(bot: Any) -> None:
    await bot.say("/help")
    assert all(f"/{command.command}" in bot.texts[0] for command in pages.PRIVATE_COMMANDS)
    assert "@verbatim_test_bot" in bot.texts[0]


async def test_privacy_says_what_is_kept_and_how_long(bot: Any) -> None:
    await bot.say("/privacy")
    assert "30 days" in bot.texts[0]
    assert "/forget" in bot.texts[0]


async def test_articles_are_listed_page_by_page(bot: Any) -> None:
    _articles(bot, [date(2021, 1, 5)] * 25)
    await bot.say("/articles")
    assert "(1 to 10 of 25)" in bot.texts[0]
    assert "1. Title 0\nThe Paper · 5 January 2021" in bot.texts[0]
    assert bot.buttons() == {"Older": "v1:list:10"}
    await bot.press("v1:list:20")
    [page] = bot.called("editMessageText")
    assert "21. Title 20" in page["text"]
    assert bot.buttons(page) == {"Newer": "v1:list:10"}


async def test_a_page_that_does_not_exist_any_more_becomes_the_last(bot: Any) -> None:
    _articles(bot, [date(2021, 1, 5)] * 15)
    await bot.press("v1:list:400")
    await bot.press("v1:list:abc")
    last, first = bot.called("editMessageText")
    assert "(11 to 15 of 15)" in last["text"]
    assert "(1 to 10 of 15)" in first["text"]


async def test_one_page_has_no_buttons(bot: Any) -> None:
    await bot.say("/articles", chat=GROUP)
    assert bot.texts[0].startswith("The articles, newest first\n\n1. Talks end")
    assert bot.buttons() == {}
    bot.library.stored.clear()
    await bot.say("/articles")
    assert bot.texts[1] == pages.EMPTY
