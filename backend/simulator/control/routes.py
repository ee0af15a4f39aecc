"""All routes of the control API."""

from __future__ import annotations

from starlette.routing import BaseRoute, Route

from simulator.control.accounts import Accounts
from simulator.control.answers import checked
from simulator.control.records import Records
from simulator.control.switches import Switches
from simulator.world import World


def routes(world: World) -> list[BaseRoute]:
    lines = [*Switches(world).lines(), *Accounts(world).lines(), *Records(world).lines()]
    return [Route(f"/simulator{path}", checked(endpoint), methods=[method]) for path, method, endpoint in lines]
