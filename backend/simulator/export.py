"""What an account really holds, one JSON object a line: what a test compares a load with."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from simulator.moments import iso_millis
from simulator.records.columns import Column
from simulator.records.portal import Portal
from simulator.records.table import Table

TRUTH_CHUNK = 500
_ENCODER = msgspec.json.Encoder()


class RecordExport:
    """One account's records of one object type, for one reading."""

    def __init__(self, portal: Portal, table: Table) -> None:
        self.portal = portal
        self.table = table
        dense = [name for name in table.property_names() if name not in table.columns or len(table.columns[name].made)]
        self._readers = [(name, read) for name in dense if (read := table.reader(name))]
        self._sparse: dict[int, dict[str, str]] = {}
        for name, column in table.columns.items():
            if not len(column.made):
                self._note_sparse(name, column)

    def _note_sparse(self, name: str, column: Column) -> None:
        """Most records lack most of a thousand custom properties: those are turned round once."""
        for row, value in column.changed.items():
            if value is not None:
                self._sparse.setdefault(row, {})[name] = value

    def lines(self, rows: Iterable[int]) -> bytes:
        return _ENCODER.encode_lines(map(self.record, rows))

    def record(self, row: int) -> dict[str, object]:
        """Every property that has a value, empty text included, and every live associated record by object type."""
        table = self.table
        values = ((name, read(row)) for name, read in self._readers)
        return {
            "id": str(table.ids[row]),
            "properties": {name: value for name, value in values if value is not None} | self._sparse.get(row, {}),
            "createdAt": iso_millis(table.created[row]),
            "updatedAt": iso_millis(table.modified[row]),
            "archived": not table.is_live(row),
            "associations": self._associations(row),
        }

    def _associations(self, row: int) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for name, target in self.portal.tables.items():
            links = self.portal.links.get((self.table.object_type.plural, name))
            ids = [str(target.ids[r]) for r in links.of(row)[0] if target.is_live(r)] if links else []
            if ids:
                found[name] = ids
        return found
