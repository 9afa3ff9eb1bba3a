"""Pages, feeds and sitemaps are indexed, and asked for only what is new."""

import gzip
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from pipelines.components.encoder import SentenceEncoder
from pipelines.documents import article_id
from pipelines.index_summary import IndexSummary
from pipelines.indexing import Indexer
from pipelines.sources.addresses import any_address
from pipelines.sources.fetcher import Fetcher
from pipelines.sources.find import SourceOptions
from pipelines.sources.web import normalise
from pipelines.store import EmbeddedDocumentStore
from pipelines.types import Citation
from tests.pipelines.pdf_file import pdf_file
from tests.pipelines.sources.site import Page, Site, html

XML = {"Content-Type": "application/xml"}
Index = Callable[..., IndexSummary]


@pytest.fixture
def index(store: EmbeddedDocumentStore, encoder: SentenceEncoder, tmp_path: Path) -> Index:
    def index(*urls: str, limit: int = 100) -> IndexSummary:
        # Every run is a new process to the site: only what is on the disk is remembered.
        with Fetcher(allowed=any_address, delay=0.0) as fetcher:
            indexer = Indexer(store, encoder, visits=tmp_path / "visits.sqlite3", fetcher=fetcher, workers=0)
            return indexer.index(urls, options=SourceOptions(limit=limit))

    return index


def counts(summary: IndexSummary) -> tuple[int, int, int, int]:
    return summary.added, summary.changed, summary.unchanged, len(summary.failed)


def citation(store: EmbeddedDocumentStore, url: str) -> Citation:
    article = store.article(article_id(url))
    assert article is not None
    return article.citation


def rss(site: Site, *paths: str) -> Page:
    items = "".join(
        f"<item><title>Feed title of {path}</title><link>{site.url(path)}?utm_source=rss</link>"
        "<pubDate>Tue, 05 Jan 2021 10:30:00 GMT</pubDate><author>ann@a.example (Ann Lee)</author></item>"
        for path in paths
    )
    return Page(
        f'<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>{items}</channel></rss>', headers=XML
    )


def sitemap(*entries: tuple[str, str]) -> str:
    urls = "".join(f"<url><loc>{url}</loc><lastmod>{changed}</lastmod></url>" for url, changed in entries)
    return f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'


def test_a_page_is_cited_with_its_site_and_address(site: Site, store: EmbeddedDocumentStore, index: Index) -> None:
    site.pages["/a"] = html("Burst pipe closes museum")

    assert counts(index(site.url("/a#top"))) == (1, 0, 0, 0)

    found = citation(store, site.url("/a"))
    assert (found.title, found.source, found.url) == ("Burst pipe closes museum", "127.0.0.1", site.url("/a"))


def test_a_page_that_did_not_change_is_not_sent_again(site: Site, index: Index) -> None:
    site.pages["/a"] = html("Burst pipe closes museum")
    site.pages["/a"].headers = {**site.pages["/a"].headers, "ETag": '"1"'}
    index(site.url("/a"))

    assert counts(index(site.url("/a"))) == (0, 0, 1, 0)
    assert site.headers[-1]["if-none-match"] == '"1"'


def test_a_page_without_validators_is_compared(site: Site, index: Index) -> None:
    site.pages["/a"] = html("Burst pipe closes museum")
    index(site.url("/a"))

    assert counts(index(site.url("/a"))) == (0, 0, 1, 0)
    site.pages["/a"] = html("Museum opens again")
    assert counts(index(site.url("/a"))) == (0, 1, 0, 0)


def test_a_page_that_was_removed_from_the_index_is_fetched_again(
    site: Site, store: EmbeddedDocumentStore, index: Index
) -> None:
    site.pages["/a"] = html("Burst pipe closes museum")
    site.pages["/a"].headers = {**site.pages["/a"].headers, "ETag": '"1"'}
    index(site.url("/a"))
    store.delete_articles([article_id(site.url("/a"))])

    assert counts(index(site.url("/a"))) == (1, 0, 0, 0)


def test_files_on_the_web_are_read_by_their_type(site: Site, store: EmbeddedDocumentStore, index: Index) -> None:
    site.pages["/a"] = Page(pdf_file([["The museum closed."]]), headers={"Content-Type": "application/pdf"})
    site.pages["/b"] = Page("The café closed.".encode("cp1252"), headers={"Content-Type": "text/plain; charset=cp1252"})
    site.pages["/c.md"] = Page(
        "# A heading\n\nThe museum closed.", headers={"Content-Type": "application/octet-stream"}
    )
    site.pages["/d"] = Page(b"\x89PNG", headers={"Content-Type": "image/png"})

    summary = index(*map(site.url, ("/a", "/b", "/c.md", "/d", "/gone")))

    assert [error.reason for error in summary.failed] == [
        "is image/png, which is no kind of article",
        "answered 404 Not Found",
    ]
    assert citation(store, site.url("/c.md")).title == "A heading"
    stored = store.article(article_id(site.url("/b")))
    assert stored is not None
    assert stored.text == "The café closed."


def test_of_a_feed_only_what_is_new_is_fetched(site: Site, index: Index) -> None:
    site.pages["/feed"] = rss(site, "/a", "/b")
    site.pages["/a"], site.pages["/b"] = html("First"), html("Second")
    assert counts(index(site.url("/feed"))) == (2, 0, 0, 0)
    site.pages["/feed"] = rss(site, "/c", "/a", "/b")
    site.pages["/c"] = html("Third")
    site.asked.clear()

    assert counts(index(site.url("/feed"))) == (1, 0, 2, 0)
    assert site.asked_for_pages() == ["/feed", "/c"]


def test_a_feed_that_did_not_change_is_not_sent_again_once_all_of_it_is_indexed(site: Site, index: Index) -> None:
    site.pages["/feed"] = rss(site, "/a", "/b")
    site.pages["/feed"].headers = {**XML, "ETag": '"1"'}
    site.pages["/a"] = html("First")
    assert counts(index(site.url("/feed"))) == (1, 0, 0, 1)
    site.pages["/b"] = html("Second")

    # What failed last time is tried again although the feed is the same.
    assert counts(index(site.url("/feed"))) == (1, 0, 1, 0)
    assert counts(index(site.url("/feed"))) == (0, 0, 2, 0)
    assert "if-none-match" not in site.headers[-1]
    assert counts(index(site.url("/feed"))) == (0, 0, 1, 0)
    assert site.headers[-1]["if-none-match"] == '"1"'


def test_a_feed_s_title_date_and_author_count_where_the_page_has_none(
    site: Site, store: EmbeddedDocumentStore, index: Index
) -> None:
    site.pages["/feed"] = rss(site, "/a")
    site.pages["/a"] = Page("The museum closed on Monday.", headers={"Content-Type": "text/plain"})
    index(site.url("/feed"))

    found = citation(store, site.url("/a"))
    assert (found.title, found.published, found.author) == ("Feed title of /a", date(2021, 1, 5), "Ann Lee")


def test_an_atom_feed_is_read(site: Site, index: Index) -> None:
    site.pages["/feed"] = Page(
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>News</title><link rel="self" href="/feed"/>'
        '<entry><title>First</title><link rel="replies" href="/no"/><link href="/a"/>'
        "<published>2021-01-05T10:30:00Z</published></entry></feed>",
        headers=XML,
    )
    site.pages["/a"] = html("First")

    assert counts(index(site.url("/feed"))) == (1, 0, 0, 0)
    assert site.asked_for_pages() == ["/feed", "/a"]


def test_of_a_sitemap_the_newest_come_first_up_to_the_limit(site: Site, index: Index) -> None:
    pages = [(site.url(f"/{day}"), f"2021-01-0{day}") for day in (1, 3, 2)]
    site.pages["/sitemap.xml"] = Page(sitemap(*pages, ("https://elsewhere.example/a", "2021-02-01")), headers=XML)
    for day in (1, 2, 3):
        site.pages[f"/{day}"] = html(f"News of day {day}")

    summary = index(site.url("/sitemap.xml"), limit=2)

    assert counts(summary) == (2, 0, 0, 0)
    assert site.asked_for_pages() == ["/sitemap.xml", "/3", "/2"]
    assert [skipped.reason for skipped in summary.skipped] == ["lists more than 2 articles; take more with --limit"]


def test_of_a_sitemap_what_did_not_change_since_is_not_asked_for(site: Site, index: Index) -> None:
    site.pages["/sitemap.xml"] = Page(sitemap((site.url("/1"), "2021-01-01")), headers=XML)
    site.pages["/1"] = html("News")
    index(site.url("/sitemap.xml"))
    site.asked.clear()

    assert counts(index(site.url("/sitemap.xml"))) == (0, 0, 1, 0)
    assert site.asked_for_pages() == ["/sitemap.xml"]


def test_a_sitemap_of_packed_sitemaps_is_followed(site: Site, index: Index) -> None:
    site.pages["/sitemap.xml"] = Page(
        '<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
        f"<sitemap><loc>{site.url('/one.xml.gz')}</loc></sitemap>"
        f"<sitemap><loc>{site.url('/sitemap.xml')}</loc></sitemap></sitemapindex>",
        headers=XML,
    )
    packed = gzip.compress(sitemap((site.url("/1"), "2021-01-01")).encode())
    site.pages["/one.xml.gz"] = Page(packed, headers={"Content-Type": "application/gzip"})
    site.pages["/1"] = html("News")

    summary = index(site.url("/sitemap.xml"))

    assert summary.added == 1
    # A sitemap that lists itself ends.
    assert all(error.reason == "is no sitemap" for error in summary.failed)


def test_a_listing_cannot_make_the_index_read_a_file_or_grow_without_bound(site: Site, index: Index) -> None:
    site.pages["/feed"] = Page(
        '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/passwd"><!ENTITY b "bbbbbbbbbb">'
        + "".join(f'<!ENTITY b{n} "{f"&b{n - 1};" * 10 if n else "&b;" * 10}">' for n in range(12))
        + "]><rss><channel><item><title>&a;&b11;</title><link>file:///etc/passwd</link></item></channel></rss>",
        headers=XML,
    )

    summary = index(site.url("/feed"))

    assert summary.added == 0
    assert site.asked_for_pages() == ["/feed"]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("HTTP://Example.ORG:80", "http://example.org/"),
        ("https://example.org:443/a?b=c&utm_source=x&fbclid=y#top", "https://example.org/a?b=c"),
        ("https://example.org/a?b=c+d&e", "https://example.org/a?b=c+d&e"),
        (" https://example.org/A ", "https://example.org/A"),
    ],
)
def test_an_address_identifies_its_article_in_one_way(url: str, expected: str) -> None:
    assert normalise(url) == normalise(expected) == expected
