"""A bot in a process of its own, for test_running.py: its answerer fails with the token in the error's text."""

import asyncio
import sys
from pathlib import Path

from bot.access import AccessPolicy
from bot.endpoint import Endpoint
from bot.logs import configure_logging
from bot.running import serve, until_stopped
from bot.settings import Settings, StoreSettings
from bot.warming import WarmingAnswerer
from pipelines.errors import VerbatimError
from pipelines.types import Answer, Article, Citation, Turn


class EmptyLibrary:
    def count_articles(self) -> int:
        return 0

    def articles(self, *, offset: int = 0, limit: int = 20) -> list[Citation]:
        return []

    def article(self, id: str) -> Article | None:  # noqa: A002
        return None


class FailingAnswerer:
    def __init__(self, secret: str) -> None:
        self._secret = secret

    def ask(self, question: str, previous: Turn | None = None) -> Answer:
        raise RuntimeError(self._secret)


def main(folder: str, api_url: str, token: str) -> None:
    configure_logging("DEBUG", secrets=[token])
    endpoint = Endpoint(token, api_url, AccessPolicy(public=True))
    settings = Settings.model_construct(store=StoreSettings(path=Path(folder)))
    answerer = WarmingAnswerer(lambda: FailingAnswerer(token))
    try:
        asyncio.run(until_stopped(serve(endpoint, settings, EmptyLibrary(), answerer, say=print)))
    except VerbatimError as error:
        print(f"verbatim: {error}")
        raise SystemExit(1) from error


main(*sys.argv[1:])
