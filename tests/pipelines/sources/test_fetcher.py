"""Fetching is polite, bounded, and no way into the network that fetches."""

import gzip
from collections.abc import Callable, Iterator
from itertools import count

import pytest

from pipelines.errors import SourceError
from pipelines.sources.addresses import any_address, is_public
from pipelines.sources.fetcher import Fetcher
from pipelines.sources.files import LARGEST_FILE
from tests.pipelines.sources.site import Page, Site

Make = Callable[..., Fetcher]


@pytest.fixture
def make() -> Iterator[Make]:
    made: list[Fetcher] = []

    def make(**options: object) -> Fetcher:
        fetcher = Fetcher(**{"allowed": any_address, "delay": 0.0, **options})  # type: ignore[arg-type]
        made.append(fetcher)
        return fetcher

    yield make
    for fetcher in made:
        fetcher.close()


def reason(fetcher: Fetcher, url: str) -> str:
    with pytest.raises(SourceError) as refused:
        fetcher.fetch(url)
    assert refused.value.source == url
    return refused.value.reason


def test_a_page_is_fetched_with_what_the_site_says_of_it(site: Site, make: Make) -> None:
    site.pages["/a"] = Page("caf\u00e9".encode("latin-1"), headers={"Content-Type": "Text/HTML; charset=ISO-8859-1"})

    fetched = make().fetch(site.url("/a"))

    assert fetched is not None
    assert (fetched.data, fetched.media_type, fetched.encoding) == (b"caf\xe9", "text/html", "iso-8859-1")


def test_the_user_agent_says_who_asks(site: Site, make: Make) -> None:
    site.pages["/a"] = Page("x")

    make().fetch(site.url("/a"))

    assert all(headers["user-agent"].startswith("Verbatim/") for headers in site.headers)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "localhost", "[::1]", "0.0.0.0", "127.1", "2130706433", "0x7f000001", "[::ffff:127.0.0.1]",
        "169.254.169.254", "10.0.0.1", "192.168.1.1", "172.16.0.1", "100.64.0.1", "[fe80::1]", "[fc00::1]",
        "[64:ff9b::7f00:1]", "224.0.0.1", "255.255.255.255",
    ],
)  # fmt: skip
def test_a_private_address_is_never_connected_to(host: str, site: Site, make: Make) -> None:
    site.pages["/"] = Page("secret")

    assert "--allow-private" in reason(make(allowed=is_public), site.url("/", host))
    assert site.asked == []


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:4700::1111", "8.8.8.8"])
def test_a_public_address_is_public(address: str) -> None:
    assert is_public(address)


def test_a_name_is_looked_up_once_and_that_address_is_connected_to(site: Site, make: Make) -> None:
    site.pages["/"] = Page("x")
    looked_up: list[str] = []

    def resolve(host: str, port: int) -> list[str]:
        looked_up.append(host)
        return ["10.9.9.9", "127.0.0.1"]

    fetcher = make(allowed=lambda address: address == "127.0.0.1", resolve=resolve)
    fetcher.fetch(f"http://news.example:{site.port}/")

    assert looked_up == ["news.example"] * 2  # the rules and the page
    assert {headers["host"] for headers in site.headers} == {f"news.example:{site.port}"}


def test_a_redirect_to_a_private_address_is_refused(site: Site, make: Make) -> None:
    site.pages["/"] = Page(status=302, headers={"Location": f"http://inside.example:{site.port}/secret"})
    site.pages["/secret"] = Page("secret")

    def resolve(host: str, port: int) -> list[str]:
        return ["127.0.0.2" if host == "inside.example" else "127.0.0.1"]

    fetcher = make(allowed=lambda address: address == "127.0.0.1", resolve=resolve)

    assert "its address 127.0.0.2 is private" in reason(fetcher, f"http://outside.example:{site.port}/")
    assert "/secret" not in site.asked


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://a.example/", "javascript:alert(1)", "//[::1"])
def test_a_redirect_to_anything_but_the_web_is_refused(target: str, site: Site, make: Make) -> None:
    site.pages["/"] = Page(status=301, headers={"Location": target})

    assert reason(make(), site.url()).startswith(("leads to", "cannot be fetched", "is no address"))


def test_a_redirect_is_followed_but_not_for_ever(site: Site, make: Make) -> None:
    site.pages["/a"] = Page(status=301, headers={"Location": "/b?c=d"})
    site.pages["/b?c=d"] = Page("x")
    site.pages["/loop"] = Page(status=302, headers={"Location": "/loop"})
    fetcher = make()

    fetched = fetcher.fetch(site.url("/a"))

    assert fetched is not None
    assert fetched.url == site.url("/b?c=d")
    assert reason(fetcher, site.url("/loop")) == "redirects too often"


def test_the_site_s_rules_are_obeyed_and_read_once(site: Site, make: Make) -> None:
    site.pages["/robots.txt"] = Page("User-agent: *\nDisallow: /private/*.html$\n")
    site.pages["/private/a.html"] = site.pages["/public"] = Page("x")
    site.pages["/sly"] = Page(status=302, headers={"Location": "/private/a.html"})
    fetcher = make()

    assert "robots.txt forbids it" in reason(fetcher, site.url("/private/a.html"))
    assert "robots.txt forbids it" in reason(fetcher, site.url("/sly"))
    assert fetcher.fetch(site.url("/public")) is not None
    assert site.asked == ["/robots.txt", "/sly", "/public"]


def test_rules_for_this_robot_by_name_are_obeyed(site: Site, make: Make) -> None:
    site.pages["/robots.txt"] = Page("User-agent: Verbatim\nDisallow: /\n\nUser-agent: *\nAllow: /\n")

    assert "robots.txt forbids it" in reason(make(), site.url("/a"))


def test_a_site_whose_rules_cannot_be_read_now_is_left_alone(site: Site, make: Make) -> None:
    site.pages["/robots.txt"] = Page("broken", status=503)
    site.pages["/a"] = Page("x")

    assert reason(make(), site.url("/a")).startswith("is left alone for now: the site's robots.txt answered 503")
    assert "/a" not in site.asked


def test_there_is_a_pause_between_requests_to_one_host(site: Site, make: Make) -> None:
    clock = 0.0
    pauses: list[float] = []

    def sleep(seconds: float) -> None:
        nonlocal clock
        pauses.append(seconds)
        clock += seconds

    site.pages["/a"] = Page("x")
    site.pages["/robots.txt"] = Page("User-agent: *\nCrawl-delay: 7\n")
    fetcher = make(delay=2.0, now=lambda: clock, sleep=sleep, resolve=lambda host, port: ["127.0.0.1"])

    for _ in range(3):
        fetcher.fetch(site.url("/a"))
    fetcher.fetch(f"http://other.example:{site.port}/a")

    # The second host's rules need no pause; its page does.
    assert pauses == [7.0, 7.0, 7.0, 7.0]


def test_what_did_not_change_is_not_sent_again(site: Site, make: Make) -> None:
    site.pages["/a"] = Page("x", headers={"ETag": '"1"'})
    fetcher = make()
    first = fetcher.fetch(site.url("/a"))
    assert first is not None

    assert fetcher.fetch(site.url("/a"), first.validators) is None
    site.pages["/a"] = Page("y", headers={"ETag": '"2"'})
    again = fetcher.fetch(site.url("/a"), first.validators)
    assert again is not None
    assert again.data == b"y"


def test_an_answer_without_end_is_cut_off(site: Site, make: Make) -> None:
    site.pages["/a"] = Page(b"x" * 2**20, times=2 * LARGEST_FILE // 2**20)
    site.pages["/bomb"] = Page(gzip.compress(bytes(2 * LARGEST_FILE)), headers={"Content-Encoding": "gzip"})
    fetcher = make()

    assert reason(fetcher, site.url("/a")) == "has more than 32 MB, the most an article may have"
    assert reason(fetcher, site.url("/bomb")) == "has more than 32 MB, the most an article may have"


def test_an_answer_that_takes_too_long_is_given_up(site: Site, make: Make) -> None:
    site.pages["/a"] = Page("x" * 2**17)
    seconds = count(0, 45)

    assert reason(make(now=lambda: next(seconds)), site.url("/a")) == "takes longer than 60 s to fetch"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://127.0.0.1:1/", "cannot be fetched"),
        ("http://no-such-host.invalid/", "cannot be fetched: there is no host no-such-host.invalid"),
        ("http://[::1/", ""),
        ("http://exa mple/", ""),
        ("https://" + "a" * 300 + ".example/", "cannot be fetched"),
    ],
)
def test_what_cannot_be_reached_is_named_with_the_reason(url: str, expected: str, make: Make) -> None:
    assert reason(make(), url).startswith(expected)


def test_an_error_of_the_site_is_told(site: Site, make: Make) -> None:
    assert reason(make(), site.url("/gone")) == "answered 404 Not Found"
