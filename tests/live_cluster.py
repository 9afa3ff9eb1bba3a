"""A live cluster for the tests that are marked `opensearch`: the one that VERBATIM_TEST_OPENSEARCH_URL names."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import unquote, urlsplit

import pytest

from pipelines.store.opensearch import OpenSearchStore

VARIABLE = "VERBATIM_TEST_OPENSEARCH_URL"


@contextmanager
def live_store(**options: object) -> Iterator[OpenSearchStore]:
    """A store with an index of its own in the live cluster, which is deleted afterwards; skips if there is none.

    Certificates are not checked: test clusters sign their own.
    """
    url = os.environ.get(VARIABLE)
    if not url:
        pytest.skip(f"it needs a live cluster: name one with {VARIABLE}=https://user:password@host:9200")
    parts = urlsplit(url)
    auth = (unquote(parts.username), unquote(parts.password or "")) if parts.username else None
    store = OpenSearchStore(
        [f"{parts.scheme}://{parts.hostname}:{parts.port or 9200}"],
        index=f"verbatim-test-{secrets.token_hex(4)}",
        http_auth=auth,
        verify_certs=False,
        **options,  # type: ignore[arg-type]
    )
    try:
        yield store
    finally:
        store.discard()
        store.close()


@contextmanager
def live_index() -> Iterator[dict[str, str]]:
    """The settings of a bot with an index of its own in the live cluster."""
    with live_store() as store:
        parts = urlsplit(os.environ[VARIABLE])
        yield {
            "VERBATIM_STORE__KIND": "opensearch",
            "VERBATIM_OPENSEARCH__HOSTS": store.hosts[0],
            "VERBATIM_OPENSEARCH__INDEX": store.index,
            "VERBATIM_OPENSEARCH__USERNAME": unquote(parts.username or ""),
            "VERBATIM_OPENSEARCH__PASSWORD": unquote(parts.password or ""),
            "VERBATIM_OPENSEARCH__VERIFY": "false",
        }
