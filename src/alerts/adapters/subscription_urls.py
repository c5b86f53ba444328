"""Which URLs a subscription may name. It makes messages better; the control is the guard on every address dialled."""

from __future__ import annotations

import re
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

URL_MAX = 2_048

# Blanks, control characters, and the backslash that some parsers read as a slash.
_FOREIGN = re.compile(r"[\s\x00-\x20\x7f\\]")
# Resolvers read `127.1`, `0x7f.1` and `2130706433` as addresses; no name of the Internet ends in a number.
_NUMERIC = re.compile(r"(?:0[xX][0-9A-Fa-f]*|[0-9]+)")
_LABEL = re.compile(r"(?!-)[A-Za-z0-9_-]{1,63}(?<!-)")


def url_fault(url: str, *, allow_private_network: bool) -> str | None:
    """Return why a URL is refused, or None. The reason names no more of it than scheme and host: a path can be a key.

    Args:
        url: As written.
        allow_private_network: The owner vouches for a receiver at home: plain http and bare addresses are let through.
    """
    if len(url) > URL_MAX:
        return f"the URL has {len(url)} characters; at most {URL_MAX} are taken"
    if _FOREIGN.search(url):
        return "the URL holds a blank, a control character or a backslash; write them percent-encoded"
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return "this is no URL: its host or port cannot be read"
    if port == 0:
        return "the port must be 1 to 65535"
    return (
        _scheme_fault(parts, allow_private_network=allow_private_network)
        or _authority_fault(parts)
        or _host_fault(host, allow_private_network=allow_private_network)
    )


def _scheme_fault(parts: SplitResult, *, allow_private_network: bool) -> str | None:
    if parts.scheme == "https" or (parts.scheme == "http" and allow_private_network):
        return None
    if parts.scheme == "http":
        return "plain http is for receivers at home: use https, or set allow_private_network: true"
    return "the URL must begin with https://"


def _authority_fault(parts: SplitResult) -> str | None:
    if "@" in parts.netloc:
        return "the URL holds a user name or password: leave it out, deliveries are signed"
    if parts.fragment:
        return "the URL has a fragment (#...), which is never sent: leave it out"
    return None


def _host_fault(host: str, *, allow_private_network: bool) -> str | None:
    if not host:
        return "the URL names no host"
    if _is_address(host):
        return (
            None if allow_private_network else "the host is a bare address: name it, or set allow_private_network: true"
        )
    if _NUMERIC.fullmatch(host.rstrip(".").rpartition(".")[2]):
        return "the host looks like a number, which resolvers read as an address: write a name"
    return None if _is_name(host) else "the host is no domain name"


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _is_name(host: str) -> bool:
    try:
        labels = host.encode("idna").decode("ascii").rstrip(".").split(".")
    except UnicodeError:
        return False
    return all(_LABEL.fullmatch(label) for label in labels)
