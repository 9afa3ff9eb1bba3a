import hashlib
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from pipelines.errors import SourceError
from pipelines.training.data import read_text
from pipelines.training.public import PublicFile, fetch

CONTENT = '{"data": []}'


class Silent(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  http.server's name
        """Keep the test's output clean."""


@pytest.fixture
def published(tmp_path: Path) -> Iterator[PublicFile]:
    site = tmp_path / "site"
    site.mkdir()
    (site / "set_v1.json").write_text(CONTENT, encoding="utf-8")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Silent, directory=str(site)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    sha256 = hashlib.sha256(CONTENT.encode()).hexdigest()
    yield PublicFile("sets/set.json.gz", f"http://127.0.0.1:{server.server_port}/set_v1.json", sha256)
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_set_is_fetched_once_and_then_taken_from_the_folder(tmp_path: Path, published: PublicFile) -> None:
    fetch(tmp_path, [published])
    kept = tmp_path / "sets/set.json.gz"
    assert read_text(kept) == CONTENT

    nowhere = PublicFile(published.name, "http://127.0.0.1:9/set_v1.json", published.sha256)
    fetch(tmp_path, [nowhere])
    assert read_text(kept) == CONTENT


def test_another_version_of_a_set_is_refused_and_not_kept(tmp_path: Path, published: PublicFile) -> None:
    changed = PublicFile(published.name, published.url, "0" * 64)
    with pytest.raises(SourceError, match="it may have changed"):
        fetch(tmp_path, [changed])
    assert not (tmp_path / changed.name).exists()


def test_a_file_in_the_folder_that_is_not_the_set_is_named(tmp_path: Path, published: PublicFile) -> None:
    kept = tmp_path / published.name
    kept.parent.mkdir()
    kept.write_bytes(b"not gzip")
    with pytest.raises(SourceError, match=r"set\.json\.gz: cannot be read as gzip .* delete it to fetch it again"):
        fetch(tmp_path, [published])


def test_a_set_that_cannot_be_fetched_can_be_put_there_by_hand(tmp_path: Path) -> None:
    absent = PublicFile("sets/set.json.gz", "http://127.0.0.1:9/set_v1.json", "0" * 64)
    with pytest.raises(SourceError, match=r"cannot be fetched .* put it, gzip-compressed, at .*set\.json\.gz"):
        fetch(tmp_path, [absent])
