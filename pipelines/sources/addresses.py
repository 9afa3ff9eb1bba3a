"""Only public addresses: what is fetched must not be a way into the network that fetches it."""

import ipaddress
import socket
from collections.abc import Callable, Sequence

import httpx

# Addresses that stand for an IPv4 address behind a translator (RFC 6052): the IPv4 address counts.
_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")

Resolve = Callable[[str, int], Sequence[str]]
"""From a host's name and a port to its addresses."""
Allowed = Callable[[str], bool]
"""Whether an address may be connected to."""


class PrivateAddressError(httpx.ConnectError):
    """A host has no address that is public."""


def resolve(host: str, port: int) -> list[str]:
    """Look up a host's addresses.

    :param host: Its name, or an address in any way of writing.
    :param port: The port.
    :returns: Its addresses in the order to try them.
    :raises OSError: If the name is not known.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def is_public(address: str) -> bool:
    """Tell whether an address may be reached over the internet.

    :param address: An IPv4 or IPv6 address.
    :returns: False for private, loopback, link-local, shared, multicast, reserved and unspecified ones, also where
        an IPv6 address only stands for one of those.
    """
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(parsed, ipaddress.IPv6Address):
        teredo = parsed.teredo
        behind = [parsed.ipv4_mapped, parsed.sixtofour, teredo[1] if teredo else None]
        if parsed in _TRANSLATED:
            behind.append(ipaddress.IPv4Address(int(parsed) & 0xFFFF_FFFF))
        if inner := next((one for one in behind if one is not None), None):
            return is_public(str(inner))
    return parsed.is_global and not (parsed.is_multicast or parsed.is_reserved or parsed.is_unspecified)


def any_address(address: str) -> bool:  # noqa: ARG001  it takes the place of `is_public`
    """Allow every address.

    :param address: An IPv4 or IPv6 address.
    """
    return True


class CheckedTransport(httpx.HTTPTransport):
    """Connects to the very address that was checked, so that a name cannot mean another one a moment later.

    :param allowed: Tells whether an address may be connected to.
    :param resolve: Looks up names.
    """

    def __init__(self, *, allowed: Allowed = is_public, resolve: Resolve = resolve) -> None:
        # Connections are not kept: two sites at one address must not share one.
        super().__init__(trust_env=False, limits=httpx.Limits(max_keepalive_connections=0))
        self._allowed = allowed
        self._resolve = resolve

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request to the checked address of its host.

        :param request: The request.
        :returns: The response.
        :raises PrivateAddressError: If the host has no public address.
        :raises httpx.TransportError: If it cannot be reached.
        """
        host = request.url.raw_host.decode("ascii").strip("[]")
        port = request.url.port or {"http": 80, "https": 443}[request.url.scheme]
        try:
            addresses = self._resolve(host, port)
        except (OSError, UnicodeError) as error:
            msg = f"there is no host {host}"
            raise httpx.ConnectError(msg, request=request) from error
        usable = [address for address in addresses if self._allowed(address)]
        if not usable:
            msg = f"its address {addresses[0] if addresses else host} is private; allow that with --allow-private"
            raise PrivateAddressError(msg, request=request)
        checked = httpx.Request(
            request.method,
            request.url.copy_with(host=usable[0]),
            headers=request.headers,
            stream=request.stream,
            extensions={**request.extensions, "sni_hostname": host},
        )
        return super().handle_request(checked)
