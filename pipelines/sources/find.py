"""From what a person typed to the articles it stands for."""

import os
from collections.abc import Iterator
from pathlib import Path

from pipelines.errors import SourceError
from pipelines.sources.files import BlockedFolder, FileSource, Skipped, walk

Found = FileSource | Skipped | BlockedFolder | SourceError
"""An article; a file that is none; a folder that cannot be looked into; or something that cannot be used."""


def absolute(argument: str) -> Path:
    """Make a path independent of the current folder, without following links.

    :param argument: A path, perhaps with "~".
    :returns: The absolute path.
    """
    return Path(os.path.abspath(Path(argument).expanduser()))  # noqa: PTH100  resolve() would follow links


def find(argument: str) -> Iterator[Found]:
    """Find the articles that an argument stands for.

    :param argument: A file or a folder.
    :returns: What was found, in a fixed order.
    """
    path = absolute(argument)
    if path.is_dir():
        yield from walk(path, argument)
    elif os.path.lexists(path):
        yield FileSource(path, argument)
    else:
        yield SourceError(argument, "is not there")
