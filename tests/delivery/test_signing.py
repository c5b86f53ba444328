"""Signing and verifying by Standard Webhooks, with the official library as the oracle."""

from __future__ import annotations

import json
from base64 import b64encode
from datetime import UTC, datetime, timedelta

import pytest
import standardwebhooks
from hypothesis import given
from hypothesis import strategies as st

from alerts.delivery.signing import (
    KEYS_MAX,
    SecretRefused,
    SignatureRefused,
    SigningKey,
    parse_secret,
    signed_headers,
    verify,
)
from tests.delivery.builders import NOON

SECRET = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3"
KEY = parse_secret(SECRET)
OTHER = SigningKey(b"another key of 24 bytes.")
BODY = '{"quote":"Дорога на Хомс перекрыта 👩‍👩‍👧"}'.encode()
HEADERS = signed_headers([KEY], message_id="d_1", at=NOON, body=BODY)

_SECRETS = st.binary(min_size=24, max_size=64)
_IDS = st.text("abcdefghijklmnopqrstuvwxyz0123456789_", min_size=1, max_size=40)
_BODIES = st.text(st.characters(codec="utf-8")).map(str.encode)


def test_c16_an_editors_newline_does_not_break_a_secret() -> None:
    """C16: the secret file ends with a newline, as editors leave it."""
    assert parse_secret(SECRET + "\n") == parse_secret(SECRET + "\r\n") == SigningKey(b"0123456789abcdef01234567")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("v1,whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3", "scheme"),
        ("whsec_!!!!", "base64"),
        ("whsec_", "nothing follows"),
        ("whsec_YWJj", "3 bytes"),
        ("", "empty"),
        ("\n", "empty"),
        ("MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3", "does not begin"),
        ("whpk_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3", "asymmetric"),
        ("whsec_MDEyMzQ1Njc4OWFiY2Rl ZjAxMjM0NTY3", "base64"),
        ("whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY", "base64"),
        ("whsec_Ж", "base64"),
        ("whsec_" + b64encode(b"x" * 65).decode(), "65 bytes"),
    ],
)
def test_c16_anything_else_is_refused_by_reason_and_never_shown(text: str, reason: str) -> None:
    """C16: no bad secret decodes to a key that signs all the same, and no message shows a secret."""
    with pytest.raises(SecretRefused, match=reason) as refused:
        parse_secret(text)

    shown = text.strip().removeprefix("v1,").removeprefix("whsec_").removeprefix("whpk_")
    assert len(shown) < 4 or shown not in str(refused.value)
    assert refused.value.__cause__ is None


def test_no_repr_shows_a_key() -> None:
    """Keys end up in tracebacks and logs."""
    assert "0123" not in repr(KEY) + str(KEY) + repr([KEY])


@given(secret=_SECRETS, message_id=_IDS, said=st.text(st.characters(codec="utf-8")))
def test_what_we_sign_the_official_library_verifies(secret: bytes, message_id: str, said: str) -> None:
    """The oracle: any secret, id and JSON body."""
    body = json.dumps({"said": said}, ensure_ascii=False).encode()

    headers = signed_headers([SigningKey(secret)], message_id=message_id, at=datetime.now(UTC), body=body)

    official = standardwebhooks.Webhook(b64encode(secret).decode())
    assert official.verify(body.decode(), headers) == {"said": said}


@given(secret=_SECRETS, message_id=_IDS, body=_BODIES)
def test_our_signature_is_the_official_librarys(secret: bytes, message_id: str, body: bytes) -> None:
    """Byte for byte the same header."""
    headers = signed_headers([SigningKey(secret)], message_id=message_id, at=NOON, body=body)

    official = standardwebhooks.Webhook(b64encode(secret).decode()).sign(message_id, NOON, body.decode())
    assert headers["webhook-signature"] == official


@given(secret=_SECRETS, message_id=_IDS, body=st.binary(max_size=200), off=st.integers(-300, 300))
def test_what_we_sign_we_verify_within_the_tolerance(secret: bytes, message_id: str, body: bytes, off: int) -> None:
    """Sign, then verify: the id comes back, five minutes either way."""
    key = SigningKey(secret)
    headers = signed_headers([key], message_id=message_id, at=NOON, body=body)

    assert verify([key], headers, body, now=NOON + timedelta(seconds=off)) == message_id


@given(position=st.integers(0, len(BODY) - 1), bit=st.integers(0, 7))
def test_one_flipped_bit_is_noticed(position: int, bit: int) -> None:
    """The body is signed whole."""
    forged = bytearray(BODY)
    forged[position] ^= 1 << bit

    with pytest.raises(SignatureRefused):
        verify([KEY], HEADERS, bytes(forged), now=NOON)


def test_rotation_verifies_by_old_and_new_key() -> None:
    """While a secret is rotated, a message bears a signature by each key."""
    headers = signed_headers([OTHER, KEY], message_id="d_1", at=NOON, body=BODY)

    assert verify([KEY], headers, BODY, now=NOON) == verify([OTHER], headers, BODY, now=NOON) == "d_1"
    assert headers["webhook-signature"].count("v1,") == 2


@pytest.mark.parametrize(
    "change",
    [
        {"webhook-id": "d_2"},
        {"webhook-timestamp": str(int(NOON.timestamp()) + 1)},
        {"webhook-signature": ""},
        {"webhook-signature": "garbage"},
        {"webhook-signature": "v1,"},
        {"webhook-signature": "v1,a,b"},
        {"webhook-signature": "v1a," + HEADERS["webhook-signature"][3:]},
        {"webhook-signature": HEADERS["webhook-signature"][:-4]},
        {"webhook-signature": "v1,Ж"},
        {"webhook-timestamp": "1e9"},
        {"webhook-timestamp": "-5"},
        {"webhook-timestamp": "9" * 400},
        {"webhook-timestamp": "٣"},
    ],
)
def test_a_header_that_is_off_is_refused_cleanly(change: dict[str, str]) -> None:
    """Malformed or altered: a SignatureRefused that becomes a 401, never another exception that becomes a 500."""
    with pytest.raises(SignatureRefused):
        verify([KEY], HEADERS | change, BODY, now=NOON)


@pytest.mark.parametrize("seconds", [-301, 301, -86_400])
def test_an_old_or_future_message_is_refused(seconds: int) -> None:
    """A recorded message cannot be played again later."""
    with pytest.raises(SignatureRefused, match="replay"):
        verify([KEY], HEADERS, BODY, now=NOON + timedelta(seconds=seconds))


def test_nothing_is_ever_signed_without_a_key() -> None:
    """C16: no keys, no signature, no message."""
    with pytest.raises(AssertionError):
        signed_headers([], message_id="d_1", at=NOON, body=BODY)
    with pytest.raises(AssertionError):
        signed_headers([KEY] * (KEYS_MAX + 1), message_id="d_1", at=NOON, body=BODY)
