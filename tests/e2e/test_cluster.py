"""The real bot on a cluster over real HTTP: a small stand-in for OpenSearch that can be taken away."""

import asyncio
from contextlib import ExitStack
from pathlib import Path

from tests.e2e.person import marked, person
from tests.e2e.running_bot import RunningBot
from tests.pipelines.store.opensearch.fake_cluster import FakeCluster, running_node

WHEN = "when did the strategic dialogue start"
UNAVAILABLE = "The search is unavailable: "


def settings_for(*hosts: str) -> dict[str, str]:
    return {
        "VERBATIM_STORE__KIND": "opensearch",
        "VERBATIM_OPENSEARCH__HOSTS": ",".join(hosts),
        "VERBATIM_OPENSEARCH__TIMEOUT": "2",
    }


async def test_a_bot_outlives_its_cluster_and_goes_on_when_it_is_back(tmp_path: Path) -> None:
    cluster = FakeCluster()
    with ExitStack() as nodes:
        address = nodes.enter_context(running_node(cluster))
        bot = await asyncio.to_thread(RunningBot, tmp_path, settings=settings_for(address))
        assert "answers from 1 article." in bot.printed
        async with person(bot.page_url) as reader:
            answer = await reader.ask(WHEN)
            assert answer["text"].startswith("last June 12\n12 June 2020\n")

            nodes.close()
            for said in (WHEN, "/articles", "/start"):
                assert (await reader.ask(said))["text"].startswith(UNAVAILABLE), said
            alert = await reader.press(answer, "Show passage")
            assert alert["text"].startswith(UNAVAILABLE)

            nodes.enter_context(running_node(cluster, port=int(address.rpartition(":")[2])))
            assert marked(await reader.ask(WHEN), "bold")[0] == "last June 12"
            assert "Only hundreds of US troops" in (await reader.ask("/articles"))["text"]
        assert await asyncio.to_thread(bot.stop) == 0
    assert "Traceback" not in bot.printed


async def test_two_bots_share_an_index(tmp_path: Path) -> None:
    cluster = FakeCluster()
    with running_node(cluster) as first, running_node(cluster) as second:
        bots = [
            await asyncio.to_thread(RunningBot, tmp_path / name, settings=settings_for(first, second))
            for name in ("one", "two")
        ]
        for bot in bots:
            async with person(bot.page_url) as reader:
                assert marked(await reader.ask(WHEN), "bold")[0] == "last June 12"
            assert await asyncio.to_thread(bot.stop) == 0
    assert ["Indexing seeds/" in bot.printed for bot in bots] == [True, False]
