"""Questions that an article invites, made from its own sentences by rules that keep them grammatical.

Each rule leaves the word order of a sentence as it is and puts a question word in the place of one part:
the subject ("The tension pushed the two sides to hold talks" -> "What pushed the two sides to hold talks?"), a number
("hundreds of troops would remain" -> "How many troops would remain?"), or a place or time after a passive
("were stationed in Mosul" -> "Where were ... stationed?"). The part that was taken out is what the answer must be.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipelines.types import Span

_LONGEST = 64
_OBJECT = r"(?:the|a|an|its|his|her|their|that|to|more|several|some|all|two|three|\d)"
_TAIL = r"(?=[,.;:)\"”]|\s(?:after|before|when|while|as|since|and|but|which|who|where|starting|because|following)\b)"
_NAME = r"[A-Z][a-z]+(?: (?:al-|el-|de |van |bin |von |O'|Mc)?[A-Z][\w'-]+){1,2}"
_ROLE = (
    r"(?:President|Prime Minister|Foreign Minister|Defence Minister|Defense Minister|Minister|Secretary|Senator"
    r"|Governor|Mayor|Chancellor|King|Queen|Prince|Princess|Pope|General|Colonel|Judge|Professor|Ambassador"
    r"|Chairman|Chairwoman|director|spokesman|spokeswoman|commander|coach|captain|actor|actress|singer|author)"
)
_SPEECH = r"said|told|added|announced|promised|pledged|warned|claimed|denied|confirmed"
_IRREGULAR = r"began|took|won|made|left|held|met|gave|found|became|led|built|sent|lost|paid|struck|broke|brought"
_DAY = r"(?: on (?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)?"
_AUXILIARY = r"(?:was|were|is|are|has|have|had|be|been|being|not|who|which|that)"
_SMALL_WORD = r"(?:the|a|an|this|that|these|those|which|who|in|on|at|of|to|and|or|its|his|her|their)"
_NUMBER = r"(?:\d[\d,.]*|hundreds|thousands|dozens|millions|two|three|four|five|six|seven|eight|nine|ten)"

_NOUN = rf"(?!{_SMALL_WORD}\b)[A-Za-z]+"
_SUBJECT = rf"(?:The|the|A|a|An|an) (?:[\w'-]+ ){{0,2}}(?!{_AUXILIARY}\b)[\w'-]+"
_PARTICIPLE = r"(?:[a-z]+ed|held|built|found|born|sent|shot|taken)"
_PASSIVE = (
    r"\b(?P<subject>(?:the|some|a|an|two|three) (?:[\w'-]+ ){0,3}?[\w'-]+) "
    rf"(?P<verb>was|were) (?P<rest>{_PARTICIPLE})"
)
_START = r"(?:^|(?<=[.\"”] ))"

_RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(rf"\b(?P<answer>(?:\w+ ){{0,2}}{_ROLE}) (?P<rest>{_NAME})"), "Who is {rest}?"),
    (
        re.compile(
            rf"\b(?P<answer>{_NUMBER}) (?:of )?"
            rf"(?P<rest>(?:{_NOUN} ){{0,2}}(?!{_SMALL_WORD}\b)[a-z]+s "
            rf"(?:will|would|were|have|had)(?: [\w'-]+){{1,5}}?){_TAIL}"
        ),
        "How many {rest}?",
    ),
    (
        re.compile(
            rf"{_START}(?P<answer>(?:[A-Z][\w'-]+ ){{0,3}}{_NAME}) "
            rf"(?P<rest>(?:{_SPEECH}){_DAY} (?:that|to) (?:[\w'-]+ ?){{3,8}}?){_TAIL}",
            re.MULTILINE,
        ),
        "Who {rest}?",
    ),
    (
        re.compile(
            rf"(?:{_START}|(?<=after ))(?P<answer>{_SUBJECT}) "
            rf"(?P<rest>(?:[a-z]+ed|{_IRREGULAR}) {_OBJECT}(?: [a-zA-Z'-]+){{1,8}}?){_TAIL}",
            re.MULTILINE,
        ),
        "What {rest}?",
    ),
    (
        re.compile(rf"{_PASSIVE} (?:in|at) (?P<answer>(?:the )?[A-Z][\w'-]+)", re.IGNORECASE),
        "Where {verb} {subject} {rest}?",
    ),
    (
        re.compile(
            rf"{_PASSIVE} (?P<answer>(?:on|in|last) (?:[A-Z][a-z]+day|[A-Z][a-z]+ \d{{1,4}}|\d{{4}}))", re.IGNORECASE
        ),
        "When {verb} {subject} {rest}?",
    ),
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A question that an article should answer.

    :param question: The question.
    :param answer: Where in the article's text the answer stands.
    """

    question: str
    answer: Span


def candidates(text: str) -> list[Candidate]:
    """Make questions from an article.

    :param text: The article's text.
    :returns: The questions, the rules taking turns so that the first few are of different kinds.
    """
    found = [list(_apply(pattern, template, text)) for pattern, template in _RULES]
    turns = [rule[turn] for turn in range(max(map(len, found), default=0)) for rule in found if turn < len(rule)]
    return list({candidate.question: candidate for candidate in reversed(turns)}.values())[::-1]


def _apply(pattern: re.Pattern[str], template: str, text: str) -> Iterator[Candidate]:
    for match in pattern.finditer(text):
        parts = {name: " ".join(part.split()) for name, part in match.groupdict().items()}
        if "subject" in parts:
            parts["subject"] = parts["subject"][0].lower() + parts["subject"][1:]
        question = template.format(**parts)
        if len(question) <= _LONGEST and "\n" not in match[0]:
            yield Candidate(question, Span(match.start("answer"), match.end("answer")))
