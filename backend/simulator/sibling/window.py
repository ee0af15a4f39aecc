"""How many calls a key made in a rolling second, or in the minute that its first call began."""

from __future__ import annotations

import time
from collections import defaultdict, deque


class Windows:
    def __init__(self) -> None:
        self._calls: dict[str, deque[float]] = defaultdict(deque)
        self._closed_until: dict[str, float] = {}

    def take(self, key: str, per_second: int, penalty_s: float) -> bool:
        """Note a call. False when it is one too many, and for `penalty_s` after such a one."""
        now = time.monotonic()
        if self._closed_until.get(key, 0.0) > now:
            return False
        calls = self._calls[key]
        while calls and calls[0] <= now - 1:
            calls.popleft()
        calls.append(now)
        if len(calls) <= per_second:
            return True
        self._closed_until[key] = now + penalty_s
        return False


class Minutes:
    """A fixed budget a minute, which may be spent at any pace. Source: Notion request limits, June 2026."""

    LENGTH_S = 60.0

    def __init__(self) -> None:
        self._begun: dict[str, tuple[float, int]] = {}

    def take(self, key: str, per_minute: int) -> float | None:
        """Note a call. Seconds to the next minute when this one is too many."""
        now = time.monotonic()
        begun, count = self._begun.get(key, (now, 0))
        if now >= begun + self.LENGTH_S:
            begun, count = now, 0
        self._begun[key] = (begun, count + 1)
        return begun + self.LENGTH_S - now if count >= per_minute else None
