"""What a sync asks of an integration, whoever its vendor is. `integrations/` implements it."""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from integrations.integration_item import IntegrationItem
from integrations.load_events import LoadEvent
from mirror.records import Deletion
from oauth.connection import Connection
from sync.state import Wanted


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What became of records that a listing did not show.

    Args:
        items: those that are there after all.
        deletions: those whose end is proven.
        unreadable: those that could not be read; nothing is known of them.
    """

    items: Sequence[IntegrationItem] = ()
    deletions: Sequence[Deletion] = ()
    unreadable: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CountWindow:
    """Records to count: with ids behind `after` up to `until`, or modified in [since_ms, before_ms)."""

    after: str | None = None
    until: str | None = None
    since_ms: int | None = None
    before_ms: int | None = None


Events = AsyncGenerator[LoadEvent, None]


class Source(Protocol):
    """Reads one vendor. All methods raise ServiceError as the vendor's client does.

    The three that yield events yield a plan, items of one object type at a time, and at last a receipt.

    Args:
        knows_changes: whether `changes` can be asked; else a poll reads everything and compares.
        in_id_order: whether `window` can read a part of a type, and `find` records by id; else a type is read whole.
        counts: whether `count` can be asked.
    """

    @property
    def knows_changes(self) -> bool: ...

    @property
    def in_id_order(self) -> bool: ...

    @property
    def counts(self) -> bool: ...

    async def resolve(self, connection: Connection, names: Sequence[str]) -> dict[str, str]:
        """Each object type's name with its id; without names the integration's defaults.

        Raises: UnknownObjectTypeError.
        """

    def load(
        self, connection: Connection, wanted: Wanted, object_types: Sequence[str], *, resume: str | None
    ) -> Events:
        """Everything. Raises: InvalidCursorError for a `resume` that no longer fits."""

    def changes(
        self, connection: Connection, wanted: Wanted, object_types: Sequence[str], *, since: datetime
    ) -> Events:
        """What was modified at or after a time."""

    def window(
        self, connection: Connection, wanted: Wanted, object_type: str, *, after: str | None, until: str | None
    ) -> Events:
        """The records with ids behind `after` up to `until`; None: to the end."""

    async def find(self, connection: Connection, wanted: Wanted, object_type: str, ids: Sequence[str]) -> Found:
        """Read records by id that a listing did not show, and say what became of each."""

    async def count(self, connection: Connection, object_type: str, window: CountWindow) -> int | None:
        """How many records there are; None when the vendor does not tell."""
