"""What a test may turn while the simulator runs; checked, so that a misspelt name is an error."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from simulator.records.history import LONGEST_DELAY_MS
from simulator.sibling.settings import SiblingSettings

Positive = Annotated[int, msgspec.Meta(ge=1)]


class Settings(SiblingSettings, kw_only=True, forbid_unknown_fields=True):
    """Defaults are HubSpot's own figures for a public OAuth app.

    Source: HubSpot usage guidelines (110 per 10 s), search (5 per s), associate records (150 per 10 s).
    """

    access_token_lifetime_s: Positive = 1800
    limits_enabled: bool = True
    burst_limit: Positive = 110
    burst_window_ms: Positive = 10_000
    search_per_second: Positive = 5
    associations_limit: Positive = 150
    associations_budget: Literal["own", "shared"] = "own"
    latency_ms: Annotated[float, msgspec.Meta(ge=0)] = 0
    latency_sigma: Annotated[float, msgspec.Meta(ge=0, le=3)] = 0.0
    refresh_mode: Literal["fixed", "rotating", "grace"] = "fixed"
    # How long a rotated refresh token still works in mode "grace". Ours: HubSpot documents no rotation.
    refresh_grace_ms: Positive = 60_000
    index_delay_ms: Annotated[int, msgspec.Meta(ge=0, le=LONGEST_DELAY_MS)] = 0
    list_order: Literal["id", "scattered"] = "id"
    association_page_size: Positive = 500
    # Without `sales-email-read`. Source: recorded answer, 2026-08 (refused); HubSpot scopes (content withheld).
    emails_without_scope: Literal["refused", "withheld"] = "refused"
    consent_error: str | None = None
    consent_opener_policy: str | None = None
    clock_offset_s: float = 0

    def changed(self, patch: bytes) -> Settings:
        """Return a copy with the named fields replaced.

        Raises: msgspec.ValidationError for an unknown name or a value out of range.
        """
        names = msgspec.json.decode(patch, type=dict[str, object])
        return msgspec.convert(msgspec.to_builtins(self) | names, Settings)
