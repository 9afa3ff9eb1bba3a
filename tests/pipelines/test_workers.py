"""A process that reads articles may die; the articles it does not die of are prepared."""

import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass

from pipelines.preparation import Batch, Preparer
from pipelines.sources.raw import ArticleFormat, LoadedSource, RawArticle
from pipelines.workers import prepare_all


@dataclass(frozen=True)
class Deadly:
    """An article that ends any other process which reads it."""

    origin: str
    name: str
    home: int

    def read(self) -> RawArticle:
        assert os.getpid() != self.home
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError


def raw(
    name: str, data: bytes = b"The museum opened.", article_format: ArticleFormat = ArticleFormat.TEXT
) -> RawArticle:
    return RawArticle(f"/{name}", name, data, article_format)


def test_only_the_deadly_article_is_lost() -> None:
    batches: list[Batch] = [[(LoadedSource(raw(f"{number}")), None)] for number in range(12)]
    batches[7] = [(LoadedSource(raw("a")), None), (Deadly("/deadly", "deadly", os.getpid()), None)]

    prepared = list(prepare_all(iter(batches), workers=1))

    assert sum(len(part.articles) for part in prepared) == 12
    assert [str(error) for part in prepared for error in part.failed] == ["deadly: ends the process that reads it"]


def test_batches_are_taken_only_a_little_ahead() -> None:
    taken = 0

    def batches() -> "Iterator[Batch]":
        nonlocal taken
        for number in range(100):
            taken += 1
            yield [(LoadedSource(raw(f"{number}")), None)]

    run = prepare_all(batches(), workers=1)
    for _ in range(20):
        next(run)
    run.close()

    assert taken <= 25


def test_an_article_that_no_converter_foresaw_takes_no_other_with_it() -> None:
    unforeseen = raw("strange", article_format="hologram")  # type: ignore[arg-type]

    prepared = Preparer().prepare([(LoadedSource(one), None) for one in (raw("a"), unforeseen, raw("b"))])

    assert [split.article.origin for split in prepared.articles] == ["/a", "/b"]
    [error] = prepared.failed
    assert str(error).startswith("strange: cannot be converted (KeyError")


def test_what_is_indexed_as_it_is_is_not_prepared_again() -> None:
    one = raw("a")

    assert Preparer().prepare([(LoadedSource(one), one.fingerprint)]).unchanged == 1
