"""Questions as people type them in a chat: lower case, no question mark, a slip of the finger."""

import random

_SHORTEST_WORD_TO_MISTYPE = 5
_NO_MARK_SHARE = 0.45
_LOWER_SHARE = 0.35
_SLIP_SHARE = 0.06


def as_typed(question: str, rng: random.Random) -> str:
    """Roughen a question at random: 35% lower case, 45% no question mark, 6% one typing slip.

    :param question: The question as it was written.
    :param rng: Decides what happens to it.
    """
    text = question
    if rng.random() < _NO_MARK_SHARE:
        text = text.rstrip("?").rstrip()
    if rng.random() < _LOWER_SHARE:
        text = text.lower()
    if rng.random() < _SLIP_SHARE:
        text = mistype(text, rng)
    return text


def mistype(text: str, rng: random.Random) -> str:
    """Swap, drop or double one letter inside one of the longer words; text without such a word stays.

    :param text: The text to spoil.
    :param rng: Chooses the word, the place and the slip.
    """
    words = text.split(" ")
    places = [place for place, word in enumerate(words) if len(word) >= _SHORTEST_WORD_TO_MISTYPE and word.isalpha()]
    if not places:
        return text
    place = rng.choice(places)
    word = words[place]
    at = rng.randrange(1, len(word) - 2)
    slip = rng.choice(("swap", "drop", "double"))
    if slip == "swap":
        word = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    elif slip == "drop":
        word = word[:at] + word[at + 1 :]
    else:
        word = word[:at] + word[at] + word[at:]
    words[place] = word
    return " ".join(words)
