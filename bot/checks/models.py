"""Checks that the models that ship are there and load."""

import time
from collections.abc import Callable

from bot.checks import Finding, failed, ok
from pipelines.errors import VerbatimError


def check_model(name: str, load: Callable[[], None]) -> Finding:
    """Check that a model loads.

    :param name: Which one.
    :param load: Loads it.
    """
    start = time.perf_counter()
    try:
        load()
    except VerbatimError as error:
        remedy = "Install the project again; with a model of your own, check VERBATIM_READER__MODEL."
        return failed(name, str(error), remedy)
    return ok(name, f"loads in {time.perf_counter() - start:.1f} s")
