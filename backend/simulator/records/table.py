"""Records of one object type in columns: a page without sorting or copying.

Rows stand in ascending id order, which is also creation order; ids and times are packed integers. A row is live,
archived, or gone into another one by a merge. After changes that make or end rows, `reindex` must be called once.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence

from simulator.moments import iso
from simulator.records.columns import Column, Reader, Value
from simulator.records.history import Before, History
from simulator.records.object_types import ObjectType
from simulator.records.versions import Versions

ID_STEP = 50
# An odd factor scatters all numbers below a power of two without meeting one twice.
_SCATTER, _RANGE = 11_400_714_819_323_198_485, 1 << 58


class Table:
    def __init__(self, object_type: ObjectType, ids: array[int], created: array[int], modified: array[int]) -> None:
        self.object_type = object_type
        self.ids = ids
        self.created = created
        self.modified = modified
        self._rows = array("l", range(len(ids)))
        self.columns: dict[str, Column] = {}
        self.archived_at: dict[int, int] = {}
        self.gone: set[int] = set()
        self.merged_into: dict[int, int] = {}
        self.erased: set[int] = set()
        self.history = History()
        self._versions = Versions()
        self.version = 0
        self._scattered: dict[tuple[int, bool], list[tuple[int, int]]] = {}
        self.reindex()

    def reindex(self) -> None:
        """Recompute which rows are live; needed after rows have been added, archived, restored or merged."""
        hidden = sorted(self.archived_at.keys() | self.gone)
        self.live = _without(self._rows, hidden)
        self.live_ids = _without(self.ids, hidden)
        self.dead = array("l", sorted(self.archived_at))
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

    def scattered_page(self, after: int, limit: int, *, archived: bool) -> tuple[Sequence[int], int | None]:
        """Do the same in an order that has nothing to do with ids: HubSpot promises none."""
        key = (self.version, archived)
        if key not in self._scattered:
            rows = self.dead if archived else self.live
            self._scattered = {key: sorted((self.ids[row] * _SCATTER % _RANGE, row) for row in rows)}
        places = self._scattered[key]
        start = bisect_left(places, (after, 0))
        chosen = [row for _, row in places[start : start + limit]]
        return chosen, (places[start + limit][0] if start + limit < len(places) else None)

    def find(self, record_id: int) -> int | None:
        """Return the row of an id; a merged id leads to the surviving record, an erased one nowhere."""
        while record_id in self.merged_into:
            record_id = self.merged_into[record_id]
        row = bisect_left(self.ids, record_id)
        is_there = row < len(self.ids) and self.ids[row] == record_id and row not in self.erased
        return row if is_there else None

    def reader(self, name: str) -> Reader | None:
        """Return how to read a property by row, or None when no record has it."""
        if name == "hs_object_id":
            return lambda row: str(self.ids[row])
        if name == self.object_type.created_property:
            return lambda row: iso(self.created[row])
        if name == self.object_type.modified_property:
            return lambda row: iso(self.modified[row])
        column = self.columns.get(name)
        return None if column is None else column.reader(len(self.ids))

    def property_names(self) -> list[str]:
        """Every property that some record has."""
        return sorted({*self.columns, *self.object_type.always})

    def is_live(self, row: int) -> bool:
        return row not in self.archived_at and row not in self.gone

    def modified_ms(self, row: int) -> int:
        return self.modified[row]

    def archived_ms(self, row: int) -> int | None:
        return self.archived_at.get(row)

    def value(self, row: int, name: str) -> Value:
        read = self.reader(name)
        return read(row) if read else None

    def versions(self, row: int, name: str) -> list[tuple[int, Value]]:
        """Return when a property got each of its values, newest first."""
        return self._versions.of(row, name, self.value(row, name), self.modified[row])

    def put(self, row: int, properties: Mapping[str, Value]) -> None:
        """Set properties without touching the modification time, as a seed does."""
        for name, value in properties.items():
            self.columns.setdefault(name, Column()).changed[row] = value

    def update(self, row: int, properties: Mapping[str, Value], now_ms: int) -> None:
        before = self._remember(row, now_ms, properties)
        changed = {name: value for name, value in before.items() if value != properties[name]}
        self._versions.note(row, now_ms, modified_ms=self.modified[row], before=changed)
        self.put(row, properties)
        self.modified[row] = now_ms
        self.version += 1

    def append(self, properties: Mapping[str, Value], now_ms: int) -> int:
        """Add a record and return its row."""
        row = len(self.ids)
        self._rows.append(row)
        self.ids.append((self.ids[-1] if self.ids else 1) + ID_STEP)
        self.created.append(now_ms)
        self.modified.append(now_ms)
        self.history.add(row, Before(now_ms, now_ms, was_live=False))
        self.put(row, properties)
        return row

    def archive(self, rows: Iterable[int], now_ms: int) -> None:
        for row in rows:
            self._remember(row, now_ms, ())
            self.archived_at[row] = now_ms

    def restore(self, row: int, now_ms: int) -> None:
        self._remember(row, now_ms, ())
        del self.archived_at[row]
        self.modified[row] = now_ms

    def erase(self, row: int, now_ms: int) -> None:
        """Let a record be gone for privacy: neither its id nor a list of archived records shows it again."""
        self._remember(row, now_ms, ())
        self.archived_at.pop(row, None)
        self.gone.add(row)
        self.erased.add(row)

    def merge_away(self, row: int, survivor: int, now_ms: int) -> None:
        """Let a record be gone into another: its id leads there from now on."""
        self._remember(row, now_ms, ())
        self.gone.add(row)
        self.merged_into[self.ids[row]] = self.ids[survivor]

    def _remember(self, row: int, now_ms: int, names: Iterable[str]) -> Mapping[str, Value]:
        old = {name: self.value(row, name) for name in names}
        self.history.add(row, Before(now_ms, self.modified[row], was_live=self.is_live(row), values=old))
        return old


def _without(values: array[int], hidden: Iterable[int]) -> array[int]:
    """Copy all but the hidden places, run by run: a million in milliseconds."""
    kept = array(values.typecode)
    start = 0
    for place in hidden:
        kept.extend(values[start:place])
        start = place + 1
    kept.extend(values[start:])
    return kept
