"""Checks of the machine: Python, settings file, disk."""

import shutil
import stat
import sys
from collections.abc import Callable
from pathlib import Path

from bot.checks import Finding, failed, note, ok

_OLDEST_PYTHON = (3, 11)
_GIGABYTE = 1_000_000_000
_LEAST_FREE = 200_000_000
_COMFORTABLE_FREE = 1 * _GIGABYTE


def check_python(version: tuple[int, int, int] = sys.version_info[:3]) -> Finding:
    """Check that this Python is new enough.

    :param version: The version.
    """
    shown = ".".join(map(str, version))
    if version < _OLDEST_PYTHON:
        return failed("Python", f"{shown} is too old", "Install Python 3.11 or newer, remove .venv and run make again.")
    return ok("Python", shown)


def check_settings_file(path: Path) -> Finding:
    """Check that the settings file, if there is one, can be read by us and not by everyone.

    :param path: The file, usually `.env`.
    """
    name = "Settings file"
    if not path.exists():
        return ok(name, f"no {path}: defaults and the environment hold")
    try:
        path.read_text(encoding="utf-8")
    except OSError as error:
        return failed(name, f"{path} cannot be read ({error.strerror})", f"chmod u+r {path}, or correct its owner.")
    except UnicodeDecodeError:
        return failed(name, f"{path} is not text in UTF-8", "Save it again as UTF-8; .env.example shows the format.")
    if path.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH):
        return note(name, f"{path} can be read by other users of this machine", f"chmod 600 {path}")
    return ok(name, f"{path} is there and private")


def check_disk(folder: Path, *, index_bytes: int, free_bytes: Callable[[Path], int] | None = None) -> Finding:
    """Check that the index has room to grow: a rebuild writes beside what is there.

    :param folder: The folder of the index; it need not exist yet.
    :param index_bytes: How large the index is.
    :param free_bytes: Tells how many bytes are free at a path that exists.
    """
    existing = next(path for path in (folder.absolute(), *folder.absolute().parents) if path.exists())
    free = (free_bytes or _free)(existing)
    shown = f"{free / _GIGABYTE:.1f} GB free for {folder}"
    if free < max(_LEAST_FREE, index_bytes):
        return failed("Disk", shown, "Free some space, or move the index with VERBATIM_STORE__PATH.")
    if free < _COMFORTABLE_FREE:
        return note("Disk", shown, "Indexing many articles may need more.")
    return ok("Disk", shown)


def _free(path: Path) -> int:
    return shutil.disk_usage(path).free
