"""The interfaces between sync and an integration, for runs and for signals; `integrations/` implements them."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from core.rate import Usage
from integrations.integration_item import IntegrationItem
from integrations.load_events import LoadEvent
from mirror.records import Deletion
from oauth.connection import Connection
from sync.state import Wanted


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The classification of records that a list did not contain.

    Args:
        items: records that still exist.
        deletions: records that are proven to be deleted.
        unreadable: records that could not be read; their state is unknown.
    """

    items: Sequence[IntegrationItem] = ()
    deletions: Sequence[Deletion] = ()
    unreadable: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reread:
    """The present records.

    Args:
        items: by requested id.
        missing: ids without a record, or with another record: archived, merged or gone.
        unreadable: ids that could not be read; their state is unknown.
        sent_at_ms: time of the request.
    """

    items: Sequence[IntegrationItem]
    missing: Sequence[str]
    unreadable: Sequence[str]
    sent_at_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CountWindow:
    """Records to count: with ids behind `after` up to `until`, or modified in [since_ms, before_ms)."""

    after: str | None = None
    until: str | None = None
    since_ms: int | None = None
    before_ms: int | None = None


Events = AsyncGenerator[LoadEvent, None]


class Source(Protocol):
    """Reads one vendor. All methods raise the vendor client's ServiceErrors.

    `load`, `changes` and `window` yield a plan, items of one object type at a time, and finally a receipt.

    Args:
        knows_changes: whether `changes` is supported; else a poll reads everything and compares.
        in_id_order: whether `window` can read a part of a type and `find` records by id; else types are read whole.
        counts: whether `count` is supported.
    """

    @property
    def knows_changes(self) -> bool: ...

    @property
    def in_id_order(self) -> bool: ...

    @property
    def counts(self) -> bool: ...

    def now_ms(self) -> int:
        """The time at the vendor, after a first answer; ours before that."""

    async def resolve(self, connection: Connection, names: Sequence[str]) -> dict[str, str]:
        """The name and id of each object type; without names, the integration's defaults.

        Raises: UnknownObjectTypeError.
        """

    def load(
        self, connection: Connection, wanted: Wanted, object_types: Sequence[str], *, resume: str | None
    ) -> Events:
        """Load everything. Raises: InvalidCursorError for a `resume` that is no longer valid."""

    def changes(self, connection: Connection, wanted: Wanted, *, since: Mapping[str, datetime]) -> Events:
        """The records modified at or after a time, by the name of each object type to read.

        A vendor that is asked for all types at once may deliver those of the earliest time.
        """

    def window(
        self, connection: Connection, wanted: Wanted, object_type: str, *, after: str | None, until: str | None
    ) -> Events:
        """The records with ids behind `after` up to `until`; None: to the end."""

    async def find(self, connection: Connection, wanted: Wanted, object_type: str, ids: Sequence[str]) -> Found:
        """Read records by id that a list did not contain, and classify them."""

    async def count(self, connection: Connection, object_type: str, window: CountWindow) -> int | None:
        """The number of records; None if the vendor does not return it."""

    async def usage(self, connection: Connection) -> Usage | None:
        """How much of the vendor's limit for the account is used; None where several limits apply.

        Raises: RedisError.
        """


class SignalSource(Protocol):
    """Reads records of one vendor by id. All methods raise ServiceError as the vendor's client does."""

    async def reread(
        self,
        connection: Connection,
        wanted: Wanted,
        object_type: str,
        ids: Sequence[str],
        stored: Mapping[str, IntegrationItem],
    ) -> Reread:
        """Read at most 100 records. Records in `stored` keep their stored associations, which are not read.

        Raises: ScopeMissingError, with `upstream` only if the records are refused although their scope is granted.
        """

    async def find(self, connection: Connection, wanted: Wanted, object_type: str, ids: Sequence[str]) -> Found:
        """Classify missing records."""

    async def erased(
        self, connection: Connection, wanted: Wanted, object_type: str, ids: Sequence[str], at_ms: int
    ) -> Sequence[Deletion]:
        """Deletions of records that were erased for privacy, without reading them."""
