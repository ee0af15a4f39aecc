"""What records were before their latest changes: the search index lags, and shows them so for a while."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

from simulator.records.columns import Value

# The longest index delay that can be set.
LONGEST_DELAY_MS = 300_000


@dataclass(slots=True)
class Before:
    """A row as it was until `changed_at_ms`; `values` holds the properties that were changed then."""

    changed_at_ms: int
    modified: int
    was_live: bool = field(kw_only=True)
    values: Mapping[str, Value] = field(default_factory=dict, kw_only=True)


class History:
    """The changes of the last five minutes, oldest first."""

    def __init__(self) -> None:
        self._changes: deque[tuple[int, Before]] = deque()

    def add(self, row: int, before: Before) -> None:
        changes = self._changes
        changes.append((row, before))
        while changes[0][1].changed_at_ms < before.changed_at_ms - LONGEST_DELAY_MS:
            changes.popleft()

    def since(self, horizon_ms: int) -> dict[int, Before]:
        """Return each row that has changed after the horizon as it was then."""
        found: dict[int, Before] = {}
        for row, before in self._changes:
            if before.changed_at_ms <= horizon_ms:
                continue
            first = found.get(row)
            if first is None:
                found[row] = before
            else:
                found[row] = Before(
                    first.changed_at_ms,
                    first.modified,
                    was_live=first.was_live,
                    values={**before.values, **first.values},
                )
        return found

    def clear(self) -> None:
        self._changes.clear()
