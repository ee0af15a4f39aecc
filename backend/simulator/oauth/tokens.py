"""Tokens that describe themselves and are signed, so that they outlive the simulator's process.

An access token dies by time or by uninstall; a refresh token by revocation, uninstall or, when tokens rotate, by use.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from typing import Literal

import msgspec

from simulator.identity import App, Profile
from simulator.oauth.ledger import Ledger
from simulator.scopes import from_mask, to_mask
from simulator.settings import Settings

FIXED_ID = "fixed"
_SIGNATURE_BYTES = 20


class Token(msgspec.Struct, frozen=True, array_like=True):
    """What a token says of itself."""

    use: Literal["access_token", "refresh_token"]
    portal_id: int
    scope_mask: int
    uninstalls: int
    revocations: int
    token_id: str
    expires_at_ms: int = 0
    expiries: int = 0

    @property
    def scopes(self) -> tuple[str, ...]:
        return from_mask(self.scope_mask)


@dataclass(frozen=True, slots=True)
class Pair:
    access_token: str
    refresh_token: str


class Mint:
    def __init__(self, app: App, ledger: Ledger) -> None:
        self.ledger = ledger
        self._key = hashlib.sha256(b"simulator tokens\0" + app.client_secret.encode()).digest()

    def grant(self, profile: Profile, scopes: frozenset[str], settings: Settings, now_ms: int) -> Pair:
        """Issue the tokens of a fresh consent. With fixed refresh tokens, equal consents share one."""
        mask = to_mask(scopes)
        token_id = FIXED_ID if settings.refresh_mode == "fixed" else secrets.token_hex(8)
        return Pair(self._access(profile, mask, settings, now_ms), self._refresh(profile, mask, token_id))

    def refresh(self, text: str, token: Token, profile: Profile, settings: Settings, now_ms: int) -> Pair:
        """Trade a live refresh token for new tokens; the old one is spent when they rotate."""
        access = self._access(profile, token.scope_mask, settings, now_ms)
        if settings.refresh_mode == "fixed":
            return Pair(access, text)
        self.ledger.spend(hashlib.sha256(text.encode()).hexdigest(), now_ms)
        return Pair(access, self._refresh(profile, token.scope_mask, secrets.token_hex(8)))

    def is_live(self, text: str, token: Token, settings: Settings, now_ms: int) -> bool:
        """Tell whether HubSpot would still accept the token."""
        if token.uninstalls != self.ledger.uninstalls(token.portal_id):
            return False
        if token.use == "access_token":
            return not self.has_expired(token, now_ms)
        if token.revocations != self.ledger.revocations(token.portal_id):
            return False
        spent_at = self.ledger.spent_at(hashlib.sha256(text.encode()).hexdigest())
        return spent_at is None or (settings.refresh_mode == "grace" and now_ms < spent_at + settings.refresh_grace_ms)

    def has_expired(self, token: Token, now_ms: int) -> bool:
        return token.expires_at_ms <= now_ms or token.expiries != self.ledger.expiries(token.portal_id)

    def read(self, text: str) -> Token | None:
        """Parse a token of ours; None when it is anything else, or has been changed."""
        _, _, body = text.partition("-")
        try:
            raw = urlsafe_b64decode(body + "=" * (-len(body) % 4))
            signature, payload = raw[:_SIGNATURE_BYTES], raw[_SIGNATURE_BYTES:]
            if not hmac.compare_digest(signature, self._sign(payload)):
                return None
            return msgspec.msgpack.decode(payload, type=Token)
        except (ValueError, msgspec.DecodeError):
            return None

    def _access(self, profile: Profile, mask: int, settings: Settings, now_ms: int) -> str:
        expires_at_ms = now_ms + settings.access_token_lifetime_s * 1000
        return self._write(profile, "access_token", mask, secrets.token_hex(8), expires_at_ms)

    def _refresh(self, profile: Profile, mask: int, token_id: str) -> str:
        return self._write(profile, "refresh_token", mask, token_id, 0)

    def _write(
        self,
        profile: Profile,
        use: Literal["access_token", "refresh_token"],
        mask: int,
        token_id: str,
        expires_at_ms: int,
    ) -> str:
        uninstalls, revocations = self.ledger.uninstalls(profile.portal_id), self.ledger.revocations(profile.portal_id)
        expiries = self.ledger.expiries(profile.portal_id) if use == "access_token" else 0
        token = Token(use, profile.portal_id, mask, uninstalls, revocations, token_id, expires_at_ms, expiries)
        payload = msgspec.msgpack.encode(token)
        text = urlsafe_b64encode(self._sign(payload) + payload).rstrip(b"=").decode()
        return f"{profile.hublet}-{text}"

    def _sign(self, payload: bytes) -> bytes:
        return hmac.digest(self._key, payload, "sha256")[:_SIGNATURE_BYTES]
