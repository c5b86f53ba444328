"""Which network addresses a webhook may be sent to: an explicit table, checked when a socket is about to connect.

`ipaddress.is_global` is not asked: it lets NAT64, 6to4, Teredo and other wrappings of private addresses through, and
its registries change with the Python version. Any name that resolves anew is checked anew, so DNS that answers twice
gains nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

_Network = IPv4Network | IPv6Network


def _table(rows: Mapping[str, str]) -> tuple[tuple[_Network, str], ...]:
    return tuple((ip_network(network), reason) for network, reason in rows.items())


# Never a receiver, whatever an endpoint's settings say.
_NEVER = _table(
    {
        "0.0.0.0/8": "this network (RFC 791)",
        "100.100.100.200/32": "Alibaba Cloud metadata",
        "168.63.129.16/32": "Azure platform",
        "169.254.0.0/16": "link-local and cloud metadata (RFC 3927)",
        "192.0.0.0/24": "protocol assignments (RFC 6890)",
        "192.0.2.0/24": "documentation (RFC 5737)",
        "192.88.99.0/24": "6to4 relay (RFC 7526)",
        "198.51.100.0/24": "documentation (RFC 5737)",
        "203.0.113.0/24": "documentation (RFC 5737)",
        "224.0.0.0/4": "multicast (RFC 5771)",
        "240.0.0.0/4": "reserved and broadcast (RFC 1112)",
        "::/128": "unspecified (RFC 4291)",
        "64:ff9b::/96": "NAT64 (RFC 6052)",
        "64:ff9b:1::/48": "local NAT64 (RFC 8215)",
        "100::/64": "discard (RFC 6666)",
        "2001::/23": "protocol assignments, Teredo among them (RFC 2928)",
        "2001:db8::/32": "documentation (RFC 3849)",
        "2002::/16": "6to4 (RFC 3056)",
        "3fff::/20": "documentation (RFC 9637)",
        "5f00::/16": "segment routing (RFC 9602)",
        "fd00:ec2::254/128": "AWS metadata",
        "fe80::/10": "link-local (RFC 4291)",
        "fec0::/10": "site-local (RFC 3879)",
        "ff00::/8": "multicast (RFC 4291)",
    }
)

# Someone's own network: allowed to an endpoint with `allow_private_network`.
_PRIVATE = _table(
    {
        "10.0.0.0/8": "private network (RFC 1918)",
        "100.64.0.0/10": "carrier network (RFC 6598)",
        "127.0.0.0/8": "this machine (RFC 1122)",
        "172.16.0.0/12": "private network (RFC 1918)",
        "192.168.0.0/16": "private network (RFC 1918)",
        "198.18.0.0/15": "benchmarking (RFC 2544)",
        "::1/128": "this machine (RFC 4291)",
        "fc00::/7": "private network (RFC 4193)",
    }
)

# Addresses with an IPv4 address inside that some stacks still route by it; refused whatever is inside, loopback
# (`::1`) aside, which is listed above.
_IPV4_COMPATIBLE = IPv6Network("::/96")


def refusal(address: str, *, allow_private_network: bool) -> str | None:
    """Return why an address may not be called, or None when it may.

    Args:
        address: An IP address as the resolver gives it; a scope (`%eth0`) is ignored, an IPv4 address mapped into
            IPv6 counts as that IPv4 address. Anything that is no IP address is refused.
        allow_private_network: Whether the endpoint may lie in the sender's own network.
    """
    try:
        found = _unwrapped(address.partition("%")[0])
    except ValueError:
        return "not an IP address"
    never = _reason(found, _NEVER)
    private = _reason(found, _PRIVATE)
    if never is None and private is None and found in _IPV4_COMPATIBLE:
        return "IPv4-compatible (RFC 4291)"
    return never or (None if allow_private_network else private)


def _unwrapped(address: str) -> IPv4Address | IPv6Address:
    found = ip_address(address)
    if isinstance(found, IPv6Address) and found.ipv4_mapped is not None:
        return found.ipv4_mapped
    return found


def _reason(address: IPv4Address | IPv6Address, table: tuple[tuple[_Network, str], ...]) -> str | None:
    return next((reason for network, reason in table if address in network), None)
