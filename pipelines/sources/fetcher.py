"""Fetching from the web, politely: with a name, by the site's rules, not too often, and never without bounds."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.metadata import version
from types import TracebackType
from typing import Self
from urllib.parse import urljoin, urlsplit

import httpx
from protego import Protego

from pipelines.errors import SourceError
from pipelines.sources.addresses import Allowed, CheckedTransport, Resolve, is_public, resolve
from pipelines.sources.files import LARGEST_FILE

ROBOT_NAME = "Verbatim"
USER_AGENT = f"{ROBOT_NAME}/{version('verbatim')} (indexes articles for question answering; obeys robots.txt)"
DELAY = 1.0
"""Seconds between two requests to one host, unless its robots.txt asks for more."""
_LONGEST_DELAY = 60.0
_TIMEOUT = httpx.Timeout(10.0)
_LONGEST_FETCH = 60.0
_MOST_REDIRECTS = 5
# RFC 9309: a robot has to read at least 500 KiB of the rules, and may stop there.
_LARGEST_RULES = 512 * 2**10
_ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,text/plain;q=0.8,*/*;q=0.5"


@dataclass(frozen=True, slots=True)
class Validators:
    """What a site gave to ask later whether something changed.

    :param etag: The entity tag.
    :param last_modified: The time of the last change, as the site wrote it.
    """

    etag: str | None = None
    last_modified: str | None = None

    def headers(self) -> dict[str, str]:
        """Make the headers of a conditional request."""
        given = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in given.items() if value}


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a site answered.

    :param url: The address after all redirects.
    :param data: The body.
    :param media_type: Its type, such as "text/html"; empty if the site did not say.
    :param encoding: The text encoding that the site named, or None.
    :param validators: For the next time.
    """

    url: str
    data: bytes = field(repr=False)
    media_type: str
    encoding: str | None
    validators: Validators


class _RedirectError(Exception):
    def __init__(self, target: str) -> None:
        self.target = target


class Fetcher:
    """Fetches one thing at a time.

    :param allowed: Tells whether an address may be connected to; by default only public ones may.
    :param delay: Seconds between two requests to one host, at least.
    :param resolve: Looks up names.
    :param now: The clock, in seconds.
    :param sleep: Waits for some seconds.
    """

    def __init__(
        self,
        *,
        allowed: Allowed = is_public,
        delay: float = DELAY,
        resolve: Resolve = resolve,
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._client = httpx.Client(
            transport=CheckedTransport(allowed=allowed, resolve=resolve),
            headers={"User-Agent": USER_AGENT, "Accept": _ACCEPT},
            timeout=_TIMEOUT,
            trust_env=False,
        )
        self._delay = delay
        self._now = now
        self._sleep = sleep
        self._rules: dict[str, Protego | str] = {}
        self._last: dict[str, float] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    def fetch(self, url: str, validators: Validators | None = None) -> Fetched | None:
        """Fetch an address.

        :param url: An http or https address.
        :param validators: Those of the last time, if the answer of then is still there.
        :returns: The answer, or None if nothing changed since.
        :raises SourceError: If it may not or cannot be fetched.
        """
        target = url
        for _ in range(_MOST_REDIRECTS + 1):
            try:
                self._check_allowed(url, target)
                return self._get(url, target, LARGEST_FILE, validators.headers() if validators else {})
            except _RedirectError as redirect:
                target = redirect.target
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                raise SourceError(url, f"cannot be fetched: {_reason(error)}") from error
            except ValueError as error:
                raise SourceError(url, "is no address") from error
        raise SourceError(url, "redirects too often")

    def _check_allowed(self, url: str, target: str) -> None:
        parts = urlsplit(target)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise SourceError(url, f"leads to {target[:80]!r}, which is no http or https address")
        rules = self._rules_of(f"{parts.scheme}://{parts.netloc}")
        if isinstance(rules, str):
            raise SourceError(url, rules)
        if not rules.can_fetch(target, ROBOT_NAME):
            raise SourceError(url, "may not be fetched: the site's robots.txt forbids it")

    def _rules_of(self, site: str) -> Protego | str:
        """Read a site's rules once; a text tells why nothing may be fetched there now."""
        if site not in self._rules:
            self._rules[site] = self._fetch_rules(site)
        return self._rules[site]

    def _fetch_rules(self, site: str) -> Protego | str:
        target = f"{site}/robots.txt"
        for _ in range(_MOST_REDIRECTS + 1):
            try:
                fetched = self._get(target, target, _LARGEST_RULES, {}, cut=True)
            except _RedirectError as redirect:
                target = redirect.target
            except SourceError as error:
                # Without rules everything is allowed; a site that cannot answer now is left alone (RFC 9309).
                if error.reason.startswith("answered 4"):
                    return Protego.parse("")
                return f"is left alone for now: the site's robots.txt {error.reason}"
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                return f"cannot be fetched: {_reason(error)}"
            else:
                return Protego.parse(fetched.data.decode("utf-8", "replace") if fetched else "")
        return Protego.parse("")

    def _get(
        self, url: str, target: str, largest: int, headers: dict[str, str], *, cut: bool = False
    ) -> Fetched | None:
        """Send one request and read the answer within bounds.

        :param url: What to call it in an error.
        :param target: What to fetch.
        :param largest: The most bytes to read.
        :param headers: More headers.
        :param cut: Leave out what is over the bound rather than fail.
        """
        self._wait_for_turn(target)
        deadline = self._now() + _LONGEST_FETCH
        with self._client.stream("GET", target, headers=headers) as response:
            if response.status_code == httpx.codes.NOT_MODIFIED and headers:
                return None
            if response.is_redirect:
                raise _RedirectError(urljoin(target, response.headers["location"]))
            if not response.is_success:
                raise SourceError(url, f"answered {response.status_code} {response.reason_phrase}".rstrip())
            body = bytearray()
            for chunk in response.iter_bytes(64 * 2**10):
                body += chunk
                if len(body) > largest:
                    if cut:
                        break
                    raise SourceError(url, f"has more than {largest // 2**20} MB, the most an article may have")
                if self._now() > deadline:
                    raise SourceError(url, f"takes longer than {_LONGEST_FETCH:.0f} s to fetch")
            return Fetched(
                target,
                bytes(body[:largest]),
                response.headers.get("content-type", "").split(";")[0].strip().lower(),
                response.charset_encoding,
                Validators(response.headers.get("etag"), response.headers.get("last-modified")),
            )

    def _wait_for_turn(self, target: str) -> None:
        parts = urlsplit(target)
        host = parts.hostname or ""
        rules = self._rules.get(f"{parts.scheme}://{parts.netloc}")
        asked = rules.crawl_delay(ROBOT_NAME) if isinstance(rules, Protego) else None
        delay = max(self._delay, min(asked or 0.0, _LONGEST_DELAY))
        if host in self._last and (left := self._last[host] + delay - self._now()) > 0:
            self._sleep(left)
        self._last[host] = self._now()


def _reason(error: Exception) -> str:
    if isinstance(error, httpx.TimeoutException):
        return "the site does not answer in time"
    return str(error) or type(error).__name__
