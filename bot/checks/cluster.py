"""Checks of the cluster that holds the index, without changing it."""

from pathlib import Path

from bot.checks import Finding, failed, note, ok
from bot.checks.index import counted, nothing_indexed
from pipelines.errors import ConfigurationError, IndexMismatchError, VerbatimError
from pipelines.store.opensearch import OpenSearchStore
from pipelines.store.opensearch.base import ClusterState

_NAME = "Cluster"
_INDEX = "Index"
# Filters inside the search through the vectors: Lucene has them from 2.4 on, and faiss cosines from 2.19 on.
_OLDEST = {"lucene": (2, 4), "faiss": (2, 19)}


def check_cluster(store: OpenSearchStore, *, seeds: Path) -> list[Finding]:
    """Check that the cluster answers, is new enough and whole, and that this encoder made what is indexed there.

    :param store: The store.
    :param seeds: The folder that is indexed when there is no index.
    """
    hosts = " ".join(store.hosts)
    try:
        state = store.cluster_state()
    except ConfigurationError as error:
        return [failed(_NAME, str(error), "Correct VERBATIM_OPENSEARCH__... in .env or in the environment.")]
    except VerbatimError:
        return [failed(_NAME, f"{hosts} does not answer", "Start it, or check VERBATIM_OPENSEARCH__HOSTS.")]
    found = _describe(state, store.shape.engine)
    return [found, *_check_index(store, seeds)]


def _describe(state: ClusterState, engine: str) -> Finding:
    text = f"{state.name}, OpenSearch {state.version}, {counted(state.nodes, 'node')}, {state.status}"
    oldest = _OLDEST[engine]
    if tuple(int(part) for part in state.version.split(".")[:2]) < oldest:
        return failed(_NAME, text, f"The engine {engine} needs OpenSearch {oldest[0]}.{oldest[1]} or newer.")
    if state.status == "red":
        return failed(_NAME, text, "Some of the data is on no node that answers: bring its nodes back.")
    if state.status == "yellow":
        return note(_NAME, text, "Some copies are missing: add nodes, or set VERBATIM_OPENSEARCH__REPLICAS=0.")
    return ok(_NAME, text)


def _check_index(store: OpenSearchStore, seeds: Path) -> list[Finding]:
    try:
        articles, passages = store.count_articles(), store.count_documents()
        if not articles:
            return [nothing_indexed(f"{store.index}-articles", seeds)]
        store.keyword_retrieval("news", top_k=1)
    except IndexMismatchError as error:
        return [failed(_INDEX, str(error), "verbatim index --rebuild makes it anew.")]
    except VerbatimError as error:
        return [failed(_INDEX, str(error), "Look at the cluster's own log.")]
    return [ok(_INDEX, f"{counted(articles, 'article')}, {counted(passages, 'passage')} in {store.index}-…")]
