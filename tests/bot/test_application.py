"""How the bot is wired."""

from datetime import timedelta
from typing import Any

import pytest

from bot.application import open_connection


async def test_old_answers_are_purged_every_day_even_if_nobody_writes(
    bot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    [job] = bot.application.job_queue.jobs()
    assert job.job.trigger.interval == timedelta(days=1)
    purged = []
    monkeypatch.setattr(bot.services.journal, "purge", lambda: purged.append(True))
    await job.run(bot.application)
    assert purged == [True]


@pytest.mark.parametrize(
    ("api_url", "asks_a_proxy"), [("https://api.telegram.org", True), ("http://127.0.0.1:1", False)]
)
def test_a_proxy_is_never_asked_for_this_machine(
    api_url: str, asks_a_proxy: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://proxy.example.org:3128")
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example.org:3128")
    connection = open_connection(api_url)
    assert connection.base_url == f"{api_url}/bot"
    assert bool(connection.requests._client._mounts) is asks_a_proxy  # type: ignore[attr-defined]
