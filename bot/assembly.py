"""The parts put together as the settings say."""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from bot.settings import ReaderSettings, Settings
from pipelines.errors import ConfigurationError

if TYPE_CHECKING:
    from bot.store import Store
    from pipelines.answering import Answerer, Reader
    from pipelines.components.encoder import SentenceEncoder
    from pipelines.components.selector import AnswerSelector
    from pipelines.indexing import ArticleStore, Indexer
    from pipelines.store import EmbeddedDocumentStore
    from pipelines.store.opensearch import OpenSearchStore
    from pipelines.store.searchable import Searchable

DEFAULT_HUB_MODEL = "deepset/roberta-base-squad2-distilled"


def build_store(settings: Settings, *, read_only: bool = False) -> "Store":
    """Make the store that the settings name; it is opened when it is first used.

    :param settings: The settings.
    :param read_only: Open it for reading only.
    :raises ConfigurationError: If what it needs is not installed.
    """
    if settings.store.kind == "opensearch":
        return build_cluster_store(settings)
    return build_embedded_store(settings, read_only=read_only)


def build_embedded_store(settings: Settings, *, read_only: bool = False) -> "EmbeddedDocumentStore":
    """Make the store in a folder.

    :param settings: The settings.
    :param read_only: Open it for reading only.
    """
    from pipelines.store import EmbeddedDocumentStore

    encoder = _encoder(settings.reader.threads).identity
    return EmbeddedDocumentStore(settings.store.path, encoder.dimension, encoder=encoder, read_only=read_only)


def build_cluster_store(settings: Settings) -> "OpenSearchStore":
    """Make the store on a cluster.

    :param settings: The settings.
    :raises ConfigurationError: If what it needs is not installed.
    """
    try:
        from pipelines.store.opensearch import IndexShape, OpenSearchStore
    except ImportError as error:
        msg = "store.kind=opensearch needs the extra `opensearch`: pip install '.[opensearch]' in the project's folder."
        raise ConfigurationError(msg) from error

    cluster = settings.opensearch
    encoder = _encoder(settings.reader.threads).identity
    return OpenSearchStore(
        cluster.hosts,
        index=cluster.index,
        embedding_dim=encoder.dimension,
        encoder=encoder,
        shape=IndexShape(cluster.shards, cluster.replicas, cluster.engine),
        http_auth=(cluster.username, cluster.password.get_secret_value())
        if cluster.username and cluster.password
        else None,
        ca_certs=str(cluster.ca_file) if cluster.ca_file else None,
        verify_certs=cluster.verify,
        timeout=cluster.timeout,
    )


def build_indexer(settings: Settings, store: "ArticleStore") -> "Indexer":
    """Make what indexes articles.

    :param settings: The settings.
    :param store: Where they go.
    """
    from pipelines.indexing import Indexer
    from pipelines.sources.visits import VISITS_FILE

    return Indexer(store, _encoder(settings.reader.threads), visits=settings.store.path / VISITS_FILE)


def build_answerer(settings: Settings, store: "Searchable") -> "Answerer":
    """Make what answers questions; `warm_up` loads its models.

    :param settings: The settings.
    :param store: What it searches.
    :raises ConfigurationError: If the reader that is asked for is not installed.
    """
    from pipelines.answering import Answerer

    reader, retrieval = settings.reader, settings.retrieval
    return Answerer(
        store,
        encoder=_encoder(reader.threads),
        reader=build_reader(reader),
        selector=build_selector(reader),
        candidates=retrieval.candidates,
        passages_read=retrieval.passages_read,
        keyword_weight=retrieval.keyword_weight,
        dense_weight=retrieval.dense_weight,
    )


def build_reader(settings: ReaderSettings) -> "Reader":
    """Make the reader.

    :param settings: Its settings.
    :raises ConfigurationError: If it is not installed.
    """
    if settings.kind == "onnx":
        from pipelines.components.reader import OnnxExtractiveReader

        return OnnxExtractiveReader(settings.model, threads=settings.threads)
    try:
        from haystack_integrations.components.readers.transformers import TransformersExtractiveReader
    except ImportError as error:
        msg = "reader.kind=transformers needs the extra `hub`: pip install '.[hub]' in the project's folder."
        raise ConfigurationError(msg) from error
    reader: Reader = TransformersExtractiveReader(model=settings.model or DEFAULT_HUB_MODEL)
    return reader


def build_selector(settings: ReaderSettings) -> "AnswerSelector":
    """Make what chooses quotes, with the calibration and the thresholds of the reader.

    :param settings: The reader's settings.
    """
    from pipelines.components.selector import AnswerSelector

    return AnswerSelector(_calibration(settings), answered=settings.answered, unsure=settings.unsure)


@cache
def _encoder(threads: int) -> "SentenceEncoder":
    """Share one encoder: the store, the indexer and the answerer need the same."""
    from pipelines.components.encoder import SentenceEncoder

    return SentenceEncoder(threads=threads)


def _calibration(settings: ReaderSettings) -> str | None:
    """Find the calibration that belongs to the reader; a reader without one is taken at its own word."""
    from pipelines.components.confidence import CALIBRATION_FILE
    from pipelines.models import READER_FOLDER

    if settings.kind != "onnx":
        return None
    path = (Path(settings.model) if settings.model else READER_FOLDER) / CALIBRATION_FILE
    return str(path) if path.is_file() else None
