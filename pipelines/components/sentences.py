"""Sentences: where one ends and the next begins, in English news."""

import re
from collections.abc import Iterator

from pipelines.components.paragraphs import paragraphs
from pipelines.types import Span

# A run of stops with the quotes and brackets that close after it. The look-behind keeps the search linear in runs.
_STOP = re.compile(r"(?<![.!?…])[.!?…]++[\"'”’»)\]]*+(?=\s)")
_OPENERS = "\"'“‘«([¿¡"
_CLOSING_QUOTES = "\"'”’»"
_WORD = re.compile(r"[\w'’-]*")
_DASHES = "-–—"
_INITIALS = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]")
# How far a decision looks back and ahead, in code points: longer than any abbreviation or "Prime Minister Name said".
_LOOK_BACK = 32
_LOOK_AHEAD = 80


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# After these a name follows, so the sentence goes on whatever comes.
_TITLES = _words(
    "Adm Amb Atty Brig Capt Cmdr Col Cpl Det Dr Fr Ft Gen Gov Hon Insp Lt Maj Messrs Mlle Mme Mr Mrs Ms Mt Mx Pfc Pres "
    "Prof Pte Rep Reps Rev Rt Sen Sens Sgt St Ste Supt Treas v vs cf e.g i.e viz"
)
# After these a number follows; before anything else the stop is a real one.
_NUMBERED = _words(
    "Art Arts Ch Eq Fig Figs No Nos Op Para Pt Sec Vol Vols art ch ed fig no nos p para pp vol approx c ca "
    "Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec Mon Tue Tues Wed Thu Thur Thurs Fri Sat Sun"
)
# These may stand inside a sentence or end it: what follows decides.
_EITHER = _words(
    "Ave Bhd Blvd Bros Cie Co Corp Cos Dept Dist Div Esq Est Hwy Inc Jr Ltd Mfg Natl Assn Pty Rd Sdn Sq Sr Univ al etc "
    "Ala Ariz Ark Calif Colo Conn Del Fla Ga Ill Ind Kan Ky La Md Mass Mich Minn Miss Mo Mont Neb Nev Okla Ont Ore Pa "
    "Que Tenn Tex Va Vt Wash Wis Wyo hrs mins secs lbs"
)
# Capitalised words that begin a sentence but no name: after "U.S." or an initial they tell that a new one began.
_STARTERS = _words(
    "A About After All Although Among An And Another Any As At Because Before Both But By Despite During Each Earlier "
    "Even Every Few For Four From He Her Here His How However I If In Instead It Its Last Later Like Many Meanwhile "
    "More Most Much My Neither No Nobody None Not Nothing Now Of On Once One Only Or Other Our Over She Since So Some "
    "Still Such That The Their Then There These They This Those Though Three Through Thus To Today Two Under Until We "
    "What When Where Whether Which While Who Why With Without Yet You Your"
)
_CLOCK = _words("a.m p.m A.M P.M")
_AFTER_CLOCK = _words(
    "Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June July August "
    "September October November December Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec "
    "GMT UTC BST CET CEST EST EDT CST CDT MST MDT PST PDT IST JST AEST ET CT MT PT Eastern Central Pacific Mountain"
)
# "... over?" Prime Minister Smith asked: the quotation ends, the sentence does not.
_SPEECH = re.compile(
    r"(?:[A-Z][\w.'’-]*\s+|al-[\w'’-]+\s+|of\s+|the\s+|de\s+|van\s+|bin\s+){1,6}"
    r"(?:said|says|asked|asks|added|adds|told|wrote|writes|cried|shouted|replied|answered|wondered|tweeted|posted)\b"
)


def sentences(text: str) -> list[Span]:
    """Find the sentences of a text.

    A sentence never crosses the end of a paragraph. Stops after abbreviations ("Lt.", "U.S.", "No. 4"), initials,
    inside numbers and before a lower-case word do not end one; quotes and brackets that close after a stop belong to
    the sentence they close. The time is linear in the length of the text.

    :param text: Any text.
    :returns: Spans in order, without the white space around them, none of them empty; together they hold every
        character of the text that is not white space.
    """
    return [sentence for paragraph in paragraphs(text) for sentence in _split(text, paragraph)]


def _split(text: str, paragraph: Span) -> Iterator[Span]:
    start = paragraph.start
    for stop in _STOP.finditer(text, start, paragraph.end):
        if _ends_sentence(text, start, stop, paragraph.end):
            yield Span(start, stop.end())
            start = stop.end()
            while text[start].isspace():
                start += 1
    yield Span(start, paragraph.end)


def _ends_sentence(text: str, start: int, stop: re.Match[str], limit: int) -> bool:
    ahead = text[stop.end() : min(limit, stop.end() + _LOOK_AHEAD)].lstrip()
    opened = ahead.lstrip(_OPENERS)
    first = opened[:1]
    if not first:
        return True
    if first.islower() or first in _DASHES or first in ",;:":
        return False
    closed_quote = any(mark in _CLOSING_QUOTES for mark in stop.group())
    if closed_quote and _SPEECH.match(opened):
        return False
    marks = stop.group().strip("\"'”’»)]")
    next_word = _first_word(opened)
    if marks in ("...", "…"):
        return closed_quote or next_word in _STARTERS
    if marks != "." or len(stop.group()) > 1:
        return True
    return _plain_stop_ends(text, start, stop.start(), next_word, first)


def _plain_stop_ends(text: str, start: int, at: int, next_word: str, first: str) -> bool:
    """Decide for a single full stop, by the word before it and the word after it."""
    before = text[max(start, at - _LOOK_BACK) : at].split()
    word = before[-1].lstrip(_OPENERS) if before and not text[at - 1].isspace() else ""
    word = word.rsplit("—", 1)[-1].rsplit("-", 1)[-1]
    whole = at - start == len(word)
    if word in _TITLES:
        # "on Main St. The road": a saint is never called "The".
        return word in ("St", "Ft", "Mt") and next_word in _STARTERS
    if word in _NUMBERED:
        return not first.isdigit()
    if word in _CLOCK:
        return next_word not in _AFTER_CLOCK and not first.isdigit()
    if word in _EITHER or _INITIALS.fullmatch(word):
        return next_word in _STARTERS
    if len(word) == 1 and word.isalpha() and word.isupper():
        return next_word in _STARTERS
    # "1. The first of a list": the number belongs to what follows.
    return not (whole and word.isdecimal())


def _first_word(text: str) -> str:
    match = _WORD.match(text)
    return re.sub(r"['’].*", "", match.group()) if match else ""
