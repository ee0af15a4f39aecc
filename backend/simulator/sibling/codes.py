"""Authorization codes: single use, short lived, bound to everything the consent was about (RFC 6749, RFC 7636)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass

# Neither vendor names a figure; a redirect needs seconds.
CODE_LIFETIME_MS = 60_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    account_id: str
    scopes: list[str]
    redirect_uri: str
    code_challenge: str | None
    ends_ms: int


class Codes:
    def __init__(self) -> None:
        self._waiting: dict[str, Consent] = {}

    def issue(self, consent: Consent) -> str:
        code = secrets.token_urlsafe(24)
        self._waiting[code] = consent
        return code

    def redeem(self, code: str, *, redirect_uri: str, code_verifier: str, now_ms: int) -> Consent | None:
        """Return what was consented to, once; None for a code that is unknown, used, expired or not this client's."""
        consent = self._waiting.pop(code, None)
        if consent is None or consent.ends_ms <= now_ms or consent.redirect_uri != redirect_uri:
            return None
        if consent.code_challenge and not _fits(code_verifier, consent.code_challenge):
            return None
        return consent


def _fits(code_verifier: str, code_challenge: str) -> bool:
    digest = hashlib.sha256(code_verifier.encode()).digest()
    return hmac.compare_digest(base64.urlsafe_b64encode(digest).rstrip(b"=").decode(), code_challenge)
