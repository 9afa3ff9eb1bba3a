"""`verbatim run`: the bot."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.endpoint import Endpoint
    from bot.protocols import AnswersQuestions, Library
    from bot.settings import Settings
    from bot.warming import WarmingAnswerer

SEEDS = Path("seeds")


def run() -> None:
    """Run the bot: on Telegram if a token is set, else in the local sandbox."""
    from bot.assembly import build_answerer, build_indexer, build_store
    from bot.instance import only_instance
    from bot.logs import configure_logging
    from bot.settings import load_settings
    from bot.warming import WarmingAnswerer

    settings = load_settings()
    given = (settings.token, settings.telegram.webhook_secret, settings.opensearch.password)
    configure_logging(settings.log_level, secrets=[secret.get_secret_value() for secret in given if secret])
    # Until the event loop runs, a request to stop is the same as Ctrl-C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with suppress(KeyboardInterrupt), only_instance(settings.store.path):
        store = build_store(settings)
        try:
            if store.count_articles() == 0 and SEEDS.is_dir():
                _say(f"Indexing {SEEDS}/ ...")
                build_indexer(settings, store).index([str(SEEDS)])

            def load() -> "AnswersQuestions":
                answerer = build_answerer(settings, store)
                answerer.warm_up()
                return answerer

            asyncio.run(_serve(settings, store, WarmingAnswerer(load)))
        finally:
            store.close()


async def _serve(settings: "Settings", library: "Library", answerer: "WarmingAnswerer") -> None:
    from bot.running import serve, until_stopped

    async def work() -> None:
        async with _endpoint(settings) as endpoint:
            await serve(endpoint, settings, library, answerer, say=_say)

    await until_stopped(work())


@asynccontextmanager
async def _endpoint(settings: "Settings") -> "AsyncIterator[Endpoint]":
    from bot.endpoint import sandbox_endpoint, telegram_endpoint
    from bot.sandbox import Sandbox

    if settings.token is not None:
        yield telegram_endpoint(settings.token.get_secret_value(), settings.telegram)
        return
    make_sandbox = partial(Sandbox, record=settings.store.path / "sandbox.db")
    async with sandbox_endpoint(make_sandbox, settings.sandbox.port, _say) as endpoint:
        yield endpoint


def _say(line: str) -> None:
    print(line, flush=True)
