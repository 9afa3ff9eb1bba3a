"""A bot that answers from the seed article, and a browser."""

from collections.abc import AsyncIterator, Iterator
from contextlib import nullcontext

import pytest

from tests.e2e.browser import Browser, find_chromium
from tests.e2e.running_bot import RunningBot
from tests.live_cluster import live_index


@pytest.fixture(scope="session", params=["folder", pytest.param("cluster", marks=pytest.mark.opensearch)])
def page_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The chat page of a bot that all tests share; each takes people of its own.

    Its index is in a folder; in the tests that need a cluster, in a live one.
    """
    with live_index() if request.param == "cluster" else nullcontext({}) as settings:
        bot = RunningBot(tmp_path_factory.mktemp("bot"), settings=settings)
        yield bot.page_url
        assert bot.stop() == 0, bot.printed


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    program = find_chromium()
    if program is None:
        pytest.skip("there is no Chromium on the PATH (Debian: apt install chromium)")
    async with Browser(program) as running:
        yield running
