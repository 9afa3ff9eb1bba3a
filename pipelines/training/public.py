"""`python -m pipelines.training fetch`: the public training sets, from where they are published, checked by hash."""

import gzip
import hashlib
import sys
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx

from pipelines.errors import SourceError

_TIMEOUT = httpx.Timeout(30.0)
_SQUADSHIFTS = "https://raw.githubusercontent.com/modestyachts/squadshifts-website/master/datasets"
_QAMR = "https://raw.githubusercontent.com/uwnlp/qamr/master/data"


@dataclass(frozen=True, slots=True)
class PublicFile:
    """A file of a public set.

    :param name: Where it is kept below the folder, gzip-compressed.
    :param url: Where it is published.
    :param sha256: Of its content as published, hexadecimal.
    """

    name: str
    url: str
    sha256: str


PUBLIC = (
    PublicFile(
        "squadshifts/amazon.json.gz",
        f"{_SQUADSHIFTS}/amazon_reviews_v1.0.json",
        "9db7bdee84a91f0fb80b9e74f365042fbbb217cb8e0a7e73bb071245472589b6",
    ),
    PublicFile(
        "squadshifts/new_wiki.json.gz",
        f"{_SQUADSHIFTS}/new_wiki_v1.0.json",
        "1d50a0ca4cdab88d038b52ea8a2d0510af6038d7f41a0a256b9659237769d0ee",
    ),
    PublicFile(
        "squadshifts/reddit.json.gz",
        f"{_SQUADSHIFTS}/reddit_v1.0.json",
        "b4ac346dbf1816fdec80fdcf91d06a4b754fa51e47960fa8614a94f37ea42a4b",
    ),
    PublicFile(
        "qamr/qamr.dev.tsv.gz",
        f"{_QAMR}/filtered/dev.tsv",
        "d507f22b1348324ad3d5c9208308e49e91d409222c080eb6d224a8ecab4bfb93",
    ),
    PublicFile(
        "qamr/qamr.test.tsv.gz",
        f"{_QAMR}/filtered/test.tsv",
        "c065e2e28551ae2eb94994c928de18cfb6ae1425ec3ed975e45607265f54eff4",
    ),
    PublicFile(
        "qamr/qamr.sentences.tsv.gz",
        f"{_QAMR}/wiki-sentences.tsv",
        "2e90fd8d8014ec2ade69148ff2187c26684366dbd3d6f8ad6bb6bf1ba1f04ea9",
    ),
)
"""SQuADShifts (Miller et al., 2020; CC BY 4.0) and the filtered QAMR (Michael et al., 2018; MIT)."""


def fetch(folder: Path, files: Sequence[PublicFile] = PUBLIC) -> None:
    """Bring files into a folder; one that is there is checked and not fetched again.

    :param folder: Where they are kept.
    :param files: The files.
    :raises SourceError: If one cannot be fetched, or is not the file that was trained on.
    """
    with httpx.Client(timeout=_TIMEOUT, follow_redirects=True) as client:
        for file in files:
            path = folder / file.name
            if path.exists():
                _check(file, _unpacked(path), str(path), "delete it to fetch it again")
                sys.stderr.write(f"{path}: as published\n")
                continue
            try:
                content = client.get(file.url).raise_for_status().content
            except httpx.HTTPError as error:
                raise SourceError(
                    file.url, f"cannot be fetched ({error}); put it, gzip-compressed, at {path}"
                ) from error
            _check(file, content, file.url, "it may have changed; the models were trained on another version")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(gzip.compress(content, mtime=0))
            sys.stderr.write(f"{path}: fetched\n")


def _unpacked(path: Path) -> bytes:
    try:
        return gzip.decompress(path.read_bytes())
    except (OSError, EOFError, zlib.error) as error:
        raise SourceError(str(path), f"cannot be read as gzip ({error}); delete it to fetch it again") from error


def _check(file: PublicFile, content: bytes, source: str, advice: str) -> None:
    found = hashlib.sha256(content).hexdigest()
    if found != file.sha256:
        raise SourceError(source, f"its content has the SHA-256 {found}, not {file.sha256}; {advice}")
