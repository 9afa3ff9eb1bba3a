"""Articles on the web: a page, the new ones of a feed, or those of a sitemap."""

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import PurePosixPath
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from pipelines.documents import article_id
from pipelines.errors import SourceError
from pipelines.sources.fetcher import Fetched, Fetcher, Validators
from pipelines.sources.files import FORMATS, Skipped
from pipelines.sources.listings import Listing, ListingEntry, ListingKind, parse_listing
from pipelines.sources.metadata import ArticleMetadata
from pipelines.sources.raw import PREPARATION_VERSION, ArticleFormat, LoadedSource, RawArticle, is_current
from pipelines.sources.unchanged import Unchanged
from pipelines.sources.visits import Visits

_MEDIA_TYPES = {
    "text/html": ArticleFormat.HTML,
    "application/xhtml+xml": ArticleFormat.HTML,
    "text/plain": ArticleFormat.TEXT,
    "text/markdown": ArticleFormat.MARKDOWN,
    "application/pdf": ArticleFormat.PDF,
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ArticleFormat.DOCX,
}
# Types that servers give to files they know nothing of.
_UNTYPED = ("", "application/octet-stream", "binary/octet-stream")
_TRACKING = ("utm_", "fbclid", "gclid")
_ALL_KNOWN = f"every article known, version {PREPARATION_VERSION}"
# A sitemap of sitemaps of sitemaps is a mistake or a trap.
_DEEPEST = 2

Found = LoadedSource | Unchanged | Skipped | SourceError


def is_url(argument: str) -> bool:
    """Tell whether an argument is meant as an address on the web.

    :param argument: What a person typed.
    """
    return argument.lower().startswith(("http://", "https://"))


def normalise(url: str) -> str:
    """Write an address in the one way that identifies its article.

    :param url: An http or https address.
    :returns: Without a fragment and without parameters that only tell where a reader came from.
    :raises ValueError: If it is no address.
    """
    parts = urlsplit(url.strip())
    query = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if not pair[0].startswith(_TRACKING)]
    # Rewritten only if need be: some sites tell "+" from "%20".
    kept = parts.query if len(query) == len(parse_qsl(parts.query, keep_blank_values=True)) else urlencode(query)
    host = parts.netloc.lower()
    default = {"http": ":80", "https": ":443"}.get(parts.scheme.lower(), "")
    return urlunsplit(
        (parts.scheme.lower(), host.removesuffix(default) if default else host, parts.path or "/", kept, "")
    )


class WebFinder:
    """Finds articles on the web.

    :param fetcher: What fetches.
    :param visits: What was fetched before.
    :param fingerprints: Those of the indexed articles, by article id.
    :param limit: The most articles to take from one feed or sitemap.
    """

    def __init__(self, fetcher: Fetcher, visits: Visits, fingerprints: Mapping[str, str], *, limit: int) -> None:
        self._fetcher = fetcher
        self._visits = visits
        self._fingerprints = fingerprints
        self._limit = limit

    def find(self, argument: str) -> Iterator[Found]:
        """Fetch what an address stands for; a feed or a sitemap is recognised by its content.

        :param argument: The address.
        :returns: The articles; those that did not change; what cannot be fetched.
        """
        try:
            url = normalise(argument)
            fetched = self._fetcher.fetch(url, self._validators(url))
            if fetched is None:
                yield Unchanged(url)
                return
            listing = parse_listing(fetched.data, fetched.url)
            if listing is None:
                yield self._loaded(url, argument, fetched, ArticleMetadata())
                return
        except ValueError:
            yield SourceError(argument, "is no address")
            return
        except SourceError as error:
            yield SourceError(argument, error.reason)
            return
        yield from self._listed(url, argument, fetched, listing)

    def _listed(self, url: str, name: str, fetched: Fetched, listing: Listing) -> Iterator[Found]:
        entries: list[ListingEntry] = []
        for found in self._entries(listing, fetched.url, _DEEPEST):
            if isinstance(found, SourceError):
                yield found
            elif len(entries) <= self._limit:
                entries.append(found)
        if len(entries) > self._limit:
            yield Skipped(name, f"lists more than {self._limit} articles; take more with --limit")
        all_known = listing.kind is ListingKind.FEED
        for entry in entries[: self._limit]:
            all_known &= article_id(normalise(entry.url)) in self._fingerprints
            yield self._page(entry, only_new=listing.kind is ListingKind.FEED)
        if all_known:
            self._visits.put(url, fetched.validators, _ALL_KNOWN)

    def _entries(self, listing: Listing, base: str, depth: int) -> Iterator[ListingEntry | SourceError]:
        """Go through the pages of a listing, the newest first if it is a sitemap."""
        if listing.kind is ListingKind.FEED:
            yield from listing.entries
            return
        host = _site(base)
        # A sitemap may speak only for its own host.
        own = [entry for entry in listing.entries if _site(entry.url) == host]
        own.sort(key=lambda entry: entry.changed or entry.published or date.min, reverse=True)
        if listing.kind is ListingKind.SITEMAP:
            yield from own
            return
        for entry in own:
            try:
                fetched = self._fetcher.fetch(entry.url)
            except SourceError as error:
                yield error
                continue
            inner = parse_listing(fetched.data, fetched.url) if fetched else None
            if inner is None or inner.kind is ListingKind.FEED or not depth:
                yield SourceError(entry.url, "is no sitemap")
            else:
                yield from self._entries(inner, entry.url, depth - 1)

    def _page(self, entry: ListingEntry, *, only_new: bool) -> Found:
        try:
            url = normalise(entry.url)
        except ValueError:
            return SourceError(entry.url, "is no address")
        known = article_id(url) in self._fingerprints
        if known and (only_new or self._is_older(url, entry.changed)):
            return Unchanged(url)
        try:
            fetched = self._fetcher.fetch(url, self._validators(url))
            if fetched is None:
                return Unchanged(url)
            listed = ArticleMetadata(entry.title, entry.published, author=entry.author)
            return self._loaded(url, url, fetched, listed)
        except SourceError as error:
            return error

    def _is_older(self, url: str, changed: date | None) -> bool:
        visit = self._visits.get(url)
        return bool(visit and changed and changed < visit.day and is_current(visit.fingerprint))

    def _validators(self, url: str) -> Validators | None:
        """Tell what to ask with, if the answer of the last time is what is indexed."""
        visit = self._visits.get(url)
        if visit is None:
            return None
        indexed = self._fingerprints.get(article_id(url)) == visit.fingerprint and is_current(visit.fingerprint)
        return visit.validators if indexed or visit.fingerprint == _ALL_KNOWN else None

    def _loaded(self, url: str, name: str, fetched: Fetched, listed: ArticleMetadata) -> LoadedSource:
        fallback = listed.or_else(ArticleMetadata(source=_site(fetched.url), url=fetched.url))
        article_format = _format(name, fetched)
        raw = RawArticle(url, name, fetched.data, article_format, encoding=fetched.encoding, fallback=fallback)
        self._visits.put(url, fetched.validators, raw.fingerprint)
        return LoadedSource(raw)


def _format(name: str, fetched: Fetched) -> ArticleFormat:
    if known := _MEDIA_TYPES.get(fetched.media_type):
        return known
    if fetched.media_type not in _UNTYPED:
        raise SourceError(name, f"is {fetched.media_type}, which is no kind of article")
    suffix = PurePosixPath(urlsplit(fetched.url).path).suffix.lower()
    return FORMATS.get(suffix, ArticleFormat.HTML if fetched.data.lstrip()[:1] == b"<" else ArticleFormat.TEXT)


def _site(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")
