"""How a cluster is reached: over TLS, and past a node that hangs."""

import shutil
import socket
import ssl
import subprocess
import time
from pathlib import Path

import pytest

from pipelines.errors import ConfigurationError, SearchUnavailableError
from pipelines.store.opensearch import OpenSearchStore
from tests.pipelines.store.archive import DIMENSION, indexed
from tests.pipelines.store.opensearch.fake_cluster import FakeCluster, running_node


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with a certificate for 127.0.0.1 that is its own authority, and its key."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl makes the certificate (Debian: apt install openssl)")
    folder = tmp_path_factory.mktemp("tls")
    subprocess.run(
        [
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
            "-days", "2", "-subj", "/CN=test", "-addext", "subjectAltName=IP:127.0.0.1",
            "-keyout", folder / "key.pem", "-out", folder / "certificate.pem",
        ],
        check=True, capture_output=True,
    )  # fmt: skip
    return folder / "certificate.pem"


@pytest.fixture
def tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, certificate.with_name("key.pem"))
    return context


def test_a_certificate_of_a_known_authority_is_trusted(tls: ssl.SSLContext, certificate: Path) -> None:
    with running_node(FakeCluster(), tls=tls) as address:
        store = OpenSearchStore([address], embedding_dim=DIMENSION, ca_certs=str(certificate))
        store.write_articles([indexed("/a.txt", "The museum opened.")])
        assert store.count_articles() == 1
        store.close()


def test_a_certificate_of_nobody_known_is_refused_with_the_setting_to_set(tls: ssl.SSLContext) -> None:
    with running_node(FakeCluster(), tls=tls) as address:
        store = OpenSearchStore([address], embedding_dim=DIMENSION)
        with pytest.raises(ConfigurationError, match="VERBATIM_OPENSEARCH__CA_FILE"):
            store.count_articles()
        store.close()


def test_certificates_need_not_be_checked(tls: ssl.SSLContext) -> None:
    with running_node(FakeCluster(), tls=tls) as address:
        store = OpenSearchStore([address], embedding_dim=DIMENSION, verify_certs=False)
        assert store.count_articles() == 0
        store.close()


def test_a_node_that_hangs_is_left_for_one_that_answers() -> None:
    with socket.create_server(("127.0.0.1", 0)) as hanging, running_node(FakeCluster()) as address:
        hosts = [f"http://127.0.0.1:{hanging.getsockname()[1]}", address]
        store = OpenSearchStore(hosts, embedding_dim=DIMENSION, timeout=1)
        begun = time.monotonic()
        for _ in range(5):
            assert store.count_articles() == 0
        # It is waited for once, and then left alone.
        assert time.monotonic() - begun < 3
        store.close()


def test_a_cluster_that_hangs_is_given_up_soon() -> None:
    with socket.create_server(("127.0.0.1", 0)) as hanging:
        store = OpenSearchStore([f"http://127.0.0.1:{hanging.getsockname()[1]}"], embedding_dim=DIMENSION, timeout=1)
        begun = time.monotonic()
        with pytest.raises(SearchUnavailableError):
            store.count_articles()
        assert time.monotonic() - begun < 4
        store.close()
