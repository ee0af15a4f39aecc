"""HubSpot's budgets: rolling windows for each app and account, their headers and the bodies of their 429s.

HubSpot publishes that associations are exempt from the ten-second limit, but nobody has measured it. The setting
`associations_budget` chooses: `own`, as published, or `shared`, where they count against the general budget.

Sources: HubSpot usage guidelines; search; associate records; captured 429 bodies.
"""

from __future__ import annotations

import time
from collections import deque
from typing import Literal

from simulator.errors import RefusalError
from simulator.settings import Settings

Budget = Literal["burst", "search", "associations"]
SECOND_MS = 1000


class Window:
    """Calls of the last `span_ms`; refused ones count too, as HubSpot's do."""

    def __init__(self) -> None:
        self.calls: deque[float] = deque(maxlen=100_000)

    def take(self, limit: int, span_ms: int, now: float) -> int:
        """Count a call and return how many remain; negative when this one is refused."""
        calls = self.calls
        oldest = now - span_ms / 1000
        while calls and calls[0] <= oldest:
            calls.popleft()
        calls.append(now)
        return limit - len(calls)


class Limits:
    def __init__(self) -> None:
        self.windows: dict[tuple[Budget, int, int], Window] = {}

    def take(self, settings: Settings, budget: Budget, app_id: int, portal_id: int) -> dict[str, str]:
        """Count a call against its budget and return the headers its answer carries.

        Raises: RefusalError 429 when the budget is spent.
        """
        if budget == "associations" and settings.associations_budget == "shared":
            budget = "burst"
        limit, span_ms = _size(settings, budget)
        window = self.windows.setdefault((budget, app_id, portal_id), Window())
        remaining = window.take(limit, span_ms, time.monotonic())
        if remaining < 0 and settings.limits_enabled:
            raise refuse(budget, app_id, portal_id)
        return {} if budget == "search" else _headers(limit, span_ms, max(remaining, 0))


def _size(settings: Settings, budget: Budget) -> tuple[int, int]:
    if budget == "search":
        return settings.search_per_second, SECOND_MS
    if budget == "associations":
        return settings.associations_limit, settings.burst_window_ms
    return settings.burst_limit, settings.burst_window_ms


def _headers(limit: int, span_ms: int, remaining: int) -> dict[str, str]:
    """The per-second pair is deprecated but still sent, as a tenth of the limit. OAuth calls carry no daily pair."""
    return {
        "X-HubSpot-RateLimit-Max": str(limit),
        "X-HubSpot-RateLimit-Remaining": str(remaining),
        "X-HubSpot-RateLimit-Interval-Milliseconds": str(span_ms),
        "X-HubSpot-RateLimit-Secondly": str(max(limit // 10, 1)),
        "X-HubSpot-RateLimit-Secondly-Remaining": str(max(min(limit // 10 - 1, remaining), 0)),
    }


def refuse(budget: Budget, app_id: int, portal_id: int) -> RefusalError:
    """Build the 429 of a budget. `Retry-After` is not promised on 429, so none is sent."""
    if budget == "search":
        return _refusal("secondly", "SECONDLY", f"publicapi:crm:search:oauth:{app_id}:{portal_id}")
    group = "app-api-calls" if budget == "burst" else "crm-associations"
    return _refusal(
        "ten_secondly_rolling", "TEN_SECONDLY_ROLLING", f"publicapi:{group}-ten-secondly:{app_id}:{portal_id}"
    )


def policy_refusal(policy: str) -> RefusalError:
    """Build a 429 that a fault asks for; `plain` is the body without policy that some endpoints send."""
    if policy == "daily":
        return RefusalError(429, "You have reached your daily limit.", errorType="RATE_LIMIT", policyName="DAILY")
    if policy == "secondly":
        return _refusal("secondly", "SECONDLY", "publicapi:crm:search:oauth")
    if policy == "plain":
        return RefusalError(429, "You have reached your secondly limit.", category="RATE_LIMITS")
    return _refusal("ten_secondly_rolling", "TEN_SECONDLY_ROLLING", "publicapi:app-api-calls-ten-secondly")


def _refusal(words: str, policy: str, group: str) -> RefusalError:
    return RefusalError(
        429, f"You have reached your {words} limit.", errorType="RATE_LIMIT", policyName=policy, groupName=group
    )
