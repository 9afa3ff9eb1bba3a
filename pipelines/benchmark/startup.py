"""Starts a program a few times and waits until it says that it is ready."""

import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median

from pipelines.benchmark.figures import Startup
from pipelines.benchmark.process import resident_bytes
from pipelines.errors import VerbatimError

_STOP_SECONDS = 20.0


class DidNotStartError(VerbatimError):
    """The program ended before it was ready: start it by itself to see why."""


def time_startup(
    command: Sequence[str], *, ready: str, folder: Path, environment: Mapping[str, str], times: int = 3
) -> Startup:
    """Time a program's start.

    :param command: The program with its arguments.
    :param ready: How the line begins that it prints when it is ready.
    :param folder: Where it runs.
    :param environment: Its environment variables.
    :param times: How often it is started, 1 or more.
    :returns: Median time and memory.
    :raises DidNotStartError: If it ends without saying that it is ready.
    """
    starts = [_start(command, ready, folder, environment) for _ in range(times)]
    return Startup(median(one.seconds for one in starts), int(median(one.resident_bytes for one in starts)))


def _start(command: Sequence[str], ready: str, folder: Path, environment: Mapping[str, str]) -> Startup:
    begun = time.perf_counter()
    with subprocess.Popen(  # noqa: S603  the caller's own command
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        said = []
        for line in process.stdout or ():
            said.append(line)
            if line.startswith(ready):
                found = Startup(time.perf_counter() - begun, resident_bytes(process.pid))
                process.send_signal(signal.SIGINT)
                process.communicate(timeout=_STOP_SECONDS)
                return found
    msg = f"{' '.join(command)} ended before it was ready. It said: {''.join(said).strip() or 'nothing'}"
    raise DidNotStartError(msg)
