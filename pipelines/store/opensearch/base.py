"""What every part of the store stands on: the connection, the checks, reading and writing."""

import logging
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from haystack_integrations.document_stores.opensearch import OpenSearchDocumentStore
from opensearchpy import OpenSearch
from opensearchpy.exceptions import RequestError

from pipelines.errors import IndexMismatchError, VerbatimError
from pipelines.store.opensearch.bulk import WRITE_SECONDS
from pipelines.store.opensearch.copies import Copies
from pipelines.store.opensearch.failures import PASSING, explained
from pipelines.store.opensearch.mappings import META, SCHEMA_VERSION, IndexShape, article_index, passage_index
from pipelines.types import EncoderIdentity

logger = logging.getLogger(__name__)
# The client logs each host that fails, with a traceback; failures.py says it in plain words.
logging.getLogger("opensearch").setLevel(logging.ERROR)

DEFAULT_SHAPE = IndexShape()
_REBUILD = "Use the encoder it was made with, or make it anew with `verbatim index --rebuild`."


@dataclass(frozen=True, slots=True)
class ClusterState:
    """What a cluster tells of itself.

    :param name: Its name.
    :param version: The version of OpenSearch.
    :param status: `green`; `yellow` if copies are missing; `red` if data is.
    :param nodes: How many nodes it has.
    """

    name: str
    version: str
    status: str
    nodes: int


class OpenSearchBase(OpenSearchDocumentStore):
    """Two indexes in a cluster. Nothing is asked of it before it is needed; a host that fails is not asked for a while.

    :param hosts: Addresses of nodes; when one does not answer, the next is asked.
    :param index: What the names of the two indexes begin with.
    :param embedding_dim: Numbers of an embedding.
    :param encoder: The encoder whose embeddings are written and searched; it is remembered and checked.
    :param shape: How the indexes are laid out when they are made.
    :param http_auth: User name and password, if the cluster asks for them.
    :param ca_certs: A file with the authorities to trust beside the usual ones.
    :param verify_certs: Check the hosts' certificates.
    :param timeout: Seconds to wait for one host's answer to a search.
    """

    def __init__(
        self,
        hosts: Sequence[str],
        *,
        index: str = "verbatim",
        embedding_dim: int = 384,
        encoder: EncoderIdentity | None = None,
        shape: IndexShape = DEFAULT_SHAPE,
        http_auth: tuple[str, str] | None = None,
        ca_certs: str | None = None,
        verify_certs: bool = True,
        timeout: int = 5,
    ) -> None:
        passages = passage_index(shape, embedding_dim, encoder)
        super().__init__(
            hosts=list(hosts),
            index=f"{index}-passages",
            embedding_dim=embedding_dim,
            mappings=passages["mappings"],
            settings=passages["settings"],
            create_index=False,
            http_auth=http_auth,
            verify_certs=verify_certs,
            timeout=timeout,
            # Each host is asked once, and a single one a second time.
            max_retries=max(1, len(hosts) - 1),
            retry_on_timeout=True,
            retry_on_status=PASSING,
            ssl_show_warn=False,
            ca_certs=ca_certs,
        )
        self.hosts = tuple(hosts)
        self.index = index
        self.embedding_dim = embedding_dim
        self.encoder = encoder
        self.shape = shape
        self.ca_certs = ca_certs
        self.verify_certs = verify_certs
        self.timeout = timeout
        self._passages = f"{index}-passages"
        self._articles = f"{index}-articles"
        self._bodies = {self._passages: passages, self._articles: article_index(shape)}
        self._opening = threading.Lock()
        self._checked = False
        self._unseen = False
        self._copies = Copies()

    def cluster_state(self) -> ClusterState:
        """Ask the cluster how it is.

        :raises pipelines.errors.VerbatimError: If it does not answer or does not let us in.
        """
        with explained(self.hosts):
            client = self._connected()
            about, health = client.info(), client.cluster.health()
        return ClusterState(
            name=about["cluster_name"],
            version=about["version"]["number"],
            status=health["status"],
            nodes=health["number_of_nodes"],
        )

    def discard(self) -> None:
        """Delete both indexes, whatever made them."""
        with explained(self.hosts):
            client = self._connected()
            for name in self._bodies:
                client.indices.delete(index=name, ignore_unavailable=True, request_timeout=WRITE_SECONDS)
            self._checked = False

    def close(self) -> None:
        """Let what was written be found, and let go of the connections; the next use opens them again."""
        try:
            if self._unseen:
                with explained(self.hosts):
                    self._show(self._connected())
        except VerbatimError as error:
            # Nothing is lost: the cluster does it by itself, a second later.
            logger.info("What was written could not be shown at once: %s", error)
        super().close()
        self._checked = False

    @contextmanager
    def _reading(self) -> Iterator[OpenSearch]:
        """Lend the client to read what this store has written, among all else.

        :raises IndexMismatchError: If the index is not of this encoder.
        :raises SearchUnavailableError: If the cluster does not answer.
        """
        with self._failing_checked(), explained(self.hosts):
            client = self._connected()
            self._check(client)
            if self._unseen:
                self._show(client)
            yield client

    @contextmanager
    def _writing(self) -> Iterator[OpenSearch]:
        """Lend the client to write; what is written can be searched after `close`, or a second later.

        :raises IndexMismatchError: If the index is not of this encoder.
        :raises SearchUnavailableError: If the cluster does not answer.
        :raises StorageError: If it does not take what is written.
        """
        with self._failing_checked(), explained(self.hosts):
            client = self._connected()
            if not self._checked:
                self._make_indexes(client)
            self._check(client)
            yield client
            self._unseen = True

    @contextmanager
    def _failing_checked(self) -> Iterator[None]:
        """Check the index again after a failure: the cluster that comes back may be another."""
        try:
            yield
        except VerbatimError:
            self._checked = False
            raise

    def _connected(self) -> OpenSearch:
        with self._opening:
            self._ensure_initialized()
            if self._client is None:
                msg = "the connection was closed while it was opened"
                raise RuntimeError(msg)
            return self._client

    def _make_indexes(self, client: OpenSearch) -> None:
        for name, body in self._bodies.items():
            if not client.indices.exists(index=name):
                try:
                    client.indices.create(index=name, body=body, request_timeout=WRITE_SECONDS)
                except RequestError as error:
                    # Another run was quicker.
                    if error.error != "resource_already_exists_exception":
                        raise

    def _show(self, client: OpenSearch) -> None:
        client.indices.refresh(index=",".join(self._bodies), ignore_unavailable=True, request_timeout=WRITE_SECONDS)
        self._unseen = False
        self._copies.forget()

    def _check(self, client: OpenSearch) -> None:
        if self._checked:
            return
        found: dict[str, Any] = client.indices.get_mapping(index=self._passages, ignore_unavailable=True)
        if not found:
            return
        [described] = found.values()
        meta = described["mappings"].get("_meta", {}).get(META)
        if meta is None:
            msg = (
                f"The index {self._passages} in the cluster was not made by Verbatim. "
                "Choose another name with VERBATIM_OPENSEARCH__INDEX."
            )
            raise IndexMismatchError(msg)
        if meta["schema"] > SCHEMA_VERSION:
            msg = (
                f"A newer version of Verbatim made the index {self._passages}. Use that version, "
                "or make the index anew with `verbatim index --rebuild`."
            )
            raise IndexMismatchError(msg)
        self._check_encoder(meta)
        self._checked = True

    def _check_encoder(self, meta: dict[str, Any]) -> None:
        if meta["dimension"] != self.embedding_dim:
            msg = (
                f"The index {self._passages} holds embeddings of {meta['dimension']} numbers, "
                f"not {self.embedding_dim}: another encoder made it. {_REBUILD}"
            )
            raise IndexMismatchError(msg)
        if self.encoder is not None and meta["encoder"] is not None:
            maker = EncoderIdentity(**meta["encoder"])
            if maker != self.encoder:
                msg = (
                    f"The index {self._passages} was made with the encoder {maker.described}, "
                    f"not with {self.encoder.described}. {_REBUILD}"
                )
                raise IndexMismatchError(msg)
