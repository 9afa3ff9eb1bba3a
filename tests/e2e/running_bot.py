"""The real bot in a process of its own, as `verbatim run` starts it without a token."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

_ROOT = Path(__file__).parents[2]
_SECONDS = 90.0


class RunningBot:
    """A bot that serves the sandbox; it is ready when this is made.

    :param folder: A folder of its own: it works there, with a copy of the seed articles and an index made of them.
    :param port: The port of the chat page, 0 for any.
    :param settings: Further settings, by the names of their variables.
    """

    def __init__(self, folder: Path, *, port: int = 0, settings: Mapping[str, str] = MappingProxyType({})) -> None:
        shutil.copytree(_ROOT / "seeds", folder / "seeds", dirs_exist_ok=True)
        self._log = folder / "printed.txt"
        # Not the developer's own settings: they may lead to Telegram.
        ours = {name: value for name, value in os.environ.items() if not name.startswith(("VERBATIM_", "TELEGRAM_"))}
        its_own = {"VERBATIM_STORE__PATH": str(folder / "data"), "VERBATIM_SANDBOX__PORT": str(port)}
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-c", "from bot.cli import main; main()", "run"],
                cwd=folder,
                env=ours | its_own | dict(settings) | {"PYTHONPATH": str(_ROOT)},
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        try:
            self._wait_until_ready()
        except BaseException:
            self.stop(signal.SIGKILL)
            raise
        found = re.search(r"Chat with the bot at (\S+)", self.printed)
        assert found, self.printed
        self.page_url = found[1]

    @property
    def printed(self) -> str:
        """Everything it printed so far."""
        return self._log.read_text()

    def stop(self, number: signal.Signals = signal.SIGINT) -> int:
        """Send it a signal, wait until it is gone, and give its exit code."""
        self._process.send_signal(number)
        return self._process.wait(_SECONDS)

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + _SECONDS
        while "Ready: " not in self.printed:
            assert self._process.poll() is None, f"the bot ended: {self.printed}"
            assert time.monotonic() < deadline, f"the bot does not get ready: {self.printed}"
            time.sleep(0.05)
