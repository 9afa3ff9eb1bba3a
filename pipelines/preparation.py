"""Preparing articles: reading, converting, cleaning and splitting, up to what the encoder needs."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from haystack import Pipeline
from haystack.core.errors import PipelineRuntimeError

from pipelines.components.cleaner import NewsCleaner
from pipelines.components.converter import ArticleConverter
from pipelines.components.splitter import PASSAGE_WORDS, PassageSplitter, SplitArticle
from pipelines.errors import SourceError
from pipelines.sources.raw import RawArticle


class Source(Protocol):
    """Something that one article can be read from."""

    @property
    def origin(self) -> str:
        """What identifies the article."""
        ...

    @property
    def name(self) -> str:
        """What to call it to the person who gave it."""
        ...

    def read(self) -> RawArticle:
        """Read the article.

        :raises SourceError: If it cannot be read.
        """
        ...


Batch = Sequence[tuple[Source, str | None]]
"""Sources, each with the fingerprint of its article if that is indexed."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """What became of some sources.

    :param articles: The articles that are new or changed.
    :param unchanged: How many are indexed as they are.
    :param failed: Why the others are missing.
    """

    articles: tuple[SplitArticle, ...]
    unchanged: int
    failed: tuple[SourceError, ...]


def build_preparation(words: int = PASSAGE_WORDS) -> Pipeline:
    """Make the pipeline from what was read to passages.

    :param words: Words a passage aims at.
    :returns: A pipeline with the input `converter.sources`; `splitter.articles` are the articles, `converter.failed`
        and `cleaner.failed` tell why others are missing.
    """
    pipeline = Pipeline()
    pipeline.add_component("converter", ArticleConverter())
    pipeline.add_component("cleaner", NewsCleaner())
    pipeline.add_component("splitter", PassageSplitter(words))
    pipeline.connect("converter.articles", "cleaner.articles")
    pipeline.connect("cleaner.articles", "splitter.articles")
    return pipeline


def quiet_converters() -> None:
    """Silence the libraries that log what they find wrong in a file: an index run reports it by name itself."""
    for name in ("haystack.components.converters", "pypdf", "trafilatura", "htmldate"):
        logging.getLogger(name).setLevel(logging.CRITICAL)


class Preparer:
    """Prepares articles in one process."""

    def __init__(self) -> None:
        self._pipeline = build_preparation()

    def prepare(self, batch: Batch) -> Prepared:
        """Prepare some articles.

        :param batch: Where to read them, and what is indexed of each.
        :returns: What became of them.
        """
        read: list[RawArticle] = []
        failed: list[SourceError] = []
        unchanged = 0
        for source, fingerprint in batch:
            try:
                raw = source.read()
            except SourceError as error:
                failed.append(error)
                continue
            if raw.fingerprint == fingerprint:
                unchanged += 1
            else:
                read.append(raw)
        articles, unusable = self._run(read)
        return Prepared(tuple(articles), unchanged, (*failed, *unusable))

    def _run(self, read: Sequence[RawArticle]) -> tuple[list[SplitArticle], list[SourceError]]:
        if not read:
            return [], []
        try:
            outputs = self._pipeline.run({"converter": {"sources": list(read)}})
        except PipelineRuntimeError as error:
            if len(read) == 1:
                cause = error.__cause__ or error
                return [], [SourceError(read[0].name, f"cannot be converted ({type(cause).__name__}: {cause})")]
            # One article that no converter foresaw must not take the others with it.
            singly = [self._run([raw]) for raw in read]
            return [article for articles, _ in singly for article in articles], [e for _, es in singly for e in es]
        failed = [*outputs.get("converter", {}).get("failed", []), *outputs.get("cleaner", {}).get("failed", [])]
        return outputs["splitter"]["articles"], failed
