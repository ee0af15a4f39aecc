"""Associations of one record, of a thousand at once, and the labels they can carry.

Sources: HubSpot associate records; GET /crm/objects/{version}/{type}/{id}/associations/{to},
POST /crm/associations/{version}/{from}/{to}/batch/read, GET …/labels.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import Any

from simulator.call import Call, Reply, readable_type
from simulator.crm.cursors import association_cursor, read_association_cursor
from simulator.crm.inline import named_targets
from simulator.crm.objects import record_number
from simulator.crm.rendering import Json
from simulator.errors import invalid
from simulator.moments import iso
from simulator.records.association_types import KINDS, Kinds
from simulator.records.links import Links
from simulator.records.object_types import ObjectType
from simulator.records.table import Table

LIST_LIMIT = 500
# Source: HubSpot changelog 2025-02-10, batch read limit for associations.
BATCH_INPUTS = 1000
# Source: issue hubspot-api-python#135: what the batch read of v3 gives for each record.
V3_LIMIT = 100
_NO_LINKS = Links(0, ())
_NO_KINDS = Kinds(0)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two object types and what links them."""

    call: Call
    source: ObjectType
    target: ObjectType

    @property
    def sources(self) -> Table:
        return self.call.portal.table(self.source)

    @property
    def targets(self) -> Table:
        return self.call.portal.table(self.target)

    @property
    def is_v3(self) -> bool:
        return self.call.version == "v3"

    def page(self, row: int, after: str | None, limit: int) -> tuple[list[Json], str | None]:
        """Return at most `limit` targets of a source row, and the cursor of the rest."""
        targets = self.targets
        first_id = read_association_cursor(after, self.target)
        links = self.call.portal.links.get((self.source.plural, self.target.plural), _NO_LINKS)
        rows, flags = links.of(row, bisect_left(targets.ids, first_id) if first_id else 0)
        kinds = KINDS.get((self.source.plural, self.target.plural), _NO_KINDS)
        live = [(r, f) for r, f in zip(rows, flags, strict=True) if targets.is_live(r)]
        if self.is_v3:
            found = named_targets(self.source, targets, live[:limit])
        else:
            found = [
                {"toObjectId": self._object_id(targets.ids[r]), "associationTypes": kinds.of(f)}
                for r, f in live[:limit]
            ]
        return found, association_cursor(self.target, targets.ids[live[limit][0]]) if len(live) > limit else None

    def paging(self, record_id: str, after: str) -> Json:
        """The link of v3 names the types by number. Source: recorded answer of v3, 2022-11-10."""
        if not self.is_v3:
            return {"next": {"after": after}}
        path = f"/crm/v3/objects/{self.source.type_id}/{record_id}/associations/{self.target.type_id}"
        link = f"{self.call.state.public_url}{path}?portalId={self.call.portal.portal_id}&after={after}"
        return {"next": {"after": after, "link": link}}

    def _object_id(self, record_id: int) -> int | str:
        """A string in the dated documents, a number in v4. Sources: associations specification; backlot."""
        return str(record_id) if self.call.is_dated else record_id


def _pair(call: Call) -> Pair:
    return Pair(call, readable_type(call, call.path["object_type"]), readable_type(call, call.path["to_type"]))


def list_associations(call: Call) -> Reply:
    pair = _pair(call)
    limit = call.integer("limit", LIST_LIMIT)
    if limit > LIST_LIMIT:
        raise invalid(f"You can only request at most {LIST_LIMIT} associations at once.", {"limit": [str(limit)]})
    if limit < 1:
        raise invalid("limit must be greater than 0", {"limit": [str(limit)]})
    row = pair.sources.find(record_number(call.path["record_id"]))
    if row is None or not pair.sources.is_live(row):
        # Source: measured answers, 2026-10-14: no such record is an empty page.
        return 200, {"results": []}
    found, after = pair.page(row, call.query.get("after"), limit)
    body: Json = {"results": found}
    if after:
        body["paging"] = {"next": {"after": after, "link": call.link(after=after)}}
    return 200, body


def batch_read_associations(call: Call) -> Reply:
    """Answer 207 with an error entry for each record that has none: not a failure."""
    pair = _pair(call)
    started_at = iso(call.state.now_ms())
    results: list[Json] = []
    errors: list[Json] = []
    for source in _inputs(call.body()):
        result = _one(pair, str(source["id"]), source.get("after"))
        if result is None:
            errors.append(_none_found(pair, str(source["id"])))
        else:
            results.append(result)
    answer: Json = {
        "status": "COMPLETE",
        "results": results,
        "startedAt": started_at,
        "completedAt": iso(call.state.now_ms()),
    }
    if not errors:
        return 200, answer
    return 207, answer | {"numErrors": len(errors), "errors": errors}


def _one(pair: Pair, record_id: str, after: str | None) -> Json | None:
    numeric = record_id.isascii() and record_id.isdigit() and len(record_id) < 19
    row = pair.sources.find(int(record_id)) if numeric else None
    if row is None or not pair.sources.is_live(row):
        return None
    # v3 does not read `after`. Source: issue hubspot-api-python#187.
    after = None if pair.is_v3 else after
    found, following = pair.page(row, after, V3_LIMIT if pair.is_v3 else pair.call.state.settings.association_page_size)
    if not found:
        return None
    result: Json = {"from": {"id": record_id}, "to": found}
    if following:
        result["paging"] = pair.paging(record_id, following)
    return result


def _none_found(pair: Pair, record_id: str) -> Json:
    """Source: HubSpot associate records, 207 example."""
    source, target = pair.source.singular, pair.target.singular
    return {
        "status": "error",
        "category": "OBJECT_NOT_FOUND",
        "subCategory": "crm.associations.NO_ASSOCIATIONS_FOUND",
        "message": f"No {target} is associated with {source} {record_id}.",
        "context": {"fromObjectId": [record_id], "fromObjectType": [source], "toObjectType": [target]},
    }


def _inputs(body: dict[str, Any]) -> list[dict[str, Any]]:
    inputs = body.get("inputs")
    if not isinstance(inputs, list) or not all(isinstance(input_, dict) and "id" in input_ for input_ in inputs):
        raise invalid("Invalid input JSON on line 1, column 1: inputs must be a list of objects with an id")
    if len(inputs) > BATCH_INPUTS:
        raise invalid(
            f"The maximum number of inputs supported in a batch request is {BATCH_INPUTS}."
            " Please reduce the number of items and try again"
        )
    return inputs


def list_labels(call: Call) -> Reply:
    pair = _pair(call)
    kinds = KINDS.get((pair.source.plural, pair.target.plural))
    return 200, {"results": kinds.all() if kinds else []}
