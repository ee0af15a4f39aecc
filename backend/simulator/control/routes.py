"""All routes of the control API."""

from __future__ import annotations

from starlette.routing import BaseRoute, Route

from simulator.control.accounts import Accounts
from simulator.control.answers import checked
from simulator.control.records import Records
from simulator.control.switches import Switches
from simulator.control.webhooks import Webhooks
from simulator.state import SimulatorState


def routes(state: SimulatorState) -> list[BaseRoute]:
    lines = [*Switches(state).lines(), *Accounts(state).lines(), *Records(state).lines(), *Webhooks(state).lines()]
    return [Route(f"/simulator{path}", checked(endpoint), methods=[method]) for path, method, endpoint in lines]
