"""A bot that answers from the seed article, and a browser."""

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.e2e.browser import Browser, find_chromium
from tests.e2e.running_bot import RunningBot


@pytest.fixture(scope="session")
def page_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The chat page of a bot that all tests share; each takes people of its own."""
    bot = RunningBot(tmp_path_factory.mktemp("bot"))
    yield bot.page_url
    assert bot.stop() == 0, bot.printed


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    program = find_chromium()
    if program is None:
        pytest.skip("there is no Chromium on the PATH (Debian: apt install chromium)")
    async with Browser(program) as running:
        yield running
