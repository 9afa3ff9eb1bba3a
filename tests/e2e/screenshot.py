"""Makes the README's picture from the real chat page, bot and seed article: `python -m tests.e2e.screenshot`.

It needs Chromium, and fonts that most desktops have (Debian: fonts-roboto, fonts-noto-color-emoji).
"""

import asyncio
import sys
import tempfile
from pathlib import Path

from tests.e2e.browser import Browser, find_chromium
from tests.e2e.person import person
from tests.e2e.running_bot import RunningBot

PICTURE = Path(__file__).parents[2] / "docs" / "chat.png"
QUESTION = "when did the strategic dialogue start"
WIDTH, HEIGHT, SCALE = 680, 568, 2


async def take(page_url: str) -> bytes:
    """Ask the question and take the picture."""
    program = find_chromium()
    if program is None:
        sys.exit("There is no Chromium on the PATH (Debian: apt install chromium).")
    async with person(page_url) as reader:
        await reader.ask(QUESTION)
    async with Browser(program) as browser, browser.tab(page_url, width=WIDTH, height=HEIGHT, scale=SCALE) as tab:
        await tab.until("document.querySelector('article.in') && commands.length > 0")
        await tab.evaluate("document.activeElement.blur()")
        await asyncio.sleep(1.5)  # what moves has come to rest
        return await tab.screenshot()


def main() -> None:
    """Write the picture."""
    with tempfile.TemporaryDirectory() as folder:
        bot = RunningBot(Path(folder))
        try:
            picture = asyncio.run(take(bot.page_url))
        finally:
            bot.stop()
    PICTURE.write_bytes(picture)
    print(f"{PICTURE.name}: {len(picture) // 1000} kB")


if __name__ == "__main__":
    main()
