"""Authorization codes: single use, short lived, bound to everything the consent was about."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

# HubSpot says "a short window" and gives no figure; a redirect needs seconds.
CODE_LIFETIME_MS = 60_000


@dataclass(frozen=True, slots=True)
class Consent:
    portal_id: int
    scopes: frozenset[str]
    redirect_uri: str
    code_challenge: str | None
    expires_at_ms: int


class Codes:
    def __init__(self) -> None:
        self._waiting: dict[str, Consent] = {}

    def issue(self, consent: Consent, hublet: str) -> str:
        code = f"{hublet}-{secrets.token_hex(4)}-{secrets.token_hex(8)}-{secrets.token_hex(6)}"
        self._waiting[code] = consent
        return code

    def redeem(self, code: str, now_ms: int) -> Consent | None:
        """Return what was consented to, once; None for an unknown, used or expired code."""
        consent = self._waiting.pop(code, None)
        return consent if consent and consent.expires_at_ms > now_ms else None
