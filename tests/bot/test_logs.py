"""The token is in no log, whichever way it comes."""

import subprocess
import sys
import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.logs import HIDDEN, Redactor

CANARY = "987654321:AAcanary-canary_canary-canary_canary-c"


@given(st.text(), st.text())
def test_a_secret_is_hidden_wherever_it_stands(before: str, after: str) -> None:
    assert CANARY not in Redactor([CANARY]).redact(f"{before}{CANARY}{after}")


def test_the_second_half_of_a_token_and_foreign_tokens_are_hidden_too() -> None:
    redact = Redactor([CANARY]).redact
    assert redact(f"key {CANARY.split(':')[1]}") == f"key {HIDDEN}"
    assert HIDDEN in redact("https://api.telegram.org/bot555555:BBother-other_other-other_other-oth/getMe")
    assert redact("at 12:30 on 2021:01") == "at 12:30 on 2021:01"


def test_nothing_is_hidden_without_secrets() -> None:
    assert Redactor(["", ""]).redact("a plain line") == "a plain line"


@pytest.mark.parametrize(
    "failure",
    [
        "logging.getLogger('x').error('at %s', TOKEN)",
        "logging.getLogger('httpx').warning('HTTP Request: POST https://api.telegram.org/bot%s/getMe', TOKEN)",
        "logging.getLogger('x').exception('failed', exc_info=ValueError(TOKEN))",
        "raise ValueError(TOKEN)",
        "import threading; t = threading.Thread(target=lambda: {}[TOKEN], name=TOKEN); t.start(); t.join()",
        "import asyncio; asyncio.run(asyncio.sleep(0)); logging.getLogger('asyncio').error(repr({'token': TOKEN}))",
    ],
)
def test_no_way_of_failing_prints_the_token(failure: str) -> None:
    program = f"import logging\nfrom bot.logs import configure_logging\nTOKEN = {CANARY!r}\n"
    program += f"configure_logging('DEBUG', secrets=[TOKEN])\n{textwrap.dedent(failure)}\n"
    # The program comes over standard input, so that a traceback cannot quote the line with the token.
    done = subprocess.run([sys.executable, "-"], input=program, capture_output=True, text=True, check=False)
    printed = done.stdout + done.stderr
    assert printed
    assert CANARY not in printed
    assert CANARY.split(":")[1] not in printed


def test_neither_requests_nor_questions_are_logged_even_at_the_lowest_level() -> None:
    program = "import logging\nfrom bot.logs import configure_logging\nconfigure_logging('DEBUG', secrets=[])\n"
    program += "print([logging.getLogger(name).isEnabledFor(level) for name, level in ("
    program += "('httpx', 20), ('telegram.Bot', 10), ('telegram.ext.Application', 10), ('bot', 10))])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[False, False, False, True]"
