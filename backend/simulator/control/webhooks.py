"""Where webhooks go, and what goes wrong on their way."""

from __future__ import annotations

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from simulator.control.answers import Line, done, in_json
from simulator.state import SimulatorState
from simulator.webhooks.pushes import Order


class Webhooks:
    def __init__(self, state: SimulatorState) -> None:
        self.state = state

    def lines(self) -> list[Line]:
        return [
            ("/webhooks", "GET", self.show),
            ("/webhooks", "PUT", self.start),
            ("/webhooks", "DELETE", self.stop),
        ]

    async def show(self, _request: Request) -> Response:
        return in_json(self.state.pushes.state())

    async def start(self, request: Request) -> Response:
        """Send what changes from now on; what waits for an earlier target is dropped."""
        self.state.pushes.start(msgspec.json.decode(await request.body(), type=Order))
        return in_json(self.state.pushes.state())

    async def stop(self, _request: Request) -> Response:
        self.state.pushes.stop()
        return done()
