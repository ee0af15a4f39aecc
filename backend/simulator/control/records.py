"""The truth about an account's records, and changes to a single one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import msgspec
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from simulator.control.accounts import portal_of
from simulator.control.answers import ControlError, Line, done
from simulator.export import TRUTH_CHUNK, RecordExport
from simulator.records.changes import Changes
from simulator.records.portal import Portal
from simulator.records.table import Table
from simulator.state import SimulatorState


class Written(msgspec.Struct, forbid_unknown_fields=True):
    properties: dict[str, str | None] = msgspec.field(default_factory=dict)


class Merged(msgspec.Struct, forbid_unknown_fields=True):
    loser_id: str


class Records:
    def __init__(self, state: SimulatorState) -> None:
        self.state = state

    def lines(self) -> list[Line]:
        many = "/portals/{portal_id}/records/{object_type}"
        link = f"{many}/{{record_id}}/associations/{{to_type}}/{{to_id}}"
        return [
            (many, "GET", self.list_all),
            (many, "POST", self.create),
            (f"{many}/{{record_id}}", "PATCH", self.update),
            (f"{many}/{{record_id}}", "DELETE", self.archive),
            (f"{many}/{{record_id}}/merge", "POST", self.merge),
            (f"{many}/{{record_id}}/restore", "POST", self.restore),
            (f"{many}/{{record_id}}/gdpr-delete", "POST", self.erase),
            (link, "PUT", self.associate),
            (link, "DELETE", self.dissociate),
        ]

    async def list_all(self, request: Request) -> Response:
        """Stream the live records, or with `archived=true` the archived ones, as NDJSON."""
        portal, table = self._table(request)
        rows = table.dead if request.query_params.get("archived") == "true" else table.live
        truth = RecordExport(portal, table)

        async def stream() -> AsyncIterator[bytes]:
            for start in range(0, len(rows), TRUTH_CHUNK):
                yield truth.lines(rows[start : start + TRUTH_CHUNK])
                await asyncio.sleep(0)

        return StreamingResponse(stream(), media_type="application/x-ndjson")

    async def create(self, request: Request) -> Response:
        portal, table = self._table(request)
        written = msgspec.json.decode(await request.body(), type=Written)
        changes = self._changes(portal)
        row = changes.create(table, written.properties)
        changes.finish()
        return Response(RecordExport(portal, table).lines([row]), 201, media_type="application/json")

    async def update(self, request: Request) -> Response:
        portal, table = self._table(request)
        row = _row(table, request.path_params["record_id"])
        written = msgspec.json.decode(await request.body(), type=Written)
        changes = self._changes(portal)
        changes.update(table, row, written.properties)
        changes.finish()
        return Response(RecordExport(portal, table).lines([row]), media_type="application/json")

    async def archive(self, request: Request) -> Response:
        portal, table = self._table(request)
        changes = self._changes(portal)
        changes.archive(table, _row(table, request.path_params["record_id"]))
        changes.finish()
        return done()

    async def restore(self, request: Request) -> Response:
        portal, table = self._table(request)
        changes = self._changes(portal)
        changes.restore(table, _row(table, request.path_params["record_id"], archived=True))
        changes.finish()
        return done()

    async def erase(self, request: Request) -> Response:
        portal, table = self._table(request)
        changes = self._changes(portal)
        changes.erase(table, _row(table, request.path_params["record_id"]))
        changes.finish()
        return done()

    async def merge(self, request: Request) -> Response:
        portal, table = self._table(request)
        merged = msgspec.json.decode(await request.body(), type=Merged)
        primary, loser = _row(table, request.path_params["record_id"]), _row(table, merged.loser_id)
        if primary == loser:
            raise ControlError(400, "a record cannot be merged with itself")
        changes = self._changes(portal)
        survivor = changes.merge(table, primary, loser)
        changes.finish()
        return Response(RecordExport(portal, table).lines([survivor]), media_type="application/json")

    async def associate(self, request: Request) -> Response:
        changes, link = self._link(request)
        changes.associate(*link)
        changes.finish()
        return done()

    async def dissociate(self, request: Request) -> Response:
        changes, link = self._link(request)
        changes.dissociate(*link)
        changes.finish()
        return done()

    def _link(self, request: Request) -> tuple[Changes, tuple[Table, int, Table, int]]:
        portal, source = self._table(request)
        target = portal.tables.get(request.path_params["to_type"])
        if target is None or (source.object_type.plural, target.object_type.plural) not in portal.links:
            raise ControlError(404, "these object types are not associated")
        row, target_row = _row(source, request.path_params["record_id"]), _row(target, request.path_params["to_id"])
        return self._changes(portal), (source, row, target, target_row)

    def _changes(self, portal: Portal) -> Changes:
        return self.state.changes(portal)

    def _table(self, request: Request) -> tuple[Portal, Table]:
        portal = portal_of(self.state, request)
        table = portal.tables.get(request.path_params["object_type"])
        if table is None:
            raise ControlError(404, "unknown object type")
        return portal, table


def _row(table: Table, record_id: str, *, archived: bool = False) -> int:
    """Raises: ControlError 404 when there is no such live or archived record."""
    row = table.find(int(record_id)) if record_id.isdigit() else None
    if row is None or (row not in table.archived_at if archived else not table.is_live(row)):
        raise ControlError(404, f"unknown record {record_id}")
    return row
