"""Logging that never shows the bot token, whoever logs it."""

import logging
import re
import sys
import threading
import traceback
from collections.abc import Iterable
from types import TracebackType

HIDDEN = "[token]"
# The shape of a Bot API token: for tokens that are not ours, and for ours inside a library's URL.
_TOKEN_SHAPE = re.compile(r"(?<!\d)\d{3,}:[A-Za-z0-9_-]{20,}")
_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
# Only our own code logs below WARNING: at INFO, httpx would log each URL with the token in it; at DEBUG, the Telegram
# library would log what people ask.
_OURS = ("bot", "pipelines")
# The library logs each failed poll and each odd response with a traceback, and raises it as well; lifecycle.py says it
# in plain words.
_RAISED_AS_WELL = ("telegram.request", "telegram.ext")
_HANDLING = "telegram.ext.Application"


class Redactor:
    """Hides secrets in text.

    :param secrets: The secrets; empty ones are left out.
    """

    def __init__(self, secrets: Iterable[str]) -> None:
        parts = {part for secret in secrets for part in (secret, secret.partition(":")[2]) if part}
        # The longest first: a token before its second half.
        self._secrets = sorted(parts, key=len, reverse=True)

    def redact(self, text: str) -> str:
        """Hide the secrets in a text.

        :param text: Any text.
        :returns: The text with each secret, and whatever looks like a bot token, replaced.
        """
        for secret in self._secrets:
            text = text.replace(secret, HIDDEN)
        return _TOKEN_SHAPE.sub(HIDDEN, text)


class RedactingFormatter(logging.Formatter):
    """Formats as usual and hides secrets in the result: in the message, its arguments and the traceback.

    :param redactor: What hides them.
    """

    def __init__(self, redactor: Redactor) -> None:
        super().__init__(_FORMAT)
        self._redactor = redactor

    def format(self, record: logging.LogRecord) -> str:
        """Format a record.

        :param record: The record.
        :returns: Its text without secrets.
        """
        return self._redactor.redact(super().format(record))


def configure_logging(level: str, *, secrets: Iterable[str]) -> None:
    """Send the log to standard error, without secrets; also what Python prints about uncaught errors.

    :param level: The lowest level that is shown, such as "INFO".
    :param secrets: What must not be shown.
    """
    redactor = Redactor(secrets)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(RedactingFormatter(redactor))
    lowest = logging.getLevelNamesMapping()[level]
    logging.basicConfig(level=max(lowest, logging.WARNING), handlers=[handler], force=True)
    for name in _OURS:
        logging.getLogger(name).setLevel(lowest)
    for name in _RAISED_AS_WELL:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    logging.getLogger(_HANDLING).setLevel(logging.WARNING)

    def show(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
        text = "".join(traceback.format_exception(kind, error, trace))
        print(redactor.redact(text), end="", file=sys.stderr)

    def show_in_thread(args: threading.ExceptHookArgs) -> None:
        if args.exc_type is not SystemExit:
            show(args.exc_type, args.exc_value, args.exc_traceback)

    sys.excepthook = show
    threading.excepthook = show_in_thread
