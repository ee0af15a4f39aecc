"""What is done to one account: seed it, uninstall the app, age its tokens, change its records once or for a while."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from simulator.background_changes import Order
from simulator.control.answers import ControlError, Line, done, in_json
from simulator.crm.schemas import is_custom
from simulator.records.changes import Deed
from simulator.records.portal import Portal, by_portal_id
from simulator.seed.portals import Shape
from simulator.state import SimulatorState

Count = Annotated[int, msgspec.Meta(ge=0)]
# Beside the numbers of records, a seed may name these.
SHAPE_NAMES = ("crowd", "same_modified", "surveys")


class NewPortals(msgspec.Struct):
    number: Annotated[int, msgspec.Meta(ge=1, le=10_000)]
    records: dict[str, Count] = {}


class Label(msgspec.Struct, forbid_unknown_fields=True):
    label: str


class Accounts:
    def __init__(self, state: SimulatorState) -> None:
        self.state = state

    def lines(self) -> list[Line]:
        one = "/portals/{portal_id}"
        return [
            ("/portals", "GET", self.list_portals),
            ("/portals", "POST", self.add_portals),
            (f"{one}/seed", "PUT", self.seed),
            (f"{one}/revoke", "POST", self.uninstall),
            (f"{one}/expire", "POST", self.expire),
            (f"{one}/label/{{object_type}}", "PUT", self.relabel),
            (f"{one}/schemas/{{object_type}}", "PUT", self.define),
            (f"{one}/schemas/{{object_type}}", "DELETE", self.undefine),
            (f"{one}/mutate", "POST", self.mutate),
            (f"{one}/background-changes", "GET", self.show_background_changes),
            (f"{one}/background-changes", "POST", self.start_background_changes),
            (f"{one}/background-changes", "DELETE", self.stop_background_changes),
        ]

    async def list_portals(self, _request: Request) -> Response:
        return in_json({"portals": [_described(portal) for portal in self.state.portals.values()]})

    async def add_portals(self, request: Request) -> Response:
        """Take `{"number": 1000, "records": {"contacts": 5000}}`; answer the new accounts' ids."""
        order = msgspec.json.decode(await request.body(), type=NewPortals)
        _check_types(next(iter(self.state.portals.values())), order.records)
        added = await self.state.add_portals(order.number, order.records)
        return in_json({"portal_ids": [str(portal.portal_id) for portal in added]})

    async def seed(self, request: Request) -> Response:
        """Take numbers of records by object type, and what else a `Shape` names."""
        portal = portal_of(self.state, request)
        body = msgspec.json.decode(await request.body() or b"{}", type=dict[str, Any])
        label = msgspec.convert(body.pop("custom_label", None), str | None)
        counts = msgspec.convert(body, dict[str, Count])
        shape = Shape(custom_label=label, **{name: counts.pop(name) for name in SHAPE_NAMES if name in counts})
        _check_types(portal, counts)
        await self.state.reseed(portal, counts, shape)
        return in_json(_described(portal_of(self.state, request)))

    async def uninstall(self, request: Request) -> Response:
        portal_id = portal_of(self.state, request).portal_id
        self.state.ledger.uninstall(portal_id)
        self.state.journal.uninstalled(portal_id)
        return done()

    async def expire(self, request: Request) -> Response:
        self.state.ledger.expire(portal_of(self.state, request).portal_id)
        return done()

    async def relabel(self, request: Request) -> Response:
        """Take `{"label": "Device"}`."""
        portal = portal_of(self.state, request)
        name, label = request.path_params["object_type"], msgspec.json.decode(await request.body(), type=Label).label
        _check_types(portal, [name])
        portal.relabel(portal.tables[name].object_type, label)
        portal.changed = True
        return done()

    async def define(self, request: Request) -> Response:
        portal, name = self._custom_type(request)
        portal.undefined.discard(name)
        return done()

    async def undefine(self, request: Request) -> Response:
        """No answer knows the type then; its records stay, for when it is defined again."""
        portal, name = self._custom_type(request)
        portal.undefined.add(name)
        portal.changed = True
        return done()

    def _custom_type(self, request: Request) -> tuple[Portal, str]:
        portal, name = portal_of(self.state, request), request.path_params["object_type"]
        _check_types(portal, [name])
        if not is_custom(portal.tables[name].object_type):
            raise ControlError(400, f"not a custom object: {name}")
        return portal, name

    async def mutate(self, request: Request) -> Response:
        """Take `{object type: {deed: count}}`; answer the ids of what was done."""
        portal = portal_of(self.state, request)
        wanted = msgspec.json.decode(await request.body(), type=dict[str, dict[Deed, Count]])
        _check_types(portal, wanted)
        changes = self.state.changes(portal)
        for name, deeds in wanted.items():
            for deed, count in deeds.items():
                changes.some(name, deed, count)
        changes.finish()
        return in_json(changes.done)

    async def show_background_changes(self, request: Request) -> Response:
        return in_json(self.state.background_changes.of(portal_of(self.state, request).portal_id))

    async def start_background_changes(self, request: Request) -> Response:
        portal = portal_of(self.state, request)
        order = msgspec.json.decode(await request.body(), type=Order)
        _check_types(portal, order.object_types or ())
        self.state.background_changes.start(portal.portal_id, order)
        return in_json(self.state.background_changes.of(portal.portal_id), 202)

    async def stop_background_changes(self, request: Request) -> Response:
        self.state.background_changes.stop(portal_of(self.state, request).portal_id)
        return done()


def portal_of(state: SimulatorState, request: Request) -> Portal:
    """Raises: ControlError 404 when no account has the id in the path."""
    portal = by_portal_id(state.portals, request.path_params["portal_id"])
    if portal is None:
        raise ControlError(404, "unknown account")
    return portal


def _check_types(portal: Portal, names: Any) -> None:
    if unknown := [name for name in names if name not in portal.tables]:
        raise ControlError(400, f"unknown: {', '.join(unknown)}")


def _described(portal: Portal) -> dict[str, Any]:
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
