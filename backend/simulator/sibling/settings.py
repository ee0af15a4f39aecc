"""What a test may turn of the siblings; the defaults are the vendors' own figures."""

from __future__ import annotations

from typing import Annotated

import msgspec

from simulator.sibling.grants import RefreshMode

Positive = Annotated[int, msgspec.Meta(ge=1)]
Seconds = Annotated[float, msgspec.Meta(ge=0)]


class SiblingSettings(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Sources: Airtable OAuth reference, rate limits, list bases; Notion request limits, create a token."""

    airtable_access_token_lifetime_s: Positive = 3600
    airtable_refresh_token_lifetime_s: Positive = 5_184_000
    airtable_base_per_second: Positive = 5
    airtable_account_per_second: Positive = 50
    airtable_penalty_s: Seconds = 30
    airtable_page_size: Positive = 1000
    # Notion names no lifetime (None), yet its tokens can be refreshed; a token may also end without a word.
    notion_access_token_lifetime_s: Positive | None = None
    notion_announces_expiry: bool = True
    notion_refresh_mode: RefreshMode = "rotating"
    # 600 on Business and Enterprise plans.
    notion_per_minute: Positive = 180
    # A search gives up after so many results; Notion names no figure.
    notion_result_limit: Positive | None = None
