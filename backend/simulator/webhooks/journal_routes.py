"""The journal's routes: subscriptions, the next file, and the files themselves."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from simulator.call import JSON
from simulator.errors import RefusalError, invalid, not_authenticated
from simulator.moments import iso_millis
from simulator.state import SimulatorState
from simulator.webhooks.journal import File

Endpoint = Callable[[SimulatorState, Request], Awaitable[Response]]
_BASE = "/webhooks-journal"
_VERSION = "2026-03"
FILES = f"{_BASE}/files"


def routes(state: SimulatorState) -> list[BaseRoute]:
    journal, subscriptions = f"{_BASE}/journal/{_VERSION}", f"{_BASE}/subscriptions/{_VERSION}"
    return [
        Route(f"{journal}/earliest", _guarded(state, _earliest), methods=["GET"]),
        Route(f"{journal}/offset/{{offset}}/next", _guarded(state, _next), methods=["GET"]),
        Route(subscriptions, _guarded(state, _list), methods=["GET"]),
        Route(subscriptions, _guarded(state, _subscribe), methods=["POST"]),
        Route(f"{FILES}/{{name}}", partial(_file, state), methods=["GET"]),
    ]


def _guarded(state: SimulatorState, endpoint: Endpoint) -> Callable[[Request], Awaitable[Response]]:
    """Only for the app's own token."""

    async def answer(request: Request) -> Response:
        try:
            if not state.journal.accepts(request.headers.get("authorization", "")):
                raise not_authenticated()
            return await endpoint(state, request)
        except RefusalError as refusal:
            return _json(refusal.envelope(request.scope["simulator.correlation_id"]), refusal.status)

    return answer


async def _earliest(state: SimulatorState, _request: Request) -> Response:
    return _entry(state, state.journal.after(None))


async def _next(state: SimulatorState, request: Request) -> Response:
    try:
        return _entry(state, state.journal.after(request.path_params["offset"]))
    except KeyError:
        return _json({"category": "OBJECT_NOT_FOUND", "message": "unknown offset", "correlationId": ""}, 404)


async def _list(state: SimulatorState, _request: Request) -> Response:
    return _json({"results": state.journal.subscriptions})


async def _subscribe(state: SimulatorState, request: Request) -> Response:
    try:
        wanted = msgspec.json.decode(await request.body(), type=dict[str, object])
    except msgspec.DecodeError:
        raise invalid("Invalid input JSON") from None
    if "subscriptionType" not in wanted:
        raise invalid("subscriptionType is required")
    subscription = wanted | {"id": len(state.journal.subscriptions) + 1, "appId": state.app.app_id}
    state.journal.subscriptions.append(subscription)
    return _json(subscription)


async def _file(state: SimulatorState, request: Request) -> Response:
    content = state.journal.content_at(request.path_params["name"])
    return Response(status_code=403) if content is None else Response(content, media_type="application/json")


def _entry(state: SimulatorState, file: File | None) -> Response:
    if file is None:
        return Response(status_code=204)
    name, ends_ms = state.journal.address_of(file)
    url = f"{state.public_url}{FILES}/{name}"
    return _json({"currentOffset": file.offset, "expiresAt": iso_millis(ends_ms), "url": url})


def _json(body: object, status: int = 200) -> Response:
    return Response(msgspec.json.encode(body), status, media_type=JSON)
