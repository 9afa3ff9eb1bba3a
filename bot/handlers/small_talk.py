"""Messages that ask nothing: a greeting, thanks, or no words at all. Pure functions."""

import re

from bot import pages

_WORDS = re.compile(r"\w+")
_GREETINGS = frozenset(
    ("hi", "hello", "hey", "hi there", "hello there", "hey there", "good morning", "good afternoon", "good evening")
)
_THANKS = frozenset(
    ("thanks", "thank you", "many thanks", "thanks a lot", "thank you very much", "thx", "ok", "okay", "ok thanks",
     "great", "great thanks", "bye", "goodbye")
)  # fmt: skip


def reply_to_small_talk(text: str) -> str | None:
    """Find what to say to a message that no article can answer.

    :param text: The message.
    :returns: The reply, or None if the message may be a question.
    """
    said = " ".join(_WORDS.findall(text.casefold()))
    if said in _THANKS:
        return pages.WELCOME
    return pages.NO_QUESTION if not said or said in _GREETINGS else None
