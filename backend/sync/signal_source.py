"""What working off signals asks of an integration. `integrations/` implements it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from integrations.integration_item import IntegrationItem
from mirror.records import Deletion
from oauth.connection import Connection
from sync.source import Found
from sync.state import Wanted


@dataclass(frozen=True, slots=True, kw_only=True)
class Reread:
    """Records as they are now.

    Args:
        items: those that came, under the ids that were asked for.
        missing: ids that brought nothing, or another record: archived, merged or gone.
        unreadable: those that could not be read; nothing is known of them.
        sent_at_ms: when the request was sent.
    """

    items: Sequence[IntegrationItem]
    missing: Sequence[str]
    unreadable: Sequence[str]
    sent_at_ms: int


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
        """Read at most 100 records. Those in `stored` keep the associations they have there: they are not read."""

    async def find(self, connection: Connection, wanted: Wanted, object_type: str, ids: Sequence[str]) -> Found:
        """What became of records that were missing."""

    async def erased(
        self, connection: Connection, wanted: Wanted, object_type: str, ids: Sequence[str], at_ms: int
    ) -> Sequence[Deletion]:
        """Deletions of records that were erased for privacy, without reading anything of them."""
