"""The last requests that reached the simulator, for tests that count them."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass

KEPT = 20_000


@dataclass(slots=True)
class Entry:
    """One request; `status` is 0 until it is answered, and stays so when it never is.

    `came_s` and `left_s` are of the machine's monotonic clock: other processes may compare them with their own times.
    """

    at: str
    method: str
    path: str
    query: str
    correlation_id: str = ""
    status: int = 0
    portal_id: str | None = None
    fault: str | None = None
    came_s: float = 0.0
    left_s: float = 0.0


class RequestLog:
    def __init__(self) -> None:
        self._entries: deque[Entry] = deque(maxlen=KEPT)

    def add(self, entry: Entry) -> None:
        self._entries.append(entry)

    def clear(self) -> None:
        self._entries.clear()

    def matching(self, path: re.Pattern[str] | None) -> list[Entry]:
        return [entry for entry in self._entries if path is None or path.search(entry.path)]
