"""What an account really holds, one JSON object a line: what a test compares a load with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from simulator.moments import iso
from simulator.records.portal import Portal
from simulator.records.table import Table

TRUTH_CHUNK = 500
_ENCODER = msgspec.json.Encoder()


def lines(portal: Portal, table: Table, rows: Iterable[int]) -> bytes:
    return _ENCODER.encode_lines(_records(portal, table, rows))


def _records(portal: Portal, table: Table, rows: Iterable[int]) -> Iterator[dict[str, object]]:
    """Every property that has a value, empty text included, and every live associated record by object type."""
    readers = [(name, read) for name in table.property_names() if (read := table.reader(name))]
    for row in rows:
        values = ((name, read(row)) for name, read in readers)
        record: dict[str, object] = {
            "id": str(table.ids[row]),
            "properties": {name: value for name, value in values if value is not None},
            "createdAt": iso(table.created[row]),
            "updatedAt": iso(table.modified[row]),
            "archived": row in table.archived_at,
            "associations": _associations(portal, table, row),
        }
        yield record


def _associations(portal: Portal, table: Table, row: int) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, target in portal.tables.items():
        links = portal.links.get((table.object_type.plural, name))
        if links is None:
            continue
        ids = [str(target.ids[r]) for r in links.of(row)[0] if target.is_live(r)]
        if ids:
            found[name] = ids
    return found
