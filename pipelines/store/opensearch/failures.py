"""What the cluster says when something fails, in words for the person who can do something about it."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from opensearchpy import exceptions
from opensearchpy.exceptions import AuthenticationException, SSLError, TransportError

from pipelines.errors import ConfigurationError, SearchUnavailableError, StorageError, VerbatimError

logger = logging.getLogger(__name__)

# Too busy, no answer from a node behind, no master or no copy of a shard: all of it passes.
PASSING = frozenset({429, 500, 502, 503, 504})
_FORBIDDEN = 403
_UNAVAILABLE = "The search is unavailable: the search engine does not answer now. Please try again in a minute."


@contextmanager
def explained(hosts: Sequence[str]) -> Iterator[None]:
    """Turn the client's errors into ours.

    :param hosts: The addresses of the cluster, for the operator.
    :raises SearchUnavailableError: If no host answers, or the cluster cannot do it now.
    :raises ConfigurationError: If the cluster does not let us in, or its certificate is not trusted.
    :raises StorageError: If the cluster refuses for another reason.
    """
    try:
        yield
    except TransportError as error:
        explanation = _explanation(error, " ".join(hosts))
        if isinstance(explanation, SearchUnavailableError):
            # People in a chat see the message; the operator needs to know where and why.
            logger.warning("OpenSearch (%s) does not answer: %s", " ".join(hosts), _reason(error))
        raise explanation from error


def _explanation(error: TransportError, hosts: str) -> VerbatimError:
    if isinstance(error, SSLError):
        return ConfigurationError(
            f"The certificate of OpenSearch ({hosts}) is not trusted. "
            "Name the file of its authority with VERBATIM_OPENSEARCH__CA_FILE."
        )
    if isinstance(error, exceptions.ConnectionError) or error.status_code in PASSING:
        return SearchUnavailableError(_UNAVAILABLE)
    if error.error == "cluster_block_exception":
        return StorageError(
            f"OpenSearch ({hosts}) takes no writes: {_reason(error)}. Most often a disk is full: free some space there."
        )
    if isinstance(error, AuthenticationException) or error.status_code == _FORBIDDEN:
        return ConfigurationError(
            f"OpenSearch ({hosts}) does not let us in. "
            "Check VERBATIM_OPENSEARCH__USERNAME and VERBATIM_OPENSEARCH__PASSWORD, and that user's rights."
        )
    return StorageError(f"OpenSearch ({hosts}) refused a request: {_reason(error)}. `verbatim doctor` checks it.")


def _reason(error: TransportError) -> str:
    info = error.info
    if isinstance(info, dict) and isinstance(cause := info.get("error"), dict):
        return str(cause.get("reason") or cause.get("type"))
    return str(error.error)
