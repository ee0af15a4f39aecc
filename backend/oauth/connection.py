"""The values of the OAuth machine: an owner, a vendor account, and the connection between them."""

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
    """The user and organization on whose behalf we act. All stored data is keyed by it."""

    org_id: str
    user_id: str

    @property
    def tag(self) -> str:
        """The hash tag of the owner's keys in Redis."""
        return store.owner_tag(self.org_id, self.user_id)


@dataclass(frozen=True, slots=True)
class ConnectionKey:
    """Identifies a connection: its Redis keys, and the context of its sealed texts."""

    owner: Owner
    provider: str
    connection_id: str

    @classmethod
    def parse(cls, record: str) -> "ConnectionKey":
        """The connection of a record's Redis key."""
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
        """Its log fields."""
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
        """Write the audit line for a manipulated record."""
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
    """The connection of one owner to one vendor account, without secrets: the vault holds those."""

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
        """Whether its record cannot be opened; it can then only be listed, replaced and deleted."""
        return self.reason in DAMAGE_REASONS

    @property
    def key(self) -> ConnectionKey:
        return ConnectionKey(self.owner, self.provider, self.connection_id)

    @property
    def identity(self) -> dict[str, str]:
        """Its log fields."""
        return self.key.identity


def parse_end_reason(stored: str | None) -> EndReason | None:
    """Why a connection ended; unknown values count as no reason."""
    return cast(EndReason, stored) if stored in END_REASONS else None
