"""Archives are read like folders, without unpacking them."""

import zipfile
from datetime import date
from pathlib import Path

import pytest

from pipelines.errors import SourceError
from pipelines.sources import archives
from pipelines.sources.archives import read_archive
from pipelines.sources.files import Blocked, Container, Skipped
from pipelines.sources.metadata import ArticleMetadata
from pipelines.sources.raw import LoadedSource


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "news.zip"


def make(path: Path, members: dict[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)


def read(path: Path) -> list[LoadedSource | Skipped | SourceError | Blocked]:
    return list(read_archive(Container(path, path.name)))


def test_members_are_articles_with_their_sidecars(path: Path) -> None:
    make(
        path,
        {
            "2021/b.txt": b"Two.",
            "2021/a.txt": b"One.",
            "2021/a.meta.yaml": b"title: A title\npublished: 2021-01-05\n",
            "__MACOSX/2021/._a.txt": b"x",
            ".hidden/c.txt": b"x",
            "photo.jpg": b"x",
            "notes.xyz": b"x",
        },
    )

    found = read(path)

    loaded = [one.raw for one in found if isinstance(one, LoadedSource)]
    assert [(raw.origin, raw.name, raw.data) for raw in loaded] == [
        (f"{path}!/2021/a.txt", "news.zip!/2021/a.txt", b"One."),
        (f"{path}!/2021/b.txt", "news.zip!/2021/b.txt", b"Two."),
    ]
    assert loaded[0].given == ArticleMetadata("A title", date(2021, 1, 5))
    assert [one.name if isinstance(one, Skipped) else str(one)[:18] for one in found[2:]] == [
        "news.zip!/notes.xy",
        "news.zip!/photo.jpg",
    ]


def test_a_member_that_unpacks_to_too_much_is_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "LARGEST_FILE", 2**20)
    make(path, {"a.txt": bytes(2**21), "b.txt": b"Two."})

    bomb, fine = read(path)

    assert str(bomb) == "news.zip!/a.txt: has more than 1 MB, the most an article may have"
    assert isinstance(fine, LoadedSource)


def test_a_broken_member_leaves_the_others_alone(path: Path) -> None:
    make(path, {"a.txt": b"One. " * 100, "b.txt": b"Two."})
    data = bytearray(path.read_bytes())
    data[40:44] = b"\xff\xff\xff\xff"
    path.write_bytes(data)

    broken, fine = read(path)

    assert str(broken) == "news.zip!/a.txt: is broken in the archive"
    assert isinstance(fine, LoadedSource)


def test_a_member_with_a_password_is_named(path: Path) -> None:
    make(path, {"a.txt": b"One."})
    data = bytearray(path.read_bytes())
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + flags] |= 1
    path.write_bytes(data)

    [locked] = read(path)

    assert str(locked) == "news.zip!/a.txt: needs a password; unpack the archive first"


@pytest.mark.parametrize("data", [b"", b"no zip", b"PK\x03\x04" + bytes(100)])
def test_a_broken_archive_is_named(data: bytes, path: Path) -> None:
    path.write_bytes(data)

    assert read(path) == [Blocked(f"{path}!/", "news.zip", "is a broken zip archive")]


def test_an_archive_that_is_not_there_is_named(path: Path) -> None:
    assert read(path) == [Blocked(f"{path}!/", "news.zip", "cannot be read (No such file or directory)")]
