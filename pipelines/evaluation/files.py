"""Writes what a person asked for by name."""

from pathlib import Path

from pipelines.errors import SourceError


def write_text(path: Path, text: str) -> None:
    """Write a file.

    :param path: The file.
    :param text: What goes into it.
    :raises SourceError: If it cannot be written.
    """
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise SourceError(str(path), (error.strerror or "cannot be written").lower()) from error
