"""The ways to ask the questions of a file, put together as the settings say."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bot.assembly import build_answerer, build_embedded_store, build_indexer, build_reader, build_selector
from bot.settings import ReaderSettings, Settings
from pipelines.components.fusion import WeightedReciprocalRankFusion
from pipelines.errors import ConfigurationError
from pipelines.evaluation.article_files import write_article_files
from pipelines.evaluation.asking import Asks, AsksEverything, AsksOwnParagraph, Choice, indexed_articles
from pipelines.evaluation.before import Before
from pipelines.evaluation.dataset import Entry

_HUB = "hub:"
_DEEPEST = 10


def with_reader(settings: Settings, reader: str) -> Settings:
    """Choose another reader.

    :param settings: The settings.
    :param reader: "hub:" and the name of a model, or the folder of an ONNX reader.
    :returns: The settings with that reader and the thresholds that were calibrated for it.
    :raises ConfigurationError: If it is neither.
    """
    if reader.startswith(_HUB):
        chosen = ReaderSettings(kind="transformers", model=reader.removeprefix(_HUB), threads=settings.reader.threads)
    elif Path(reader).is_dir():
        chosen = ReaderSettings(model=reader, threads=settings.reader.threads)
    else:
        msg = f"--reader {reader}: give hub:NAME of a model, or the folder of an ONNX reader."
        raise ConfigurationError(msg)
    return settings.model_copy(update={"reader": chosen})


@contextmanager
def asking_own_paragraph(settings: Settings, before: Before) -> Iterator[Asks]:
    """Prepare to ask each question of its own paragraph.

    :param settings: The settings.
    :param before: What a second question is asked after.
    """
    yield AsksOwnParagraph(build_reader(settings.reader), Choice(build_selector(settings.reader)), before)


@contextmanager
def asking_everything(settings: Settings, entries: Sequence[Entry], before: Before) -> Iterator[Asks]:
    """Index all the paragraphs into a temporary store and prepare to ask each question of the whole.

    :param settings: The settings; the index they name is not touched.
    :param entries: The articles of the file.
    :param before: What a second question is asked after.
    """
    with tempfile.TemporaryDirectory(prefix="verbatim-eval-") as name:
        files, index = Path(name, "articles"), Path(name, "index")
        files.mkdir()
        paragraphs = write_article_files(entries, files)
        temporary = settings.model_copy(update={"store": settings.store.model_copy(update={"path": index})})
        store = build_embedded_store(temporary)
        try:
            build_indexer(temporary, store).index([str(files)])
            answerer = build_answerer(temporary, store)
            answerer.warm_up()
            retrieval = settings.retrieval
            fusion = WeightedReciprocalRankFusion(retrieval.keyword_weight, retrieval.dense_weight, _DEEPEST)
            choice = Choice(build_selector(settings.reader))
            yield AsksEverything(answerer, choice, fusion, indexed_articles(store, paragraphs), before)
        finally:
            store.close()
