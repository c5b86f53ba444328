"""Refusals as RFC 9457 problem bodies. `code` is for machines and stable, `detail` for the person who reads the log."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus

from aiohttp import web

CONTENT_TYPE = "application/problem+json"

# Errors told in one answer; past it they repeat themselves.
ERRORS_MAX = 200


class Refused(Exception):
    """A request that is answered with a problem. Raised anywhere below the middleware of `http`."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        errors: Sequence[Mapping[str, object]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.detail = detail
        self.errors = errors
        self.headers = headers or {}

    def response(self) -> web.Response:
        """Return the answer; `type` is about:blank, so `title` is the status's own phrase (RFC 9457, 4.2.1)."""
        body: dict[str, object] = {
            "type": "about:blank",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "code": self.code,
            "detail": self.detail,
        }
        if self.errors:
            body["errors"] = list(self.errors[:ERRORS_MAX])
        return web.Response(
            status=self.status, body=encoded(body), content_type=CONTENT_TYPE, headers=dict(self.headers)
        )


def encoded(body: Mapping[str, object]) -> bytes:
    """Return JSON; half a surrogate pair, which an echoed key may hold, becomes a question mark."""
    return json.dumps(body, ensure_ascii=False, allow_nan=False).encode("utf-8", "replace")
