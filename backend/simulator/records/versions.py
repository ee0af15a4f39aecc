"""What the properties of changed records were before, for their histories.

A seeded value counts as set when its record was last modified in the seed. A property keeps its newest twenty values.
Source: HubSpot, "Retrieve property history": 20 revisions, 45 for contacts.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping

from simulator.records.columns import Value

MOST_VERSIONS = 20


class Versions:
    def __init__(self) -> None:
        self._seeded_ms: dict[int, int] = {}
        self._before: dict[tuple[int, str], deque[tuple[int, Value]]] = {}

    def note(self, row: int, now_ms: int, *, modified_ms: int, before: Mapping[str, Value]) -> None:
        """Keep what a row's properties were until now, and when the row was modified until now."""
        self._seeded_ms.setdefault(row, modified_ms)
        for name, value in before.items():
            self._before.setdefault((row, name), deque(maxlen=MOST_VERSIONS - 1)).append((now_ms, value))

    def of(self, row: int, name: str, present: Value, modified_ms: int) -> list[tuple[int, Value]]:
        """Return when the property got each of its values, newest first; `modified_ms`: of a row never changed."""
        before = self._before.get((row, name), ())
        values = [present, *(value for _, value in reversed(before))]
        moments = [*(moment for moment, _ in reversed(before)), self._seeded_ms.get(row, modified_ms)]
        return list(zip(moments, values, strict=True))
