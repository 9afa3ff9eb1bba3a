"""Listings of a site's articles: RSS and Atom feeds, and sitemaps."""

import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from email.utils import parsedate_to_datetime
from enum import StrEnum
from urllib.parse import urljoin

from lxml import etree

from pipelines.components.stamps import full_date
from pipelines.sources.metadata import metadata_from, one_line

_LARGEST_UNPACKED = 64 * 2**20
_GZIP = b"\x1f\x8b"
_ADDRESSED = re.compile(r"\S+@\S+\s*\((?P<name>[^()]+)\)")
_ATOM_PAGE = (None, "alternate")


class ListingKind(StrEnum):
    """What a listing lists."""

    FEED = "feed"
    SITEMAP = "sitemap"
    SITEMAP_INDEX = "sitemap index"


_ROOTS = {
    "rss": ListingKind.FEED,
    "RDF": ListingKind.FEED,
    "feed": ListingKind.FEED,
    "urlset": ListingKind.SITEMAP,
    "sitemapindex": ListingKind.SITEMAP_INDEX,
}
_ENTRIES = {"item", "entry", "url", "sitemap"}


@dataclass(frozen=True, slots=True)
class ListingEntry:
    """One article (or one sitemap) of a listing.

    :param url: Its address.
    :param title: Its title, if the listing has one.
    :param published: The day of publication, if the listing has it.
    :param changed: The day of the last change, if the listing has it.
    :param author: Who wrote it, if the listing says so.
    """

    url: str
    title: str | None = None
    published: date | None = None
    changed: date | None = None
    author: str | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """What a listing says.

    :param kind: What it lists.
    :param entries: In its own order.
    """

    kind: ListingKind
    entries: tuple[ListingEntry, ...]


def parse_listing(data: bytes, base: str) -> Listing | None:
    """Read a feed or a sitemap.

    :param data: The file; it may be packed with gzip.
    :param base: Its address, for addresses that are relative to it.
    :returns: The listing, or None if it is none.
    """
    if data.startswith(_GZIP):
        try:
            data = zlib.decompressobj(wbits=31).decompress(data, _LARGEST_UNPACKED)
        except zlib.error:
            return None
    start = data[:512].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not start.startswith(b"<") or start[:14].lower().startswith((b"<!doctype html", b"<html")):
        return None
    # Entities are not expanded and nothing is loaded: a listing is somebody else's text.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True, remove_pis=True)
    root = etree.fromstring(data, parser)
    kind = _ROOTS.get(_name(root)) if root is not None else None
    if kind is None:
        return None
    found = (_entry(element, base) for element in root.iter() if _name(element) in _ENTRIES)
    return Listing(kind, tuple(entry for entry in found if entry is not None))


def _entry(element: etree._Element, base: str) -> ListingEntry | None:
    values: dict[str, str] = {}
    for child in _descendants(element):
        name = _name(child)
        text = (child.text or "").strip()
        if name == "link" and child.get("href") and child.get("rel") in _ATOM_PAGE:
            text = child.get("href", "")
        if name == "author" and len(child):
            text = next(((part.text or "").strip() for part in child if _name(part) == "name"), "")
        if text:
            values.setdefault(name, text)
    url = values.get("link") or values.get("loc")
    if not url:
        return None
    published = next(
        (values[name] for name in ("pubDate", "published", "publication_date", "date") if name in values), None
    )
    changed = next((values[name] for name in ("updated", "lastmod") if name in values), None)
    title = one_line(values.get("title", "")) or None
    return ListingEntry(urljoin(base, url), title, _day(published), _day(changed), _author(values))


def _descendants(element: etree._Element) -> Iterator[etree._Element]:
    """Go through the direct children, and through what a news sitemap wraps."""
    for child in element:
        yield child
        if _name(child) == "news":
            yield from child


def _name(element: etree._Element) -> str:
    tag = element.tag
    return tag.rsplit("}", 1)[-1] if isinstance(tag, str) else ""


def _author(values: Mapping[str, str]) -> str | None:
    """Find the author's name; RSS asks for an address with the name in brackets: "ann@example.org (Ann Lee)"."""
    author = values.get("creator") or values.get("author") or ""
    bracketed = _ADDRESSED.fullmatch(author)
    name = bracketed["name"] if bracketed else author
    return metadata_from({"author": name}).author if "@" not in name else None


def _day(value: str | None) -> date | None:
    if value is None:
        return None
    if found := full_date(value):
        return found
    try:
        return parsedate_to_datetime(value).date()
    except ValueError:
        return None
