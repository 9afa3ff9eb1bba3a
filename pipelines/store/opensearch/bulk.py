"""Writing many things at once."""

from collections.abc import Iterable
from typing import Any

from opensearchpy import OpenSearch
from opensearchpy.helpers import streaming_bulk

from pipelines.errors import SearchUnavailableError, StorageError
from pipelines.store.opensearch.failures import PASSING

WRITE_SECONDS = 60
_ACTIONS, _BYTES = 500, 10_000_000
# A cluster that is given more than it can take says so for some of the actions; they are sent again after a pause.
_RETRIES, _PAUSE_SECONDS = 4, 1


def write(client: OpenSearch, actions: Iterable[dict[str, Any]]) -> int:
    """Send actions, some hundred a request, in their order; nothing waits until they can be searched.

    :param client: The client.
    :param actions: As OpenSearch's helpers take them; one that deletes what is not there is right.
    :returns: How many did what they were to do.
    :raises StorageError: If the cluster refuses one.
    :raises SearchUnavailableError: If the cluster has too much to do.
    :raises opensearchpy.exceptions.TransportError: If a request fails as a whole.
    """
    done = 0
    results = streaming_bulk(
        client,
        actions,
        chunk_size=_ACTIONS,
        max_chunk_bytes=_BYTES,
        max_retries=_RETRIES,
        initial_backoff=_PAUSE_SECONDS,
        raise_on_error=False,
        request_timeout=WRITE_SECONDS,
    )
    for right, result in results:
        [(operation, item)] = result.items()
        if right:
            done += 1
        elif operation != "delete" or item["status"] != 404:  # noqa: PLR2004  not found
            raise _refusal(item)
    return done


def index(name: str, id_: str, source: dict[str, Any]) -> dict[str, Any]:
    """Make the action that writes or replaces something.

    :param name: The index.
    :param id_: The id.
    :param source: What is written.
    """
    return {"_op_type": "index", "_index": name, "_id": id_, "_source": source}


def update(name: str, id_: str, changes: dict[str, Any]) -> dict[str, Any]:
    """Make the action that changes some fields.

    :param name: The index.
    :param id_: The id.
    :param changes: The fields.
    """
    return {"_op_type": "update", "_index": name, "_id": id_, "doc": changes}


def delete(name: str, id_: str) -> dict[str, Any]:
    """Make the action that deletes something.

    :param name: The index.
    :param id_: The id.
    """
    return {"_op_type": "delete", "_index": name, "_id": id_}


def _refusal(item: dict[str, Any]) -> StorageError | SearchUnavailableError:
    error = item.get("error")
    reason = error.get("reason") or error.get("type") if isinstance(error, dict) else error
    if item["status"] in PASSING:
        return SearchUnavailableError(f"OpenSearch has too much to do ({reason}). Run the command again: it goes on.")
    return StorageError(f"OpenSearch did not take {item['_id']}: {reason}. `verbatim doctor` checks the index.")
