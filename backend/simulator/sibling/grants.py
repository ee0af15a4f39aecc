"""Consents and their opaque tokens: which are alive, which were spent. A state file lets them outlive the process."""

from __future__ import annotations

import hashlib
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec

SPENT_KEPT = 50
RefreshMode = Literal["rotating", "fixed", "none"]


class Grant(msgspec.Struct, kw_only=True):
    """One consent. Of each kind only the newest token is alive; tokens are kept as digests."""

    account_id: str
    scopes: list[str]
    access: str = ""
    access_ends_ms: int | None = None
    refresh: str | None = None
    refresh_ends_ms: int | None = None
    spent: list[str] = msgspec.field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How tokens live: seconds until they end (None: never), and what becomes of a refresh token that is used."""

    access_s: int | None
    refresh_s: int | None
    mode: RefreshMode
    reuse_kills: bool


@dataclass(frozen=True, slots=True)
class Pair:
    """Fresh tokens, and the consent they belong to."""

    grant_id: str
    grant: Grant
    access_token: str
    refresh_token: str | None


class Grants:
    """The consents of one vendor, written whole and atomically to the state file after each change."""

    def __init__(self, prefix: str, path: Path | None) -> None:
        self._prefix = prefix
        self._path = path
        self._grants: dict[str, Grant] = {}
        if path is not None and path.exists():
            self._grants = msgspec.json.decode(path.read_bytes(), type=dict[str, Grant])

    def issue(self, account_id: str, scopes: list[str], terms: Terms, now_ms: int) -> Pair:
        """Make the tokens of a fresh consent."""
        grant_id = secrets.token_hex(8)
        self._grants[grant_id] = Grant(account_id=account_id, scopes=scopes)
        return self._renew(grant_id, terms, now_ms)

    def redeem(self, refresh_token: str, terms: Terms, now_ms: int) -> Pair | None:
        """Trade a refresh token for new tokens; None when it is dead. One used twice may kill its whole consent."""
        grant_id, grant = self._find(refresh_token)
        if grant is None:
            return None
        if grant.refresh != _digest(refresh_token):
            if terms.reuse_kills and _digest(refresh_token) in grant.spent:
                self.kill(grant_id)
            return None
        if grant.refresh_ends_ms is not None and grant.refresh_ends_ms <= now_ms:
            return None
        if terms.mode == "rotating":
            grant.spent = [*grant.spent[-SPENT_KEPT:], grant.refresh]
            return self._renew(grant_id, terms, now_ms)
        return self._renew(grant_id, terms, now_ms, kept=refresh_token)

    def holder(self, access_token: str, now_ms: int) -> Grant | None:
        """The consent behind a living access token."""
        _, grant = self._find(access_token)
        if grant is None or grant.access != _digest(access_token):
            return None
        return None if grant.access_ends_ms is not None and grant.access_ends_ms <= now_ms else grant

    def kill_by_token(self, token: str) -> bool:
        """End the consent that either of its living tokens belongs to; False when there is none."""
        grant_id, grant = self._find(token)
        if grant is None or _digest(token) not in {grant.access, grant.refresh}:
            return False
        self.kill(grant_id)
        return True

    def kill_account(self, account_id: str) -> None:
        """As when the user removes the integration."""
        for grant_id in [known for known, grant in self._grants.items() if grant.account_id == account_id]:
            del self._grants[grant_id]
        self._write()

    def expire_account(self, account_id: str, now_ms: int) -> None:
        """End the access tokens of an account; its refresh tokens live on."""
        for grant in self._grants.values():
            if grant.account_id == account_id:
                grant.access_ends_ms = now_ms
        self._write()

    def kill(self, grant_id: str) -> None:
        self._grants.pop(grant_id, None)
        self._write()

    def clear(self) -> None:
        self._grants.clear()
        self._write()

    def _renew(self, grant_id: str, terms: Terms, now_ms: int, kept: str | None = None) -> Pair:
        grant = self._grants[grant_id]
        access_token = self._text("a", grant_id)
        refresh_token = kept or (None if terms.mode == "none" else self._text("r", grant_id))
        grant.access = _digest(access_token)
        grant.access_ends_ms = None if terms.access_s is None else now_ms + terms.access_s * 1000
        grant.refresh = refresh_token and _digest(refresh_token)
        grant.refresh_ends_ms = None if terms.refresh_s is None else now_ms + terms.refresh_s * 1000
        self._write()
        return Pair(grant_id, grant, access_token, refresh_token)

    def _text(self, kind: str, grant_id: str) -> str:
        return f"{self._prefix}{kind}_{grant_id}.{secrets.token_urlsafe(24)}"

    def _find(self, token: str) -> tuple[str, Grant | None]:
        grant_id = token.removeprefix(self._prefix)[2:].partition(".")[0]
        return grant_id, self._grants.get(grant_id)

    def _write(self) -> None:
        if self._path is None:
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        draft = self._path.with_name(f"{self._path.name}.{os.getpid()}.new")
        draft.write_bytes(msgspec.json.encode(self._grants))
        draft.replace(self._path)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
