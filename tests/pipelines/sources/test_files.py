"""Files are found and read, or named with what is wrong with them."""

import os
import shutil
import tempfile
import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from pipelines.errors import SourceError
from pipelines.sources.files import LARGEST_FILE, Blocked, FileSource, Skipped, walk
from pipelines.sources.metadata import ArticleMetadata
from pipelines.sources.raw import ArticleFormat


def names(folder: Path) -> list[str]:
    return [found.name for found in walk(folder, "in") if isinstance(found, FileSource)]


def reason(path: Path) -> str:
    with pytest.raises(SourceError) as refused:
        FileSource(path, path.name).read()
    return str(refused.value)


def test_a_folder_is_walked_in_order_without_what_is_hidden(tmp_path: Path) -> None:
    for name in ("b.txt", "a.md", "sub/deep/c.HTML", "sub/d.pdf", "e.docx", ".hidden.txt", ".git/f.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()

    assert names(tmp_path) == ["in/a.md", "in/b.txt", "in/e.docx", "in/sub/d.pdf", "in/sub/deep/c.HTML"]


def test_what_is_no_article_is_named(tmp_path: Path) -> None:
    for name in ("a.txt", "a.meta.yaml", "gone.meta.yaml", "photo.jpg", "notes.xyz", "noending"):
        (tmp_path / name).touch()

    others = [found for found in walk(tmp_path, "in") if not isinstance(found, FileSource)]

    assert [(type(found), found.source if isinstance(found, SourceError) else found.name) for found in others] == [
        (Skipped, "in/gone.meta.yaml"),
        (SourceError, "in/noending"),
        (SourceError, "in/notes.xyz"),
        (Skipped, "in/photo.jpg"),
    ]


def test_a_link_back_up_ends_the_walk(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a.txt").touch()
    (tmp_path / "sub" / "up").symlink_to(tmp_path)
    (tmp_path / "twin").symlink_to(tmp_path / "sub")

    assert names(tmp_path) == ["in/sub/a.txt", "in/twin/a.txt"]


@pytest.mark.parametrize("sidecar", ["a.meta.yaml", "a.txt.meta.yaml", "a.meta.yml"])
def test_a_sidecar_is_read_with_its_article(tmp_path: Path, sidecar: str) -> None:
    (tmp_path / "a.txt").write_text("The text.")
    (tmp_path / sidecar).write_text("title: A title\npublished: 2021-01-05\n")

    raw = FileSource(tmp_path / "a.txt", "in/a.txt").read()

    assert raw.given == ArticleMetadata("A title", date(2021, 1, 5))
    assert (raw.origin, raw.name, raw.data, raw.format) == (
        str(tmp_path / "a.txt"),
        "in/a.txt",
        b"The text.",
        ArticleFormat.TEXT,
    )


def test_a_changed_sidecar_changes_the_fingerprint(tmp_path: Path) -> None:
    source = FileSource(tmp_path / "a.txt", "a.txt")
    source.path.write_text("The text.")
    before = source.read().fingerprint
    again = source.read().fingerprint
    (tmp_path / "a.meta.yaml").write_text("title: A title\n")

    assert before == again != source.read().fingerprint


@pytest.mark.parametrize(
    ("sidecar", "expected"),
    [
        (b"title: [", "a.meta.yaml: is not valid YAML (line 1)"),
        (b"titel: A", "a.meta.yaml: has the unknown key 'titel' (known: title, published, source, url, author)"),
        (b"title: \xff", "a.meta.yaml: is not UTF-8"),
        (b"#" * 100_000, "a.meta.yaml: has 98 kB; an article may have at most 64 kB"),
    ],
)
def test_a_wrong_sidecar_is_named(tmp_path: Path, sidecar: bytes, expected: str) -> None:
    (tmp_path / "a.txt").write_text("The text.")
    (tmp_path / "a.meta.yaml").write_bytes(sidecar)

    assert reason(tmp_path / "a.txt") == expected


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "a.txt").open("wb") as file:
        file.truncate(50 * 2**20)

    assert LARGEST_FILE < 50 * 2**20
    assert reason(tmp_path / "a.txt") == "a.txt: has 50 MB; an article may have at most 32 MB"


def test_a_dangling_link_and_a_missing_file_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "link.txt").symlink_to(tmp_path / "gone.txt")

    assert reason(tmp_path / "link.txt") == "link.txt: is a link to a file that is not there"
    assert reason(tmp_path / "gone.txt") == "gone.txt: is not there"


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.txt")
    found: list[str] = []
    reader = threading.Thread(target=lambda: found.append(reason(tmp_path / "a.txt")), daemon=True)

    reader.start()
    reader.join(10)

    assert found == ["a.txt: is no file"]


@pytest.fixture
def nobodys_folder() -> Iterator[Path]:
    """A folder, seen by a user without any rights: root may read everything."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    user = os.geteuid()
    yield folder
    os.seteuid(user)
    shutil.rmtree(folder)


def test_what_may_not_be_read_is_named(nobodys_folder: Path) -> None:
    (nobodys_folder / "a.txt").touch(mode=0)
    (nobodys_folder / "sub").mkdir(mode=0)
    if os.geteuid() == 0:
        os.seteuid(65534)

    blocked = [found for found in walk(nobodys_folder, "in") if isinstance(found, Blocked)]

    assert blocked == [Blocked(f"{nobodys_folder}/sub/", "in/sub", "cannot be looked into (Permission denied)")]
    assert reason(nobodys_folder / "a.txt") == "a.txt: may not be read; give this user the right to read it"


def test_a_name_in_another_encoding_can_be_stored_and_printed(tmp_path: Path) -> None:
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.txt")).write_text("The text.")

    [source] = walk(tmp_path, "in")

    assert isinstance(source, FileSource)
    raw = source.read()
    assert raw.name == "in/caf\\xe9.txt"
    assert raw.origin.encode().endswith(b"/caf\\xe9.txt")
    assert raw.data == b"The text."
