"""Which URLs a subscription may name."""

from __future__ import annotations

import pytest

from alerts.adapters.subscription_urls import url_fault
from tests.subscriptions.folder import SECRET, Folder


@pytest.mark.parametrize(
    "url",
    [
        "https://desk.example",
        "https://desk.example:8443/hook?key=1",
        "https://DESK.example./hook",
        "https://xn--e1afmkfd.example/",
        "https://пример.example/крюк",
        "https://my_host.internal/a%20b",
    ],
)
def test_good_urls_pass(url: str) -> None:
    """Names of any alphabet, with port, path and query."""
    assert url_fault(url, allow_private_network=False) is None


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("desk.example/hook", "https://"),
        ("http://desk.example", "plain http"),
        ("ftp://desk.example", "https://"),
        ("file:///etc/passwd", "https://"),
        ("https://", "no host"),
        ("https:///hook", "no host"),
        ("https://user:pass@desk.example", "user name"),
        ("https://user@desk.example", "user name"),
        ("https://desk.example/#part", "fragment"),
        ("https://desk.example/a b", "blank"),
        ("https://desk.example/\n", "blank"),
        ("https://desk.example\\@evil.example", "blank, a control character or a backslash"),
        ("https://desk.example:0/", "port"),
        ("https://desk.example:99999/", "host or port"),
        ("https://desk.example:x/", "host or port"),
        ("https://[::1/", "host or port"),
        ("https://127.0.0.1/", "bare address"),
        ("https://[::1]/", "bare address"),
        ("https://[::ffff:127.0.0.1]/", "bare address"),
        ("https://127.1/", "number"),
        ("https://0x7f.1/", "number"),
        ("https://2130706433/", "number"),
        ("https://0x7f000001/", "number"),
        ("https://desk.0x1/", "number"),
        ("https://-desk.example/", "domain name"),
        ("https://desk..example/", "domain name"),
        ("https://" + "a" * 64 + ".example/", "domain name"),
        ("https://desk.example/" + "a" * 2_048, "2048"),
    ],
)
def test_bad_urls_are_refused_with_a_reason(url: str, said: str) -> None:
    """Each is a slip, or a way around a check that looks at text."""
    fault = url_fault(url, allow_private_network=False)

    assert fault is not None
    assert said in fault


@pytest.mark.parametrize("url", ["http://127.0.0.1:9000/hook", "http://localhost:9000", "https://[::1]:9000/"])
def test_a_receiver_at_home_may_be_plain_and_bare(url: str) -> None:
    """Trying it out needs no certificate; the owner says so in the file."""
    assert url_fault(url, allow_private_network=True) is None
    assert url_fault("http://127.1/", allow_private_network=True) is not None


def test_a_urls_path_and_query_are_never_shown(folder: Folder) -> None:
    """They are keys at many receivers."""
    folder.write("s", SECRET)
    folder.write("desk.yaml", "id: desk\nurl: http://x:y@desk.example/T000/B000?token=XYZ\nsecret_file: s\n")
    folder.write("list.yaml", "https://desk.example/T000/B000?token=XYZ\n")

    shown = " ".join(str(problem) for problem in folder.read().problems)

    assert "user name" in shown or "plain http" in shown
    assert "B000" not in shown
    assert "XYZ" not in shown
