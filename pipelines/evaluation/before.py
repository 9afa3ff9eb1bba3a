"""What the second question of a dialogue is asked after; apart from the rest, as the command line needs it at once."""

from enum import StrEnum


class Before(StrEnum):
    """What stands before a question that has a `previous` one."""

    GIVEN = "given"
    ACCEPTED = "accepted"
    NOTHING = "nothing"
