"""Record counts of each type of a portal; one count serves all requests of a minute."""

import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field

from core.cache import TtlCache
from hubspot.client import HubSpotClient
from hubspot.object_type import ObjectType

# A count costs a search, and an account has five searches a second.
LIFETIME_S = 60.0
MAX_CACHED = 2_000


@dataclass(frozen=True, slots=True)
class Counted:
    """Live records in the search index at `at_ms`; None if HubSpot returned no count."""

    total: int | None
    at_ms: int


@dataclass(frozen=True, slots=True)
class RecordCounts:
    """Counts of all portals; one per process. `now_s` returns seconds since the epoch."""

    now_s: Callable[[], float] = time.time
    _counts: TtlCache[Hashable, Counted] = field(
        default_factory=lambda: TtlCache(ttl_s=LIFETIME_S, max_entries=MAX_CACHED)
    )

    async def get(
        self, client: HubSpotClient, key: Hashable, object_type: ObjectType, *, newer_than_s: float = LIFETIME_S
    ) -> Counted:
        """A count of at most this age, or one that is being read; `key` is the portal and its readable scopes.

        Raises: the errors of the search.
        """
        entry = (key, object_type.type_id)
        kept = self._counts.peek(entry)
        if kept is not None and kept.at_ms < (self.now_s() - newer_than_s) * 1000:
            self._counts.discard(entry)
        return await self._counts.get(entry, lambda: self._count(client, object_type))

    async def _count(self, client: HubSpotClient, object_type: ObjectType) -> Counted:
        at_ms = int(self.now_s() * 1000)
        return Counted(await client.count(object_type.path), at_ms)
