"""Standard Webhooks, scheme v1: HMAC-SHA256 over delivery id, time of the attempt and the body as sent.

Keys show nothing of themselves, in no message and no repr. Sending and verifying go by the same functions, so that a
test ping and an alert cannot be signed differently.
"""

from __future__ import annotations

import hmac
from base64 import b64decode, b64encode
from binascii import Error as BadBase64
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256

from alerts.domain.errors import AlertsError, SettingsProblem

PREFIX = "whsec_"

# The specification's bounds for the random bytes of a secret.
KEY_BYTES_MIN = 24
KEY_BYTES_MAX = 64

# One endpoint signs with at most this many keys; a header that grew with every rotation would be refused one day.
KEYS_MAX = 10

# What the official libraries allow between the signed time and the receiver's clock, both ways.
TOLERANCE = timedelta(minutes=5)

# Signatures looked at in one header: more than KEYS_MAX with room for other schemes.
_SIGNATURES_MAX = 32


class SecretRefused(SettingsProblem):
    """A signing secret cannot be used; the message says why and never holds the secret."""


class SignatureRefused(AlertsError):
    """A message does not prove that it comes from who holds the key."""


class SigningKey:
    """The bytes of one secret. Its repr shows none of them."""

    __slots__ = ("_secret",)

    def __init__(self, secret: bytes) -> None:
        if not KEY_BYTES_MIN <= len(secret) <= KEY_BYTES_MAX:
            raise SecretRefused(
                f"the secret holds {len(secret)} bytes, {KEY_BYTES_MIN} to {KEY_BYTES_MAX} are needed; make a new one"
            )
        self._secret = secret

    def __repr__(self) -> str:
        return "SigningKey(...)"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SigningKey) and hmac.compare_digest(self._secret, other._secret)

    def __hash__(self) -> int:
        return hash(self._secret)

    def digest(self, signed: bytes) -> bytes:
        """Return the HMAC-SHA256 of the signed bytes."""
        return hmac.digest(self._secret, signed, sha256)


def parse_secret(text: str) -> SigningKey:
    r"""Return the key of a secret as people store it: `whsec_` and base64, perhaps with the editor's newline.

    Raises:
        SecretRefused: It is empty, has another form, is not base64, or is too short or too long.
    """
    written = text.rstrip("\r\n")
    if not written:
        raise SecretRefused("the secret is empty")
    if written.startswith(("v1,", "v1a,")):
        raise SecretRefused(f'the secret begins with a signature scheme; remove what stands before "{PREFIX}"')
    if written.startswith(("whsk_", "whpk_")):
        raise SecretRefused(f'this is an asymmetric key; a secret that begins with "{PREFIX}" is asked for')
    if not written.startswith(PREFIX):
        raise SecretRefused(f'the secret does not begin with "{PREFIX}"')
    encoded = written.removeprefix(PREFIX)
    if not encoded:
        raise SecretRefused(f'nothing follows "{PREFIX}"')
    try:
        secret = b64decode(encoded.encode("ascii"), validate=True)
    except (BadBase64, ValueError):
        # Not chained: the codec's own message may quote the text.
        raise SecretRefused(f'what follows "{PREFIX}" is not base64 (padding included)') from None
    return SigningKey(secret)


def signed_headers(keys: Sequence[SigningKey], *, message_id: str, at: datetime, body: bytes) -> dict[str, str]:
    """Return the three headers of one attempt, with one signature a key, newest key first.

    Args:
        keys: At least one; several while a secret is being rotated.
        message_id: The delivery's id, the same on every retry. It holds no dot.
        at: When this attempt is made, aware.
        body: The bytes that are sent.
    """
    assert 1 <= len(keys) <= KEYS_MAX, len(keys)
    assert "." not in message_id, message_id
    timestamp = str(int(at.timestamp()))
    signed = _signed_bytes(message_id, timestamp, body)
    signatures = (f"v1,{b64encode(key.digest(signed)).decode('ascii')}" for key in keys)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(signatures),
    }


def verify(
    keys: Sequence[SigningKey],
    headers: Mapping[str, str],
    body: bytes,
    *,
    now: datetime,
    tolerance: timedelta = TOLERANCE,
) -> str:
    """Return the message id of a body that one of the keys signed not long ago.

    Header names count in any case.

    Raises:
        SignatureRefused: A header is missing or malformed, the time is off by more than `tolerance`, or no signature
            fits. The message says which, and nothing of the expected signature.
    """
    given = {name.lower(): value for name, value in headers.items()}
    message_id, timestamp, signatures = (
        _header(given, name) for name in ("webhook-id", "webhook-timestamp", "webhook-signature")
    )
    _check_time(timestamp, now=now, tolerance=tolerance)
    signed = _signed_bytes(message_id, timestamp, body)
    expected = [key.digest(signed) for key in keys]
    for item in signatures.split(" ")[:_SIGNATURES_MAX]:
        found = _v1_signature(item)
        # compare_digest answers False for another length, so an empty `v1,` never fits.
        if found is not None and any(hmac.compare_digest(found, digest) for digest in expected):
            return message_id
    raise SignatureRefused("no signature in webhook-signature fits the body, id and time")


def _header(headers: Mapping[str, str], name: str) -> str:
    value = headers.get(name, "")
    if not value:
        raise SignatureRefused(f"the header {name} is missing or empty")
    return value


def _check_time(timestamp: str, *, now: datetime, tolerance: timedelta) -> None:
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        raise SignatureRefused("webhook-timestamp is not a whole number of seconds")
    if abs(int(timestamp) - now.timestamp()) > tolerance.total_seconds():
        raise SignatureRefused(
            f"webhook-timestamp lies more than {tolerance.total_seconds():g} s from the present; "
            "check the clock, or it is a replay"
        )


def _signed_bytes(message_id: str, timestamp: str, body: bytes) -> bytes:
    return f"{message_id}.{timestamp}.".encode("utf-8", "surrogateescape") + body


def _v1_signature(item: str) -> bytes | None:
    version, _, encoded = item.partition(",")
    if version != "v1":
        return None
    try:
        return b64decode(encoded.encode("ascii"), validate=True)
    except (BadBase64, ValueError):
        return None
