"""What is known of an article beside its text, and how people write it down: sidecars and front matter."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlsplit

import yaml

from pipelines.components.stamps import full_date

_FRONT_MATTER = re.compile(r"\A---[ \t]*\r?\n(?P<yaml>.*?)^(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE)
_LONGEST_TITLE = 300
_LONGEST_SOURCE = 100
_LONGEST_URL = 2000
_LONGEST_AUTHOR = 100
_KEYS = ("title", "published", "source", "url", "author")
# Front matter is written for site generators as well, which have their own names and many more keys.
_FRONT_MATTER_NAMES = {
    "published": ("published", "date"),
    "source": ("source", "site"),
    "url": ("url", "link"),
    "author": ("author", "authors", "byline"),
}
_BY = re.compile(r"^by\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ArticleMetadata:
    """What is known of an article beside its text; None where nothing is.

    :param title: The headline.
    :param published: The day of publication.
    :param source: The outlet.
    :param url: A link for readers (http or https).
    :param author: Who wrote it.
    """

    title: str | None = None
    published: date | None = None
    source: str | None = None
    url: str | None = None
    author: str | None = None

    def or_else(self, other: "ArticleMetadata") -> "ArticleMetadata":
        """Fill what is not known from another description.

        :param other: What counts where this one says nothing.
        :returns: Both together.
        """
        return ArticleMetadata(
            self.title or other.title,
            self.published or other.published,
            self.source or other.source,
            self.url or other.url,
            self.author or other.author,
        )


NOTHING_KNOWN = ArticleMetadata()


def read_sidecar(text: str) -> ArticleMetadata:
    """Read a sidecar file.

    :param text: YAML with any of title, published, source, url and author.
    :returns: What it says.
    :raises ValueError: If it is not such YAML; the message says why in a few words.
    """
    values = _mapping(text)
    if unknown := [key for key in values if key not in _KEYS]:
        msg = f"has the unknown key {unknown[0]!r} (known: {', '.join(_KEYS)})"
        raise ValueError(msg)
    return metadata_from(values)


def split_front_matter(text: str) -> tuple[ArticleMetadata, str]:
    """Take the front matter off a text.

    :param text: A text that may begin with YAML between two lines of three dashes.
    :returns: What the front matter says, and the text after it; keys that mean nothing here are left out.
    :raises ValueError: If there is front matter and it is wrong; the message says why in a few words.
    """
    match = _FRONT_MATTER.match(text)
    if match is None:
        return NOTHING_KNOWN, text
    values = _mapping(match["yaml"])
    known = {
        key: next((values[name] for name in _FRONT_MATTER_NAMES.get(key, (key,)) if values.get(name)), None)
        for key in _KEYS
    }
    return metadata_from(known), text[match.end() :]


def metadata_from(values: Mapping[str, object]) -> ArticleMetadata:
    """Check values that a person, a page or a table gave.

    :param values: Any of title, published, source, url and author; empty ones count as not given.
    :returns: The checked values.
    :raises ValueError: If one cannot be meant; the message says which and why in a few words.
    """
    return ArticleMetadata(
        title=_text(values, "title", _LONGEST_TITLE),
        published=_day(values.get("published")),
        source=_text(values, "source", _LONGEST_SOURCE),
        url=_url(_text(values, "url", _LONGEST_URL)),
        author=_author(values.get("author")),
    )


def one_line(text: str, longest: int = _LONGEST_TITLE) -> str:
    """Make a text fit to be shown as a title: one line, nothing that hides or reorders it.

    :param text: Any text.
    :param longest: At most so many code points; a longer text is cut at a word.
    :returns: The line; empty if nothing visible is left.
    """
    # "Cc" and "Cf": control characters, and invisible ones such as those that turn the direction of writing.
    visible = "".join(
        " " if char.isspace() else char
        for char in text
        if char.isspace() or unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Co")
    )
    return shorten(" ".join(visible.split()), longest)


def shorten(line: str, longest: int) -> str:
    """Cut a line at a word.

    :param line: The line.
    :param longest: At most so many code points, the ellipsis included.
    :returns: The line, with "…" at its end if it was cut.
    """
    if len(line) <= longest:
        return line
    cut = line[:longest]
    whole = cut.rsplit(" ", 1)[0] if " " in cut[1:] else cut[:-1]
    return whole.rstrip(" ,;:-–—") + "…"


def _mapping(text: str) -> Mapping[str, object]:
    try:
        values = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        msg = f"is not valid YAML (line {mark.line + 1})" if mark else "is not valid YAML"
        raise ValueError(msg) from error
    if values is None:
        return {}
    if not isinstance(values, dict):
        msg = 'is not of the form "title: ..."'
        raise ValueError(msg)  # noqa: TRY004  the file is wrong, not the code
    return {str(key): value for key, value in values.items()}


def _text(values: Mapping[str, object], key: str, longest: int) -> str | None:
    value = values.get(key)
    if value is None:
        return None
    if isinstance(value, list | dict):
        msg = f"has a {key} that is not text"
        raise ValueError(msg)  # noqa: TRY004  the file is wrong, not the code
    return one_line(str(value), longest) or None


def _author(value: object) -> str | None:
    """Read a name, or names as sites and their tools write them: a list, with semicolons, with addresses and pictures.

    What is no name is left out, and no reason to leave the article out.
    """
    if isinstance(value, str):
        value = value.split(";")
    people = value if isinstance(value, list) else [value]
    found = (person.get("name") if isinstance(person, dict) else person for person in people)
    names = (_BY.sub("", one_line(name)) for name in found if isinstance(name, str) and "://" not in name)
    return one_line(", ".join(dict.fromkeys(filter(None, names))), _LONGEST_AUTHOR) or None


def _day(value: object) -> date | None:
    if value is None or value == "":
        return None
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    found = full_date(str(value))
    if found is None:
        msg = f"has no day in published: {one_line(str(value), 40)!r} (write it as 2021-01-05)"
        raise ValueError(msg)
    return found


def _url(value: str | None) -> str | None:
    if value is None:
        return None
    try:
        parts = urlsplit(value)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        usable = False
    if not usable or " " in value:
        msg = f"has a url that is no http or https address: {shorten(value, 60)!r}"
        raise ValueError(msg)
    return value
