"""What must survive a restart although tokens describe themselves: uninstalls, revocations, spent refresh tokens."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

SPENT_KEPT = 10_000


class Book(msgspec.Struct):
    """Serial numbers by portal id; a token carries those of its birth and dies when they have moved on."""

    uninstalls: dict[int, int] = msgspec.field(default_factory=dict)
    revocations: dict[int, int] = msgspec.field(default_factory=dict)
    expiries: dict[int, int] = msgspec.field(default_factory=dict)
    spent_at_ms: dict[str, int] = msgspec.field(default_factory=dict)


class Ledger:
    """The book, written whole and atomically to the state file after each change; in memory only without one."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self.book = Book()
        if path is not None and path.exists():
            self.book = msgspec.json.decode(path.read_bytes(), type=Book)

    def uninstalls(self, portal_id: int) -> int:
        return self.book.uninstalls.get(portal_id, 0)

    def revocations(self, portal_id: int) -> int:
        return self.book.revocations.get(portal_id, 0)

    def uninstall(self, portal_id: int) -> None:
        """Kill the refresh tokens and the access tokens of an account."""
        self.book.uninstalls[portal_id] = self.uninstalls(portal_id) + 1
        self._write()

    def revoke(self, portal_id: int) -> None:
        """Kill the refresh tokens only. Source: capture 2026-09-30, issued access tokens work until they expire."""
        self.book.revocations[portal_id] = self.revocations(portal_id) + 1
        self._write()

    def expiries(self, portal_id: int) -> int:
        return self.book.expiries.get(portal_id, 0)

    def expire(self, portal_id: int) -> None:
        """Let every access token of an account be as old as its lifetime, at once."""
        self.book.expiries[portal_id] = self.expiries(portal_id) + 1
        self._write()

    def spend(self, token_id: str, now_ms: int) -> None:
        """Note the first use of a refresh token that rotates."""
        spent = self.book.spent_at_ms
        spent.setdefault(token_id, now_ms)
        while len(spent) > SPENT_KEPT:
            del spent[next(iter(spent))]
        self._write()

    def spent_at(self, token_id: str) -> int | None:
        return self.book.spent_at_ms.get(token_id)

    def _write(self) -> None:
        if self.path is None:
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        draft = self.path.with_name(f"{self.path.name}.{os.getpid()}.new")
        draft.write_bytes(msgspec.json.encode(self.book))
        draft.replace(self.path)
