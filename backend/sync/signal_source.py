"""The interface for processing signals; `integrations/` implements it."""

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
