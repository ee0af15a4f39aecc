"""What is turned for the whole simulator: settings, the app's registration, faults, the request log."""

from __future__ import annotations

import re
from dataclasses import replace

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from simulator.control.answers import Line, done, in_json
from simulator.faults import Fault
from simulator.state import SimulatorState


class AppChange(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What a developer may change of the registered app."""

    client_secret: str | None = None
    redirect_uris: frozenset[str] | None = None
    required_scopes: frozenset[str] | None = None


class Switches:
    def __init__(self, state: SimulatorState) -> None:
        self.state = state

    def lines(self) -> list[Line]:
        return [
            ("/health", "GET", self.health),
            ("/reset", "POST", self.reset),
            ("/settings", "GET", self.show_settings),
            ("/settings", "PATCH", self.change_settings),
            ("/app", "PATCH", self.change_app),
            ("/faults", "GET", self.list_faults),
            ("/faults", "POST", self.add_fault),
            ("/faults", "DELETE", self.clear_faults),
            ("/faults/{fault_id}", "DELETE", self.remove_fault),
            ("/log", "GET", self.show_log),
            ("/log", "DELETE", self.clear_log),
        ]

    async def health(self, _request: Request) -> Response:
        return in_json({"status": "ok"})

    async def reset(self, _request: Request) -> Response:
        self.state.reset()
        return done()

    async def show_settings(self, _request: Request) -> Response:
        return in_json(self.state.settings)

    async def change_settings(self, request: Request) -> Response:
        self.state.environment.settings = self.state.settings.changed(await request.body())
        return in_json(self.state.settings)

    async def change_app(self, request: Request) -> Response:
        change = msgspec.json.decode(await request.body(), type=AppChange)
        named = {name: value for name, value in msgspec.structs.asdict(change).items() if value is not None}
        self.state.app = replace(self.state.app, **named)
        return done()

    async def list_faults(self, _request: Request) -> Response:
        return in_json({"faults": self.state.faults.orders()})

    async def add_fault(self, request: Request) -> Response:
        fault = msgspec.json.decode(await request.body(), type=Fault)
        return in_json({"id": self.state.faults.add(fault)}, 201)

    async def clear_faults(self, _request: Request) -> Response:
        self.state.faults.clear()
        return done()

    async def remove_fault(self, request: Request) -> Response:
        self.state.faults.remove(request.path_params["fault_id"])
        return done()

    async def show_log(self, request: Request) -> Response:
        path = request.query_params.get("path")
        return in_json({"requests": self.state.log.matching(re.compile(path) if path else None)})

    async def clear_log(self, _request: Request) -> Response:
        self.state.log.clear()
        return done()
