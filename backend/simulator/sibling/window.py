"""A rolling second: how many calls a key made in it. What a vendor does to those beyond is the vendor's own affair."""

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
