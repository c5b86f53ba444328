"""The HTTP port: reports in, and what operators look at. The application is made of what it is handed.

Routes: `POST /v1/reports`, `GET /metrics`, `GET /healthz`, `GET /readyz`. Every refusal is an RFC 9457 problem.
"""

from __future__ import annotations

import hmac
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from alerts.adapters.http_bodies import Intake, Limits
from alerts.adapters.http_problems import Refused, encoded
from alerts.adapters.http_reports import Accept, DeadLetter, ReportsPort
from alerts.pipeline.ports import Clock, Observer

REPORTS_PATH = "/v1/reports"

# What is being accepted when the process stops is on disk in milliseconds; a slow client is not waited for.
_SHUTDOWN_SECONDS = 5.0


def application(
    *,
    accept: Accept,
    dead_letter: DeadLetter,
    ready: Callable[[], Mapping[str, bool]],
    metrics: Callable[[str], tuple[bytes, str]],
    clock: Clock,
    observer: Observer,
    token: str | None = None,
    limits: Limits | None = None,
    alive: Callable[[], Mapping[str, bool]] = dict,
) -> web.Application:
    """Return the application.

    Args:
        accept: Makes reports durable, all or none, before it returns; raises StoreFull.
        dead_letter: Sets something aside by origin, cause and content; raises StoreFull.
        ready: What must be true for work to flow, by name.
        metrics: The exposition and its content type, for an Accept header.
        clock: Stamps `received_at`.
        observer: Counts what was received and refused, and is told of our own faults.
        token: The bearer token that posting asks for; None asks for none.
        limits: The bounds of the port.
        alive: What only a restart would mend, by name; while one is false, `/healthz` fails.
    """
    reports = ReportsPort(
        intake=Intake(limits or Limits()), accept=accept, dead_letter=dead_letter, clock=clock, observer=observer
    )
    app = web.Application(middlewares=[_problems(observer), _admission(token)])
    app.router.add_post(REPORTS_PATH, reports.post)
    app.router.add_get("/metrics", _metrics(metrics, ready, observer))
    app.router.add_get("/healthz", _healthz(alive))
    app.router.add_get("/readyz", _readyz(ready))
    return app


@asynccontextmanager
async def serving(app: web.Application, *, host: str, port: int) -> AsyncIterator[int]:
    """Serve an application while the block runs; gives the port, which the system chose if 0 was asked for.

    Raises:
        OSError: The address is taken or not this machine's.
    """
    # Bodies are refused compressed, so none is unpacked before its head was looked at.
    runner = web.AppRunner(
        app, access_log=None, auto_decompress=False, handle_signals=False, shutdown_timeout=_SHUTDOWN_SECONDS
    )
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port, backlog=512)
        await site.start()
        yield int(runner.addresses[0][1])
    finally:
        await runner.cleanup()


def _problems(observer: Observer) -> Middleware:
    @web.middleware
    async def problems(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            return await handler(request)
        except Refused as refused:
            observer.count("reports_refused", reason=refused.code)
            return refused.response()
        except web.HTTPException as refused:
            return _as_problem(refused)
        except Exception as fault:
            observer.error(
                "The HTTP port failed at a request; this is a fault of ours.",
                path=request.path[:200],
                cause=f"{type(fault).__name__}: {fault}"[:500],
            )
            return Refused(500, "our-fault", "this should not have happened; the log says more").response()

    return problems


def _as_problem(refused: web.HTTPException) -> web.Response:
    allowed = {"Allow": refused.headers["Allow"]} if "Allow" in refused.headers else None
    code = {404: "no-such-path", 405: "method-not-allowed"}.get(refused.status, "http")
    return Refused(refused.status, code, refused.reason, headers=allowed).response()


def _admission(token: str | None) -> Middleware:
    @web.middleware
    async def admission(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.path == REPORTS_PATH:
            _check_origin(request)
            _check_token(request, token)
        return await handler(request)

    return admission


def _check_origin(request: web.Request) -> None:
    """Refuse a web page of elsewhere: a browser posts to localhost for any page, and names the page in Origin."""
    origin = request.headers.get("Origin")
    if origin is not None and _netloc(origin) != request.headers.get("Host", ""):
        raise Refused(403, "foreign-origin", "reports are not taken from web pages of other origins")


def _netloc(origin: str) -> str | None:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return None


def _check_token(request: web.Request, token: str | None) -> None:
    if token is None:
        return
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    fits = hmac.compare_digest(given.strip().encode("utf-8", "surrogateescape"), token.encode("utf-8"))
    if scheme.lower() != "bearer" or not fits:
        detail = "send the token as `Authorization: Bearer <token>`"
        raise Refused(401, "unauthorized", detail, headers={"WWW-Authenticate": "Bearer"})


def _metrics(
    exposition: Callable[[str], tuple[bytes, str]], ready: Callable[[], Mapping[str, bool]], observer: Observer
) -> Handler:
    async def metrics(request: web.Request) -> web.StreamResponse:
        for check, holds in ready().items():
            observer.gauge("ready", holds, check=check)
        body, content_type = exposition(request.headers.get("Accept", ""))
        return web.Response(body=body, headers={"Content-Type": content_type})

    return metrics


def _healthz(alive: Callable[[], Mapping[str, bool]]) -> Handler:
    async def healthz(_request: web.Request) -> web.StreamResponse:
        failing = sorted(name for name, holds in alive().items() if not holds)
        if failing:
            return web.Response(status=503, text=f"no progress: {', '.join(failing)}\n")
        return web.Response(text="ok\n")

    return healthz


def _readyz(ready: Callable[[], Mapping[str, bool]]) -> Handler:
    async def readyz(_request: web.Request) -> web.StreamResponse:
        checks = dict(ready())
        is_ready = all(checks.values())
        body = encoded({"ready": is_ready, "checks": checks})
        return web.Response(status=200 if is_ready else 503, body=body, content_type="application/json")

    return readyz
