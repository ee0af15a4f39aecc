"""What search sees of a table: the records as they were a moment ago.

Source: HubSpot search, "it may take a few moments" for new and changed records to appear.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence

from simulator.moments import iso
from simulator.records.columns import Reader, Value
from simulator.records.history import Before
from simulator.records.object_types import ObjectType
from simulator.records.table import Table


class Index:
    """A table at a horizon: read like a table, but nothing that happened later shows."""

    def __init__(self, table: Table, horizon_ms: int | None) -> None:
        self.table = table
        self.object_type: ObjectType = table.object_type
        self.before: Mapping[int, Before] = {} if horizon_ms is None else table.history.since(horizon_ms)
        self.ids, self.created = table.ids, table.created
        self.live, self.live_ids = self._live()

    @property
    def is_current(self) -> bool:
        """Whether nothing is hidden: what is found now can be found again until the table changes."""
        return not self.before

    def _live(self) -> tuple[Sequence[int], Sequence[int]]:
        table = self.table
        before = self.before
        if all(one.was_live == table.is_live(row) for row, one in before.items()):
            return table.live, table.live_ids
        lost = (row for row, one in before.items() if one.was_live and not table.is_live(row))
        kept = (row for row in table.live if row not in before or before[row].was_live)
        rows = array("l", sorted([*kept, *lost]))
        return rows, array("q", (table.ids[row] for row in rows))

    def reader(self, name: str) -> Reader | None:
        read = self.table.reader(name)
        if read is None or not self.before:
            return read
        if name == self.object_type.modified_property:
            return lambda row: iso(self.modified_ms(row))
        before = self.before

        def read_before(row: int) -> Value:
            old = before.get(row)
            return old.values[name] if old is not None and name in old.values else read(row)

        return read_before

    def value(self, row: int, name: str) -> Value:
        read = self.reader(name)
        return read(row) if read else None

    def versions(self, row: int, name: str) -> list[tuple[int, Value]]:
        """Return the values until now: histories are read from records, not from the index."""
        return self.table.versions(row, name)

    def modified_ms(self, row: int) -> int:
        old = self.before.get(row)
        return self.table.modified[row] if old is None else old.modified

    def archived_ms(self, _row: int) -> None:
        """The index holds live records only."""
        return
