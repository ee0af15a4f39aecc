"""The control API under `/simulator`: what a test turns, breaks, counts and compares with.

Bodies and answers are JSON; a wrong name or value is 400 `{"error": …}`, an unknown account or object type 404.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from typing import Annotated, Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from simulator.faults import Fault
from simulator.records.portal import Portal, by_portal_id
from simulator.truth import TRUTH_CHUNK, lines
from simulator.world import World

Counts = dict[str, Annotated[int, msgspec.Meta(ge=0)]]
Endpoint = Callable[[Request], Awaitable[Response]]


class AppChange(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What a developer may change of the registered app."""

    client_secret: str | None = None
    redirect_uris: frozenset[str] | None = None
    required_scopes: frozenset[str] | None = None


def routes(world: World) -> list[BaseRoute]:
    control = Control(world)
    table: list[tuple[str, str, Endpoint]] = [
        ("/health", "GET", control.health),
        ("/reset", "POST", control.reset),
        ("/settings", "GET", control.show_settings),
        ("/settings", "PATCH", control.change_settings),
        ("/app", "PATCH", control.change_app),
        ("/faults", "GET", control.list_faults),
        ("/faults", "POST", control.add_fault),
        ("/faults", "DELETE", control.clear_faults),
        ("/faults/{fault_id}", "DELETE", control.remove_fault),
        ("/log", "GET", control.show_log),
        ("/log", "DELETE", control.clear_log),
        ("/portals", "GET", control.list_portals),
        ("/portals/{portal_id}/seed", "PUT", control.seed),
        ("/portals/{portal_id}/revoke", "POST", control.uninstall),
        ("/portals/{portal_id}/expire", "POST", control.expire),
        ("/portals/{portal_id}/records/{object_type}", "GET", control.records),
    ]
    return [Route(f"/simulator{path}", _checked(endpoint), methods=[method]) for path, method, endpoint in table]


class ControlError(Exception):
    """A control request that cannot be followed."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def _checked(endpoint: Endpoint) -> Endpoint:
    async def checked(request: Request) -> Response:
        try:
            return await endpoint(request)
        except ControlError as exc:
            return _json({"error": str(exc)}, exc.status)
        except (msgspec.DecodeError, re.error) as exc:
            return _json({"error": str(exc)}, 400)

    return checked


def _json(body: object, status: int = 200) -> Response:
    return Response(msgspec.json.encode(body), status, media_type="application/json")


class Control:
    def __init__(self, world: World) -> None:
        self.world = world

    async def health(self, _request: Request) -> Response:
        return _json({"status": "ok"})

    async def reset(self, _request: Request) -> Response:
        self.world.reset()
        return Response(status_code=204)

    async def show_settings(self, _request: Request) -> Response:
        return _json(self.world.settings)

    async def change_settings(self, request: Request) -> Response:
        self.world.settings = self.world.settings.changed(await request.body())
        return _json(self.world.settings)

    async def change_app(self, request: Request) -> Response:
        change = msgspec.json.decode(await request.body(), type=AppChange)
        named = {name: value for name, value in msgspec.structs.asdict(change).items() if value is not None}
        self.world.app = replace(self.world.app, **named)
        return Response(status_code=204)

    async def list_faults(self, _request: Request) -> Response:
        return _json({"faults": self.world.faults.orders()})

    async def add_fault(self, request: Request) -> Response:
        fault = msgspec.json.decode(await request.body(), type=Fault)
        return _json({"id": self.world.faults.add(fault)}, 201)

    async def clear_faults(self, _request: Request) -> Response:
        self.world.faults.clear()
        return Response(status_code=204)

    async def remove_fault(self, request: Request) -> Response:
        self.world.faults.remove(request.path_params["fault_id"])
        return Response(status_code=204)

    async def show_log(self, request: Request) -> Response:
        path = request.query_params.get("path")
        return _json({"requests": self.world.log.matching(re.compile(path) if path else None)})

    async def clear_log(self, _request: Request) -> Response:
        self.world.log.clear()
        return Response(status_code=204)

    async def list_portals(self, _request: Request) -> Response:
        return _json({"portals": [_portal(portal) for portal in self.world.portals.values()]})

    async def seed(self, request: Request) -> Response:
        portal = self._portal(request)
        counts = msgspec.json.decode(await request.body() or b"{}", type=Counts)
        if unknown := [name for name in counts if name not in portal.tables]:
            raise ControlError(400, f"unknown: {', '.join(unknown)}")
        self.world.reseed(portal, counts)
        return _json(_portal(self._portal(request)))

    async def uninstall(self, request: Request) -> Response:
        self.world.ledger.uninstall(self._portal(request).portal_id)
        return Response(status_code=204)

    async def expire(self, request: Request) -> Response:
        self.world.ledger.expire(self._portal(request).portal_id)
        return Response(status_code=204)

    async def records(self, request: Request) -> Response:
        portal = self._portal(request)
        table = portal.tables.get(request.path_params["object_type"])
        if table is None:
            raise ControlError(404, "unknown object type")
        archived = request.query_params.get("archived") == "true"

        async def stream() -> AsyncIterator[bytes]:
            rows = table.dead if archived else table.live
            for start in range(0, len(rows), TRUTH_CHUNK):
                yield lines(portal, table, rows[start : start + TRUTH_CHUNK])
                await asyncio.sleep(0)

        return StreamingResponse(stream(), media_type="application/x-ndjson")

    def _portal(self, request: Request) -> Portal:
        portal = by_portal_id(self.world.portals, request.path_params["portal_id"])
        if portal is None:
            raise ControlError(404, "unknown account")
        return portal


def _portal(portal: Portal) -> dict[str, Any]:
    profile = portal.profile
    return {
        "portal_id": str(profile.portal_id),
        "name": profile.name,
        "hublet": profile.hublet,
        "ui_domain": profile.ui_domain,
        "available_scopes": sorted(profile.available_scopes),
        "records": portal.counts(),
        "archived": {name: len(table.dead) for name, table in portal.tables.items()},
    }
