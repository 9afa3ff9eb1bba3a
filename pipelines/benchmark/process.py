"""Work in a process of its own, so that its memory is its own, and how much memory that is."""

import multiprocessing
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import ParamSpec, TypeVar

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")

_KILOBYTE = 1024


def in_own_process(work: Callable[Parameters, Result], *args: Parameters.args, **kwargs: Parameters.kwargs) -> Result:
    """Run a function in a fresh Python process.

    :param work: A function of a module.
    :returns: What it returns.
    """
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(work, *args, **kwargs).result()


def resident_bytes(process: int | None = None) -> int:
    """Read how much memory a process holds, mapped files included.

    :param process: Its id; None: this process.
    :returns: Bytes; 0 where the system does not tell (it does on Linux).
    """
    status = Path(f"/proc/{process or 'self'}/status")
    if not status.exists():
        return 0
    [line] = [line for line in status.read_text(encoding="utf-8").splitlines() if line.startswith("VmRSS:")]
    return int(line.split()[1]) * _KILOBYTE


def folder_bytes(folder: Path) -> int:
    """Add up the files of a folder.

    :param folder: The folder.
    """
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
