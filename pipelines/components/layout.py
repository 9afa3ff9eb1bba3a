"""The layout of a news article: which paragraph is what."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from pipelines.components.paragraphs import paragraphs
from pipelines.components.stamps import is_stamp, without_dateline
from pipelines.types import Span


class Role(StrEnum):
    """What a paragraph is in an article."""

    BODY = "body"
    HEADLINE = "headline"
    BYLINE = "byline"
    STAMP = "stamp"
    CAPTION = "caption"
    POINTER = "pointer"  # to another article: "READ MORE: ..."
    PULL_QUOTE = "pull_quote"  # with the line that says whose words they are


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph and its role.

    :param span: Where it stands in the article's text.
    :param role: What it is.
    """

    span: Span
    role: Role


_MARK = r"\s*(?::|\||»|>|–|—|-\s)"
_POINTER = re.compile(
    r"[^\w\"'“‘(]*(?:"
    rf"(?i:(?:also\s+)?(?:read|see|watch|listen)(?:\s+(?:more|also|next|this|too))?|more|also|don['’]t\s+miss|must[\s-]read|"
    rf"you\s+may\s+also\s+like|more\s+(?:from|on|about)\s+[^:.]{{2,60}}|in\s+(?:pictures|photos|video)|"
    rf"related(?:\s+(?:news|stor(?:y|ies)|articles?|coverage|posts?|content|topics?|links?))?|recommended|trending)(?::|\s*[|»>])"
    rf"|(?:READ|ALSO|SEE|WATCH|LISTEN|RELATED)(?:\s+(?:MORE|ALSO|NEXT|READ|SEE|WATCH))?{_MARK}"
    r"|(?i:read\s+(?:more|also|next)|(?:click|tap)\s+here\b.*|read\s+(?:the\s+)?full\s+(?:story|article)\b.*"
    r"|(?:sign\s+up|subscribe)\s+(?:for|to)\s+(?:our|the)\b.*newsletters?\b.*|follow\s+us\s+on\b.*"
    r"|advertisement|story\s+continues\s+below.*|share\s+this(?:\s+(?:article|story))?"
    r"|skip\s+(?:advertisement|to\s+(?:main\s+)?content))[\s.!»>→]*$"
    r")"
)
_POINTER_WORDS = 30
_CAPTION_WORDS = 90
_AGENCIES = (
    r"AFP|AP|AAP|ANP|ANSA|ANI|Anadolu(?:\s+Agency)?|Associated\s+Press|Bloomberg|CNA|DPA|dpa|EFE|EPA(?:-EFE)?|"
    r"Getty(?:\s+Images)?|IANS|IRNA|Kyodo(?:\s+News)?|NurPhoto|PA(?:\s+Wire)?|PTI|Pool|Reuters|REUTERS|Shutterstock|"
    r"SIPA|TASS|UPI|VCG|Xinhua|XINHUA|Yonhap|ZUMA"
)
_CREDIT_WORDS = (
    r"Photo(?:graph|s|graphs)?|Picture|Image|Handout|Courtesy|File(?:\s+photo)?|Credit|Screengrab|Screenshot"
)
# Such as: (ANN LEE/ AFP) or (Photo: A. Lee/Pool) or [File: Reuters] or (AP Photo/A. Lee) or (A. Lee via AP).
_CREDIT = (
    rf"[(\[](?:(?i:{_CREDIT_WORDS})\b[^()\[\]]{{0,100}}|(?:AP|EPA|AFP)\s+(?i:photo|image|file)[^()\[\]]{{0,100}}|"
    rf"(?:{_AGENCIES})(?:\s+via\s+(?:{_AGENCIES}))?|[A-ZÀ-Þ][^()\[\]/]{{1,60}}/\s?[A-ZÀ-Þ][^()\[\]]{{1,60}}|"
    rf"[A-ZÀ-Þ][^()\[\]]{{1,60}}\s(?i:via|/|for|photo|images)\s?(?:{_AGENCIES}))[)\]]\.?"
)
_ENDS_WITH_CREDIT = re.compile(rf"{_CREDIT}$")
_CREDIT_ALONE = re.compile(
    rf"(?:{_CREDIT}|(?i:{_CREDIT_WORDS})(?:\s+(?i:credit|by|courtesy))?\s*[:|/]\s*[^.!?]{{2,100}}"
    rf"|[A-ZÀ-Þ][\w .'’-]{{1,50}}(?:/|\s+via\s+|\s*\|\s*)(?:{_AGENCIES}))\.?$"
)
_ENDS_WITH_PLAIN_CREDIT = re.compile(
    rf"[.!?\"”’)]\s+(?:(?i:photo(?:graph)?|picture|image)(?:\s+credit)?(?:\s+by\b|\s*:)\s*[A-ZÀ-Þ][^.!?]{{1,80}}"
    rf"|[A-ZÀ-Þ][\w .'’-]{{1,40}}/\s?(?:{_AGENCIES})[\w /]{{0,30}})\.?$"
)
_STARTS_CAPTION = re.compile(
    r"[(\[]?(?:(?:FILE|File)\s+(?:PHOTO|photo|picture|image)\s*[:\-–—]|FILE\s*[:\-–—]\s|"
    r"(?:Photo|PHOTO|Picture|PICTURE|Image|IMAGE|Caption|CAPTION|Pictured|PICTURED)(?:\s+caption)?\s*:\s)"
)
_SIGN_OFF = re.compile(r"\((?:Additional\s+)?(?:Reporting|Writing|Editing|Compiled)\s+by\b")
_BYLINE = re.compile(
    rf"(?:(?:By|BY|Written\s+by|Story\s+by)\s+[A-ZÀ-Þ][^.!?]{{1,90}}|(?:{_AGENCIES}|Agencies|Staff(?:\s+(?:writer|reporter))?))$"
)
_STOPS = ".!…;:,"
_CLOSERS = "\"'”’»)]"
_HEADLINE_LENGTH = 160
_HEADLINE_WORDS = 25
_HEADLINE_AMONG_FIRST = 6
# Fewer words may well stand twice without being a pull quote.
_PULL_QUOTE_WORDS = range(3, 71)
_PULL_QUOTE_NEAR = 40
_ATTRIBUTION_WORDS = 12
_INLINE_ATTRIBUTION = re.compile(r"^(?P<words>[\"'“‘«].+[\"'”’»])\s*(?:[-–—,|]|by\b)\s*[^\"”]{2,90}$", re.DOTALL)
_NOT_A_WORD = re.compile(r"[\W_]+")


def layout(text: str, captions: Iterable[Span] = ()) -> list[Block]:
    """Tell what each paragraph of an article is.

    :param text: The article's text.
    :param captions: Paragraphs that are known to be captions, because the page said so.
    :returns: All paragraphs, in order.
    """
    spans = paragraphs(text)
    lines = [text[span.start : span.end] for span in spans]
    known = {span.start for span in captions}
    roles = [Role.CAPTION if span.start in known else _role(line) for span, line in zip(spans, lines, strict=True)]
    _join_credits(lines, roles)
    _mark_headline(lines, roles)
    _mark_pull_quotes(lines, roles)
    return [Block(span, role) for span, role in zip(spans, roles, strict=True)]


def _role(line: str) -> Role:
    """Tell what a paragraph is by its own words."""
    if len(line) > _CAPTION_WORDS * 12:
        return Role.BODY
    words = len(line.split())
    if words <= _POINTER_WORDS and _POINTER.match(line):
        return Role.POINTER
    if is_stamp(line):
        return Role.STAMP
    if _BYLINE.match(line) and words <= _ATTRIBUTION_WORDS:
        return Role.BYLINE
    if words <= _CAPTION_WORDS and not _SIGN_OFF.match(line) and _is_caption(line):
        return Role.CAPTION
    return Role.BODY


def _is_caption(line: str) -> bool:
    return bool(
        _ENDS_WITH_CREDIT.search(line)
        or _STARTS_CAPTION.match(line)
        or _ENDS_WITH_PLAIN_CREDIT.search(line)
        or _CREDIT_ALONE.match(line)
    )


def _join_credits(lines: Sequence[str], roles: list[Role]) -> None:
    """Make the line above a lone credit at the top of an article the caption that the credit belongs to."""
    top = next((at for at, role in enumerate(roles) if role is Role.CAPTION), 0)
    if 1 <= top <= 2 and _CREDIT_ALONE.match(lines[top]) and roles[top - 1] is Role.BODY:  # noqa: PLR2004
        above = lines[top - 1]
        if above.rstrip(_CLOSERS).endswith(".") and without_dateline(above) == above:
            roles[top - 1] = Role.CAPTION


def _mark_headline(lines: Sequence[str], roles: list[Role]) -> None:
    candidates: list[int] = []
    for at, (line, role) in enumerate(zip(lines[:_HEADLINE_AMONG_FIRST], roles, strict=False)):
        if role is Role.BODY and not _looks_like_headline(line):
            break
        if role is Role.BODY:
            candidates.append(at)
    # With nothing but such lines it is a list, not an article with a headline.
    if len(candidates) < sum(role is Role.BODY for role in roles):
        # A word or two on top is the section: "World", "Middle East".
        full = [at for at in candidates if len(lines[at].split()) > 2]  # noqa: PLR2004
        for at in (full or candidates)[:1]:
            roles[at] = Role.HEADLINE


def _looks_like_headline(line: str) -> bool:
    bare = line.rstrip(_CLOSERS)
    return (
        len(line) <= _HEADLINE_LENGTH
        and len(line.split()) <= _HEADLINE_WORDS
        and bool(bare)
        and bare[-1] not in _STOPS
        and without_dateline(line) == line
    )


def _mark_pull_quotes(lines: Sequence[str], roles: list[Role]) -> None:
    """Mark short paragraphs whose words stand in a longer paragraph nearby, with the attribution under them."""
    plain = [_plain(line) for line in lines]
    for at, line in enumerate(lines):
        if roles[at] is not Role.BODY or len(line.split()) not in _PULL_QUOTE_WORDS:
            continue
        first = max(0, at - _PULL_QUOTE_NEAR)
        near = range(first, min(len(lines), at + _PULL_QUOTE_NEAR + 1))
        quoted = _INLINE_ATTRIBUTION.match(line)
        needle = _plain(quoted["words"]) if quoted else plain[at]
        if len(needle.split()) not in _PULL_QUOTE_WORDS:
            continue
        if any(
            needle in plain[other] and (len(plain[other]) > len(plain[at]) or other < at)
            for other in near
            if other != at and roles[other] is Role.BODY
        ):
            roles[at] = Role.PULL_QUOTE
            if at + 1 < len(lines) and not quoted and roles[at + 1] is Role.BODY and _is_attribution(lines[at + 1]):
                roles[at + 1] = Role.PULL_QUOTE


def _is_attribution(line: str) -> bool:
    bare = line.lstrip("-–—~ ")
    return (
        len(line.split()) <= _ATTRIBUTION_WORDS
        and bare[:1].isupper()
        and bare.rstrip(_CLOSERS)[-1:] not in ".!?…:;"
        and bare[:1] not in "\"'“‘"
    )


def _plain(text: str) -> str:
    """Reduce a text to its words, each between single spaces, so that `in` finds whole words only."""
    return f" {_NOT_A_WORD.sub(' ', text.casefold()).strip()} "
