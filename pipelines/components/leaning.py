"""Whether a question leans on what was said before: "and when?", "who is he", "how many of them died".

Only closed classes of words are looked at, so that it works on questions in lower case and without marks. A question
that can be understood alone must not be taken for a follow-up; in doubt it is complete.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from pipelines.components.words import FUNCTION_WORDS, words

_MOST_OWN = 5
_FEW = 3
_AUXILIARIES = frozenset(
    "is are was were do does did has have had will would can could shall should may might must".split()  # noqa: SIM905
)
_INVERTING = frozenset(("do", "does", "did"))
_BE = frozenset(("is", "are", "was", "were", "s"))
_WH = frozenset(("who", "whom", "whose", "what", "which", "when", "where", "why", "how"))
_PERSONAL = frozenset(("he", "she", "him", "her", "his", "hers"))
_GENERAL = frozenset(("it", "its", "they", "them", "their", "theirs"))
_OBJECTS = frozenset(("him", "her", "it", "them"))
_POINTING = frozenset(("that", "this", "those", "these"))
_CONNECTIVES = frozenset(("and", "or", "but"))
_OPENERS = _CONNECTIVES | frozenset("about at by for from in of on since to until with".split())  # noqa: SIM905
_ADDRESSING = frozenset(("you", "your", "i", "me", "my", "we", "us", "our"))
# Words that a question is not about.
_LIGHT = FUNCTION_WORDS | frozenset(
    "again ago because behind come else even ever exactly far get gets got happen happened happening happens however "  # noqa: SIM905
    "instead least less like mean name names often old one ones people per person please said say says since still "
    "then though time upon without".split()
)
# "it" and "they" stand for nothing here: "is it true that", "how long will it take to", "will it rain".
_CLAUSE = frozenset(("to", "that", "if", "whether", "before", "until"))
_WEATHER = re.compile(r"rain|snow|hot\b|cold\b|warm\b|dark\b|late\b")
_TIME = frozenset("second minute hour morning afternoon evening day night week weekend month year season".split())  # noqa: SIM905
_PAST = re.compile(r"\w{2,}ed|died|won|lost|left|fell|fled|went|came|made|took|survived")
_PARTICIPLE = re.compile(r"\w{2,}(?:ed|ing)")


@dataclass(frozen=True)
class _Question:
    tokens: Sequence[str]

    @cached_property
    def own(self) -> int:
        """How many words say what it is about."""
        return sum(self.is_own(word) for word in self.tokens)

    @staticmethod
    def is_own(word: str) -> bool:
        return word not in _LIGHT

    def has_own(self, start: int, end: int) -> bool:
        return any(self.is_own(word) for word in self.tokens[start:end])

    def at(self, place: int) -> str:
        return self.tokens[place] if 0 <= place < len(self.tokens) else ""

    @cached_property
    def first_wh(self) -> int | None:
        """Where its question word stands, if it begins with one."""
        place = next((place for place, word in enumerate(self.tokens) if word in _WH), None)
        return None if place is None or self.has_own(0, place) else place


def leans(question: str) -> bool:
    """Tell whether a question needs the one before it to be understood.

    :param question: The question, without terms that narrow it.
    :returns: True only if something in it has nothing to refer to, or everything it is about was left out.
    """
    asked = _Question(words(question))
    if not asked.tokens or asked.own > _MOST_OWN or not _ADDRESSING.isdisjoint(asked.tokens):
        return False
    return any(rule(asked) for rule in _RULES)


def speaks_of_a_person(question: str) -> bool:
    """Tell whether a question has a pronoun for a person: "he", "her".

    :param question: The question.
    """
    return not _PERSONAL.isdisjoint(words(question))


def _is_bare(asked: _Question) -> bool:
    """Such as "and when?", "who else", "where was it": nothing of its own."""
    asks = asked.first_wh is not None or asked.at(0) in _AUXILIARIES or asked.at(0) in _CONNECTIVES
    return asked.own == 0 and asks and not ("it" in asked.tokens and _is_empty_it(asked, asked.tokens.index("it")))


def _is_fragment(asked: _Question) -> bool:
    """Such as "in which year", "how many votes", "how big", "in 2020?", "and norway?": no verb."""
    wh = asked.first_wh
    if not _AUXILIARIES.isdisjoint(asked.tokens):
        return False
    if wh is None:
        most = _FEW if asked.at(0) in _CONNECTIVES else 1 if asked.at(0) in _OPENERS else 0
        return 0 < asked.own <= most
    between = asked.tokens[wh + 1 : -1]
    asks_which = asked.tokens[wh] in {"what", "which", "whose", "how"} and between in ([], ["many"], ["much"])
    return asks_which and asked.own == 1 and asked.is_own(asked.tokens[-1])


def _counts_the_unsaid(asked: _Question) -> bool:
    """Such as "how many died", "how many are left", "how many are there": of what is not said."""
    wh = asked.first_wh
    if wh is None or asked.at(wh) != "how" or asked.at(wh + 1) != "many" or asked.own > 1:
        return False
    after = asked.at(wh + 2)
    exist = asked.tokens[-1] == "there" and asked.at(len(asked.tokens) - 2) in _BE
    return after in _AUXILIARIES or bool(_PAST.fullmatch(after)) or exist


def _is_joined(asked: _Question) -> bool:
    """Such as "and who won", "what about portugal"."""
    start = 1 if asked.at(0) in _CONNECTIVES else 0
    if asked.at(start) in {"what", "how"} and asked.at(start + 1) in {"about", "of"}:
        return asked.own <= _FEW
    return start == 1 and asked.own <= 1


def _names_a_part(asked: _Question) -> bool:
    """Such as "how many of them", "the second one", "who else was hurt"."""
    pairs = set(zip(asked.tokens, asked.tokens[1:], strict=False))
    of_them = any(("of", word) in pairs for word in ("them", "that", "those", "these"))
    the_one = any(
        word in {"one", "ones", "other", "others"} and asked.at(place - 1 - step) == "the"
        for place, word in enumerate(asked.tokens)
        for step in (0, 1)
    )
    which_one = ("which", "one") in pairs or ("which", "ones") in pairs
    return (of_them and asked.own <= _FEW) or ((the_one or which_one or "else" in asked.tokens) and asked.own < _FEW)


def _has_pronoun(asked: _Question) -> bool:
    """Such as "who is he", "why did they strike": a pronoun with nothing before it that it could mean."""
    for place, word in enumerate(asked.tokens):
        if word in _PERSONAL or word in _GENERAL:
            few_enough = word in _PERSONAL or asked.own <= _FEW
            return few_enough and not _has_antecedent(asked, place) and not _is_empty_it(asked, place)
    return False


def _has_pointer(asked: _Question) -> bool:
    """Such as "when was that", "who lives there"."""
    if asked.own > _FEW:
        return False
    last = len(asked.tokens) - 1
    for place, word in enumerate(asked.tokens):
        before, after = asked.at(place - 1), asked.at(place + 1)
        if word in _POINTING and after.removesuffix("s") not in _TIME and (place == last or before in _AUXILIARIES):
            return True
        if word == "there" and place == last and before not in _BE:
            return True
    return False


_RULES: tuple[Callable[[_Question], bool], ...] = (
    _is_bare,
    _is_fragment,
    _counts_the_unsaid,
    _is_joined,
    _names_a_part,
    _has_pronoun,
    _has_pointer,
)


def _is_empty_it(asked: _Question, place: int) -> bool:
    word, after = asked.tokens[place], asked.tokens[place + 1 :]
    if word != "it":
        return False
    clauses = [index for index, one in enumerate(after) if one in _CLAUSE]
    followed = any(any(map(asked.is_own, after[index + 1 :])) for index in clauses)
    return followed or any(_WEATHER.match(one) for one in asked.tokens)


def _has_antecedent(asked: _Question, place: int) -> bool:
    if not asked.has_own(0, place):
        return False
    wh = asked.first_wh
    if wh is None:
        return True
    helpers = [index for index in range(wh, place) if asked.tokens[index] in _AUXILIARIES]
    # "how many goats did he lose": what stands before the helping verb is asked for, so the pronoun is something else.
    if len(helpers) == 1 and not asked.has_own(helpers[0], place):
        return False
    return not _is_object_of_asked(asked, wh, place)


def _is_object_of_asked(asked: _Question, wh: int, place: int) -> bool:
    """Such as "which company bought it": only the verb, and what is asked for, stand before the pronoun."""
    own = [index for index in range(wh, place) if asked.is_own(asked.tokens[index])]
    asker = asked.tokens[wh]
    pronoun = asked.tokens[place]
    is_object = pronoun in _OBJECTS and not (pronoun == "her" and asked.at(place + 1))
    if asker == "who":
        # "who lost his job" may speak of who lost it.
        possible = int(is_object)
    elif asker in {"what", "which"}:
        possible = 2 if pronoun in _OBJECTS else 0
    else:
        return False
    if not _INVERTING.isdisjoint(asked.tokens[wh:place]):
        # "what did Steinem say of her work": who does it is named after "did".
        return False
    if possible and any(asked.tokens[index] in _BE for index in range(wh, place)):
        # "who is messi and where is he": after "is" a name may stand; "who is driving it": or the rest of a verb.
        return len(own) == 1 and bool(_PARTICIPLE.fullmatch(asked.tokens[own[0]]))
    return len(own) <= possible
