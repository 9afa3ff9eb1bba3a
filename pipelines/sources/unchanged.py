"""An article that its site says did not change."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Unchanged:
    """An indexed article that need not be read again.

    :param origin: What identifies it.
    """

    origin: str
