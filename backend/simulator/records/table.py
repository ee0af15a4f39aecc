"""Records of one object type in columns: 100,000 of them in some 40 MB, a page without sorting or copying.

Rows stand in ascending id order, which is also creation order; ids and times are packed integers.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence

from simulator.moments import iso_property
from simulator.records.object_types import ObjectType

Value = str | None
Reader = Callable[[int], Value]
Column = list[Value] | dict[int, Value]


class Table:
    def __init__(self, object_type: ObjectType, ids: array[int], created: array[int], modified: array[int]) -> None:
        self.object_type = object_type
        self.ids = ids
        self.created = created
        self.modified = modified
        self.columns: dict[str, Column] = {}
        self.archived_at: dict[int, int] = {}
        self.merged_into: dict[int, int] = {}
        self.version = 0
        self.reindex()

    def reindex(self) -> None:
        """Recompute which rows are live; needed after `archived_at` or the number of rows has changed."""
        archived = self.archived_at
        self.live = array("l", (row for row in range(len(self.ids)) if row not in archived))
        self.live_ids = array("q", (self.ids[row] for row in self.live))
        self.dead = array("l", sorted(archived))
        self.dead_ids = array("q", (self.ids[row] for row in self.dead))
        self.version += 1

    def page(self, after: int, limit: int, *, archived: bool) -> tuple[Sequence[int], int | None]:
        """Return at most `limit` rows whose id is `after` or more, and the next `after` if there are more.

        The cursor is the last id plus one. Source: HubSpot's documented examples (33451, then 33452).
        """
        rows, ids = (self.dead, self.dead_ids) if archived else (self.live, self.live_ids)
        start = bisect_left(ids, after)
        chosen = rows[start : start + limit]
        following = start + limit < len(rows)
        return chosen, (self.ids[chosen[-1]] + 1 if following and chosen else None)

    def find(self, record_id: int) -> int | None:
        """Return the row of an id; a merged id leads to the surviving record."""
        wanted = self.merged_into.get(record_id, record_id)
        row = bisect_left(self.ids, wanted)
        return row if row < len(self.ids) and self.ids[row] == wanted else None

    def reader(self, name: str) -> Reader | None:
        """Return how to read a property by row, or None when no record has it."""
        if name == "hs_object_id":
            return lambda row: str(self.ids[row])
        if name == self.object_type.created_property:
            return lambda row: iso_property(self.created[row])
        if name == self.object_type.modified_property:
            return lambda row: iso_property(self.modified[row])
        column = self.columns.get(name)
        if column is None:
            return None
        return column.__getitem__ if isinstance(column, list) else column.get

    def property_names(self) -> list[str]:
        """Every property that some record has."""
        return sorted({*self.columns, *self.object_type.always})

    def is_live(self, row: int) -> bool:
        return row not in self.archived_at

    def value(self, row: int, name: str) -> Value:
        read = self.reader(name)
        return read(row) if read else None

    def put(self, row: int, properties: Mapping[str, Value]) -> None:
        """Set properties without touching the modification time; a new property gets a sparse column."""
        for name, value in properties.items():
            self.columns.setdefault(name, {})[row] = value

    def update(self, row: int, properties: Mapping[str, Value], now_ms: int) -> None:
        self.put(row, properties)
        self.modified[row] = now_ms
        self.version += 1

    def append(self, properties: Mapping[str, Value], now_ms: int) -> int:
        """Add a record and return its id."""
        record_id = (self.ids[-1] if self.ids else 1) + 50
        self.ids.append(record_id)
        self.created.append(now_ms)
        self.modified.append(now_ms)
        for column in self.columns.values():
            if isinstance(column, list):
                column.append(None)
        self.put(len(self.ids) - 1, properties)
        self.reindex()
        return record_id

    def archive(self, rows: Iterable[int], now_ms: int) -> None:
        for row in rows:
            self.archived_at[row] = now_ms
        self.reindex()
