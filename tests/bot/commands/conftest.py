"""Commands set up logging for a process of their own; here many tests share one."""

import logging
import sys
import threading
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def logging_is_put_back() -> Iterator[None]:
    root = logging.getLogger()
    loggers = [root, *(one for one in root.manager.loggerDict.values() if isinstance(one, logging.Logger))]
    levels, handlers = {one: one.level for one in loggers}, root.handlers[:]
    hooks = sys.excepthook, threading.excepthook
    yield
    known = [one for one in root.manager.loggerDict.values() if isinstance(one, logging.Logger)]
    for one in [root, *known]:
        one.setLevel(levels.get(one, logging.NOTSET))
    root.handlers[:] = handlers
    sys.excepthook, threading.excepthook = hooks
