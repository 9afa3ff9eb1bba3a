"""The words of a text, and those that carry no meaning of their own."""

import re

FUNCTION_WORDS = frozenset(
    "a about after all also an and any are as at be been before being but by can could did do does doing done down for "  # noqa: SIM905
    "from had has have he her hers him his how i if in into is it its itself just long many may me might more most "
    "much must my no nor not now of off on once only or other our out over own s same shall she should so some such "
    "t than that the their them then there these they this those through to too under until up us was we were what "
    "when where which while who whom whose why will with would you your".split()
)
_WORD = re.compile(r"[^\W_]+")


def words(text: str) -> list[str]:
    """Cut a text into lower-case words and numbers.

    :param text: The text.
    """
    return _WORD.findall(text.lower())
