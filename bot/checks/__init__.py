"""The checks of `verbatim doctor`: each tells what it found and, if that is not right, what to do."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """How a check came out."""

    OK = "ok"
    NOTE = "note"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found.

    :param name: What was checked, in a word or two.
    :param status: Right; right, but worth knowing; or wrong.
    :param text: What was found, for the operator; never holds a secret.
    :param remedy: What to do about it; empty if there is nothing to do.
    """

    name: str
    status: Status
    text: str
    remedy: str = ""


def ok(name: str, text: str) -> Finding:
    """Report that all is well.

    :param name: What was checked.
    :param text: What was found.
    """
    return Finding(name, Status.OK, text)


def note(name: str, text: str, remedy: str) -> Finding:
    """Report something that works, but that the operator may want to change.

    :param name: What was checked.
    :param text: What was found.
    :param remedy: What could be done.
    """
    return Finding(name, Status.NOTE, text, remedy)


def failed(name: str, text: str, remedy: str) -> Finding:
    """Report something that does not work.

    :param name: What was checked.
    :param text: What was found.
    :param remedy: What to do.
    """
    return Finding(name, Status.FAILED, text, remedy)


def any_failed(findings: Sequence[Finding]) -> bool:
    """Tell whether something does not work.

    :param findings: What was found.
    """
    return any(finding.status is Status.FAILED for finding in findings)
