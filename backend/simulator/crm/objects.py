"""Lists, single records and batch read.

Source: HubSpot CRM objects, GET /crm/objects/{version}/{objectType} and POST …/batch/read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from simulator.call import Call, Reply, readable_type
from simulator.crm.inline import inline_associations
from simulator.crm.rendering import Json, View, table_of
from simulator.errors import RefusalError, invalid, invalid_record_id, record_not_found
from simulator.json_body import refusal_at
from simulator.moments import iso
from simulator.records.table import Table

DEFAULT_LIMIT = 10
MAX_LIMIT = 100
# Source: SDK constant PROPERTY_HISTORY_MAX_SIZE.
MAX_LIMIT_WITH_HISTORY = 50


# Source: measured answers, 2026-10-08: the types whose archived records cannot be listed, as the refusal names them.
_NO_ARCHIVED_LIST = {
    "meetings": "0-47 (MEETING_EVENT)",
    "communications": "0-18 (COMMUNICATION)",
    "deal_splits": "0-72 (DEAL_SPLIT)",
    "quote_templates": "0-64 (QUOTE_TEMPLATE)",
}
# A record id is a signed number of 64 bits.
_RECORD_ID = re.compile(r"(-?)0*([0-9]{1,19})", re.ASCII)
_LARGEST_ID = 2**63 - 1


def list_records(call: Call) -> Reply:
    object_type = readable_type(call, call.path["object_type"])
    history = call.names("propertiesWithHistory")
    limit = _limit(call, with_history=bool(history))
    archived = call.flag("archived")
    if archived and (label := _NO_ARCHIVED_LIST.get(object_type.plural)):
        raise invalid(f"Paging through deleted objects is not yet supported for object type {label}")
    targets = inline_associations(call, object_type)
    table = table_of(call, object_type)
    page = table.page if call.state.settings.list_order == "id" else table.scattered_page
    rows, after = page(_after(call), limit, archived=archived)
    records = View(call, table, call.names("properties"), history).records(rows)
    for row, record in zip(rows, records, strict=True):
        targets.attach(record, row)
    body: Json = {"results": records}
    if after is not None:
        body["paging"] = {"next": {"after": str(after), "link": call.link(after=str(after))}}
    return 200, body


def _limit(call: Call, *, with_history: bool) -> int:
    limit = call.integer("limit", DEFAULT_LIMIT)
    if limit < 1:
        raise invalid("limit must be greater than 0", {"limit": [str(limit)]})
    if limit > MAX_LIMIT:
        raise invalid(f"You can only request at most {MAX_LIMIT} objects in one request.")
    if with_history and limit > MAX_LIMIT_WITH_HISTORY:
        raise invalid(
            f"You can only request at most {MAX_LIMIT_WITH_HISTORY} objects in one request for properties with history"
        )
    return limit


def _after(call: Call) -> int:
    """The cursor of a list is a record id, as text."""
    text = call.query.get("after") or "0"
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise invalid(f"Invalid value for after: {text[:100]}", {"after": [text[:100]]})
    return int(text)


def get_record(call: Call) -> Reply:
    object_type = readable_type(call, call.path["object_type"])
    targets = inline_associations(call, object_type)
    table = table_of(call, object_type)
    row = _finder(call, table, [call.path["record_id"]], call.query.get("idProperty"))(call.path["record_id"])
    if row is None or _is_hidden(call, table, row):
        raise record_not_found()
    record = View(call, table, call.names("properties"), call.names("propertiesWithHistory")).record(row)
    targets.attach(record, row)
    return 200, record


def _is_hidden(call: Call, table: Table, row: int) -> bool:
    """Archived and not asked for; a live record comes either way. Source: measured answers, 2026-10-09."""
    return row in table.archived_at and not call.flag("archived")


def _finder(call: Call, table: Table, values: Sequence[str], id_property: str | None) -> Callable[[str], int | None]:
    """How to find the rows of `values`: by record id, or by a unique property in one pass over all rows.

    What it returns raises RefusalError 404 for an id that cannot be one.
    """
    if not id_property or id_property == "hs_object_id":
        return lambda value: _row_by_id(table, value)
    definition = call.portal.catalog(table.object_type).get(id_property)
    if definition is None or not definition["hasUniqueValue"]:
        raise invalid(f"{id_property} is not a unique property of {table.object_type.plural}")
    read = table.reader(id_property)
    wanted = set(values)
    rows = () if read is None else (*table.dead, *table.live)
    return {value: row for row in rows if read and (value := read(row)) in wanted}.get


def _row_by_id(table: Table, value: str) -> int | None:
    return table.find(record_number(value))


def record_number(text: str) -> int:
    """Raises: RefusalError 404 for a text that is no positive number of 64 bits."""
    found = _RECORD_ID.fullmatch(text)
    number = int(found[1] + found[2]) if found else _LARGEST_ID + 1
    if 0 < number <= _LARGEST_ID:
        return number
    raise invalid_record_id(text, numeric=-_LARGEST_ID - 1 <= number <= 0)


def batch_read(call: Call) -> Reply:
    """Answer 200, or 207 when some ids are unknown; the results stand in the order of the inputs."""
    object_type = readable_type(call, call.path["object_type"])
    started_at = iso(call.state.now_ms())
    body = call.body()
    history = _strings(body, "propertiesWithHistory")
    ids = _inputs(call, body, with_history=bool(history))
    table = table_of(call, object_type)
    rows: list[int] = []
    missing: list[str] = []
    find = _finder(call, table, ids, body.get("idProperty"))
    for value in ids:
        row = _found(find, value)
        if row is None or _is_hidden(call, table, row):
            missing.append(value)
        else:
            rows.append(row)
    answer: Json = {
        "status": "COMPLETE",
        "results": View(call, table, _strings(body, "properties"), history).records(dict.fromkeys(rows)),
        "startedAt": started_at,
        "completedAt": iso(call.state.now_ms()),
    }
    if not missing:
        return 200, answer
    return 207, answer | {"numErrors": 1, "errors": [_some_missing(object_type.singular, missing)]}


def _found(find: Callable[[str], int | None], value: str) -> int | None:
    """In a batch an id that is not a number is one that does not exist."""
    try:
        return find(value)
    except RefusalError:
        return None


def _some_missing(singular: str, ids: list[str]) -> Json:
    """Source: capture 2025-01-22."""
    return {
        "status": "error",
        "category": "OBJECT_NOT_FOUND",
        "message": f"Could not get some {singular.upper()} objects, they may be deleted or not exist."
        " Check that ids are valid.",
        "context": {"ids": ids},
    }


def _inputs(call: Call, body: dict[str, Any], *, with_history: bool) -> list[str]:
    """The ids; a text counts as an object with that id. Source: measured answers, 2026-10-11."""
    inputs = body.get("inputs")
    if not isinstance(inputs, list) or not all(isinstance(item, dict | str) for item in inputs):
        raise invalid("Invalid input JSON on line 1, column 1: inputs must be a list of objects with an id")
    for place, item in enumerate(inputs):
        if isinstance(item, dict) and item.get("id") is None:
            message = "Some required fields were not set: [id]"
            raise refusal_at(call.raw_body, ("inputs", place), message, at_end=True, colon=". ")
    if len(inputs) > MAX_LIMIT:
        raise invalid(
            f"The maximum number of inputs supported in a batch request is {MAX_LIMIT}."
            " Please reduce the number of items and try again"
        )
    if with_history and len(inputs) > MAX_LIMIT_WITH_HISTORY:
        raise invalid(
            "The maximum number of inputs supported in a batch request for property histories is"
            f" {MAX_LIMIT_WITH_HISTORY}. Please reduce the number of items and try again"
        )
    return [item if isinstance(item, str) else str(item["id"]) for item in inputs]


def _strings(body: dict[str, Any], name: str) -> list[str]:
    values = body.get(name) or []
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise invalid(f"Invalid input JSON on line 1, column 1: {name} must be a list of strings")
    return values
