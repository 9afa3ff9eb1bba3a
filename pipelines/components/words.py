"""The words of questions and sentences that carry their meaning, without their endings."""

import re
from collections.abc import Sequence
from functools import lru_cache

FUNCTION_WORDS = frozenset(
    "a about after all also an and any are as at be been before being but by can could did do does doing done down for "  # noqa: SIM905
    "from had has have he her hers him his how i if in into is it its itself just long many may me might more most "
    "much must my no nor not now of off on once only or other our out over own s same shall she should so some such "
    "t than that the their them then there these they this those through to too under until up us was we were what "
    "when where which while who whom whose why will with would you your".split()
)
_WORD = re.compile(r"[^\W_]+")
_ENDINGS = ("ingly", "edly", "ings", "ing", "ies", "ied", "ed", "es", "ly", "s", "y", "e")
_SHORTEST_STEM = 3


def words(text: str) -> list[str]:
    """Cut a text into lower-case words and numbers.

    :param text: The text.
    """
    return _WORD.findall(text.lower())


def content_stems(text: str) -> list[str]:
    """Give the words that carry meaning, without their endings; good enough to compare, not to show.

    :param text: The text.
    """
    return [_stem(word) for word in words(text) if word not in FUNCTION_WORDS]


def share_found(wanted: Sequence[str], text: str) -> float:
    """Tell how many of a question's words a text has.

    :param wanted: The question's content stems.
    :param text: The text.
    :returns: 0 to 1; 0 if no words are wanted.
    """
    there = _stems_there(text)
    return sum(stem in there for stem in wanted) / len(wanted) if wanted else 0.0


@lru_cache(maxsize=1024)
def _stems_there(text: str) -> frozenset[str]:
    return frozenset(content_stems(text))


def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            return word[: -len(ending)]
    return word
