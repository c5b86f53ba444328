"""`alerts secret`: a new signing secret for a subscription."""

from __future__ import annotations

from base64 import b64encode
from secrets import token_bytes

import typer

from alerts.delivery.signing import PREFIX

# Within the 24 to 64 bytes that Standard Webhooks asks for: as long as the digest that it keys.
_BYTES = 32


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command(name="secret")(secret)


def secret() -> None:
    """Print a new signing secret (whsec_...); keep it in a file that a subscription names as secret_file."""
    typer.echo(PREFIX + b64encode(token_bytes(_BYTES)).decode("ascii"))
