"""The values the OAuth machine works with: an owner, the vendor account it connected, and the connection of the two."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, cast, get_args

from core import store
from core.audit import audit
from core.crypto import Context

ConnectionStatus = Literal["connected", "reconnect_required"]
EndReason = Literal["revoked", "refresh_interrupted"]
DamageReason = Literal["credential_integrity", "key_unknown"]
END_REASONS = frozenset(get_args(EndReason))
DAMAGE_REASONS = frozenset(get_args(DamageReason))


@dataclass(frozen=True, slots=True)
class Owner:
    """On whose behalf we act. Everything stored is keyed by it."""

    org_id: str
    user_id: str

    @property
    def tag(self) -> str:
        """The hash tag of the owner's keys in Redis."""
        return store.owner_tag(self.org_id, self.user_id)


@dataclass(frozen=True, slots=True)
class ConnectionKey:
    """Names a connection: where it is stored, and what its sealed texts belong to."""

    owner: Owner
    provider: str
    connection_id: str

    @classmethod
    def parse(cls, record: str) -> "ConnectionKey":
        """The name behind the Redis key of a record."""
        org_id, user_id, provider, connection_id = store.parse_connection_key(record)
        return cls(Owner(org_id, user_id), provider, connection_id)

    @property
    def record(self) -> str:
        """The Redis key of its hash."""
        return store.connection_key(self.owner.tag, self.provider, self.connection_id)

    @property
    def lock(self) -> str:
        """The Redis key of its refresh lock, in the same slot as the hash."""
        return store.refresh_lock_key(self.owner.tag, self.provider, self.connection_id)

    @property
    def identity(self) -> dict[str, str]:
        """Who and what it is, for a log line."""
        return {
            "org_id": self.owner.org_id,
            "user_id": self.owner.user_id,
            "provider": self.provider,
            "connection_id": self.connection_id,
        }

    def context(self, purpose: Literal["connection", "tokens"]) -> Context:
        """What its details or tokens are sealed for."""
        return Context(purpose, self.provider, self.owner.org_id, self.owner.user_id, self.connection_id)

    def audit_damage(self) -> None:
        """Write the audit line for a record that was changed or moved."""
        audit("integrity_failure", "refused", **self.identity)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The vendor account behind a connection, as its vendor describes it (HubSpot: a portal)."""

    account_id: str
    name: str | None = None
    account_type: str | None = None
    region: str | None = None
    ui_domain: str | None = None
    grant_id: str | None = None
    """The authorization within the account, for vendors that name it (Notion: the bot)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """One owner joined to one vendor account. Holds no secret: the vault keeps those."""

    connection_id: str
    provider: str
    owner: Owner
    account: Account
    status: ConnectionStatus
    reason: str | None
    ended_at: datetime | None = None
    """When, and by `reason` why, it became `reconnect_required`."""
    granted_scopes: tuple[str, ...]
    connected_at: datetime
    refreshed_at: datetime | None
    access_token_expires_at: datetime | None

    @property
    def is_damaged(self) -> bool:
        """Whether its record cannot be opened: it can be listed, replaced and deleted, and nothing else."""
        return self.reason in DAMAGE_REASONS

    @property
    def key(self) -> ConnectionKey:
        return ConnectionKey(self.owner, self.provider, self.connection_id)

    @property
    def identity(self) -> dict[str, str]:
        """Who and what it is, for a log line."""
        return self.key.identity


def parse_end_reason(stored: str | None) -> EndReason | None:
    """Why a connection ended; anything that this service does not write counts as no reason."""
    return cast(EndReason, stored) if stored in END_REASONS else None
