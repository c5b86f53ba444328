"""The table of addresses that webhooks may not be sent to."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.adapters.addresses import refusal

NEVER = """
0.0.0.0/8 100.100.100.200/32 168.63.129.16/32 169.254.0.0/16 192.0.0.0/24 192.0.2.0/24 192.88.99.0/24 198.51.100.0/24
203.0.113.0/24 224.0.0.0/4 240.0.0.0/4
::/128 64:ff9b::/96 64:ff9b:1::/48 100::/64 2001::/23 2001::/32 2001:db8::/32 2002::/16 3fff::/20 5f00::/16
fd00:ec2::254/128 fe80::/10 fec0::/10 ff00::/8
""".split()
PRIVATE = "10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 172.16.0.0/12 192.168.0.0/16 198.18.0.0/15 ::1/128 fc00::/7".split()
PUBLIC = [
    *("1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255"),
    *("128.0.0.0", "168.63.129.15", "169.253.255.255", "172.15.255.255", "172.32.0.0", "192.167.255.255"),
    *("192.169.0.0", "223.255.255.255", "2606:4700::1111", "2001:4860:4860::8888", "2a00::1", "::ffff:8.8.8.8"),
]
WRAPPED = [
    *("::ffff:127.0.0.1", "::ffff:7f00:1", "::ffff:169.254.169.254", "::ffff:10.0.0.1", "::127.0.0.1", "::7f00:1"),
    *("64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::1", "2001:0:7f00:1::1", "fe80::1%eth0"),
]


def edges(networks: list[str]) -> list[str]:
    """Return the first and last address of each network."""
    found = [ip_network(network) for network in networks]
    return [str(address) for network in found for address in (network[0], network[-1])]


@pytest.mark.parametrize("address", edges(NEVER))
def test_some_addresses_are_never_called(address: str) -> None:
    """Metadata, multicast, documentation, tunnels: no setting opens them."""
    assert refusal(address, allow_private_network=True)
    assert refusal(address, allow_private_network=False)


@pytest.mark.parametrize("address", edges(PRIVATE))
def test_a_private_address_is_called_only_where_that_is_allowed(address: str) -> None:
    """The sender's own network is for endpoints that say so."""
    assert refusal(address, allow_private_network=False)
    assert refusal(address, allow_private_network=True) is None


@pytest.mark.parametrize("address", PUBLIC)
def test_the_rest_of_the_world_is_called(address: str) -> None:
    """Neighbours of the listed networks among them: the table is not wider than it says."""
    assert refusal(address, allow_private_network=False) is None


@pytest.mark.parametrize("address", WRAPPED)
def test_no_wrapping_hides_an_address(address: str) -> None:
    """Mapped, compatible, NAT64, 6to4, Teredo: the IPv4 address inside does not get through."""
    assert refusal(address, allow_private_network=False)


@pytest.mark.parametrize("address", ["", "localhost", "127.1", "0x7f.1", "2130706433", "127.0.0.1:80", "\ud800"])
def test_what_is_no_address_is_refused(address: str) -> None:
    """The guard never guesses."""
    assert refusal(address, allow_private_network=True) == "not an IP address"


@given(number=st.integers(0, 2**32 - 1))
def test_a_mapped_address_counts_as_the_address_inside(number: int) -> None:
    """For every IPv4 address there is."""
    plain, mapped = str(IPv4Address(number)), str(IPv6Address(0xFFFF_0000_0000 + number))

    for allow in (False, True):
        assert refusal(mapped, allow_private_network=allow) == refusal(plain, allow_private_network=allow)


@given(number=st.integers(0, 2**32 - 1))
def test_what_the_standard_library_calls_private_is_refused(number: int) -> None:
    """An independent list: whatever it holds, ours does too."""
    address = IPv4Address(number)

    if address.is_private or address.is_multicast or address.is_reserved or address.is_link_local:
        assert refusal(str(address), allow_private_network=False)
