"""The chat page in a real browser, with the real bot behind it."""

from collections.abc import AsyncIterator

import httpx
import pytest

from bot.sandbox import Sandbox
from tests.bot.sandbox.conftest import BotSide
from tests.e2e.browser import Browser, Tab

WHEN = "when did the strategic dialogue start"
ANSWER = "[...document.querySelectorAll('article.in')].at(-1)"
WIDTHS = "[document.documentElement.scrollWidth, document.getElementById('scroller').scrollWidth]"
# Colours as they are on the screen, and how the contrast of WCAG 2 is computed from them.
CONTRASTS = """(() => {
  const canvas = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
  const layers = (element) => {
    const found = [];
    for (let at = element; at; at = at.parentElement) found.unshift(getComputedStyle(at).backgroundColor);
    return [getComputedStyle(document.body).getPropertyValue('--ground-1'), ...found];
  };
  const luminance = (colours) => {
    for (const colour of colours) { canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1); }
    const parts = [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3).map((part) => part / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
  };
  const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const poor = [];
  for (let node; (node = words.nextNode());) {
    const element = node.parentElement;
    if (!node.data.trim() || !element.checkVisibility() || element.closest('svg, script, .unseen')) continue;
    const ground = layers(element), below = luminance(ground);
    const above = luminance([...ground, getComputedStyle(element).color]);
    const ratio = (Math.max(above, below) + 0.05) / (Math.min(above, below) + 0.05);
    if (ratio < 4.5) poor.push(`${ratio.toFixed(2)}: ${node.data.trim().slice(0, 40)}`);
  }
  return poor;
})()"""


def key(label: str) -> str:
    """The button of the last message whose label begins so."""
    return f"[...{ANSWER}.querySelectorAll('.key')].find((key) => key.textContent.startsWith({label!r}))"


async def ask(tab: Tab, question: str) -> None:
    """Type a question and wait for the answer to it."""
    before = await tab.evaluate("document.querySelectorAll('article.in').length")
    await tab.click("document.querySelector('textarea')")
    await tab.write(question)
    await tab.key("Enter", 13)
    await tab.until(f"document.querySelectorAll('article.in').length > {before}")


@pytest.mark.parametrize("dark", [False, True])
async def test_a_question_is_typed_answered_and_looked_into(page_url: str, browser: Browser, dark: bool) -> None:
    async with browser.tab(f"{page_url}?user={41 + dark}", dark=dark) as tab:
        await tab.until("!document.getElementById('welcome').hidden")
        await tab.click("document.getElementById('start')")
        await tab.until(f"{ANSWER}?.querySelector('.key')")
        await ask(tab, WHEN)
        assert await tab.evaluate(f"{ANSWER}.querySelector('.body > strong').textContent") == "last June 12"
        assert "12 June 2020" in await tab.evaluate(f"{ANSWER}.querySelector('.body').textContent")
        assert await tab.evaluate(f"{ANSWER}.querySelector('blockquote strong').textContent") == "last June 12"
        assert await tab.evaluate(CONTRASTS) == []

        await tab.click(key("Show passage"))
        await tab.until(key("Back"))
        assert await tab.evaluate(f"{ANSWER}.querySelector('.body > blockquote strong').textContent") == "last June 12"
        await tab.click(key("Back"))
        await tab.until(key("Show passage"))
        await tab.click(key("👍"))
        await tab.until(f"{key('✅')} && document.getElementById('toast').textContent === 'Thank you, noted.'")

        await tab.resize(360, 640)
        assert await tab.evaluate(WIDTHS) == [360, 360]
        offered = await tab.accessible()
        assert "Chat with Verbatim" in offered["log"]
        assert {"Send", "Commands", "More", "Show passage", "✅ Helpful"} <= set(offered["button"])
        assert "" not in offered["button"]
        assert "Message" in offered["textbox"]
        assert tab.complaints == []


async def test_the_keyboard_is_enough(page_url: str, browser: Browser) -> None:
    async with browser.tab(f"{page_url}?user=43") as tab:
        await tab.until("document.activeElement.id === 'text' && commands.length > 0")
        await tab.write("/he")
        await tab.until("!document.getElementById('commands').hidden")
        await tab.key("Enter", 13)
        await tab.until(f"{ANSWER}?.textContent.includes('How to ask')")
        await tab.write("who is the president of france")
        await tab.key("Enter", 13)
        await tab.until(f"{ANSWER}.textContent.includes('did not find')")
        await tab.key("ArrowUp", 38)
        assert await tab.evaluate("document.querySelector('textarea').value") == "who is the president of france"
        await tab.evaluate("document.querySelector('textarea').select()")
        await tab.write(WHEN)
        await tab.key("Enter", 13)
        await tab.until(f"{ANSWER}.querySelector('strong')?.textContent === 'last June 12'")
        await tab.evaluate(f"{key('Show passage')}.focus()")
        await tab.key("Enter", 13)
        await tab.until("document.activeElement.textContent === 'Back to the answer'")
        assert tab.complaints == []


async def test_what_was_said_is_there_after_a_reload_and_a_draft_too(page_url: str, browser: Browser) -> None:
    async with browser.tab(f"{page_url}?user=44") as tab:
        await tab.until("me")
        await ask(tab, WHEN)
        shown = await tab.evaluate("document.getElementById('log').textContent")
        await tab.write("and where did")
        await tab.send("Page.reload")
        await tab.until("document.querySelectorAll('article').length === 2")
        assert await tab.evaluate("document.getElementById('log').textContent") == shown
        assert await tab.evaluate("document.querySelector('textarea').value") == "and where did"
        assert tab.complaints == []


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    server = Sandbox()
    await server.start()
    yield server
    await server.stop()


async def test_hostile_text_is_shown_as_text(sandbox: Sandbox, browser: Browser) -> None:
    text = "😀 <img src=x onerror=alert(1)> שלום </script> javascript:alert(2) https://example.org/a"
    bold = {"type": "bold", "offset": text.index("שלום") + 1, "length": 4}
    async with (
        browser.tab(sandbox.page_url) as tab,
        httpx.AsyncClient(base_url=f"{sandbox.base_url}/bot{sandbox.token}/", trust_env=False) as client,
    ):
        await tab.until("me")
        await BotSide(client).call("sendMessage", chat_id=1, text=text, entities=[bold])
        await tab.until(ANSWER)
        assert text in await tab.evaluate(f"{ANSWER}.querySelector('.body').textContent")
        assert await tab.evaluate(f"{ANSWER}.querySelector('strong').textContent") == "שלום"
        links = await tab.evaluate(f"[...{ANSWER}.querySelectorAll('a')].map((link) => [link.href, link.rel])")
        assert links == [["https://example.org/a", "noopener noreferrer"]]
        assert await tab.evaluate("document.querySelectorAll('img').length") == 0
        assert tab.complaints == []


async def test_the_page_says_that_the_bot_is_gone_and_finds_it_again(browser: Browser) -> None:
    first = Sandbox()
    await first.start()
    async with browser.tab(first.page_url) as tab:
        await tab.until("me")
        await first.stop()
        await tab.until("!document.getElementById('banner').hidden")
        await tab.write("are you there?")
        assert await tab.evaluate("document.getElementById('send').disabled")
        second = Sandbox(int(first.base_url.rsplit(":", 1)[1]))
        await second.start()
        await tab.until("document.getElementById('banner').hidden && !document.getElementById('send').disabled")
        await tab.key("Enter", 13)
        await tab.until("document.querySelector('article.out')?.textContent.includes('are you there?')")
        await second.stop()
