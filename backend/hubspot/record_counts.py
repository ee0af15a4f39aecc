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
    """Live records in the search index; None if HubSpot returned no count.

    Args:
        at_ms: when HubSpot was asked, by its own clock; epoch milliseconds.
        read_s: the same by the clock of `RecordCounts`.
    """

    total: int | None
    at_ms: int
    read_s: float


@dataclass(frozen=True, slots=True)
class RecordCounts:
    """Counts of all portals; one per process. `now_s` returns monotonic seconds."""

    now_s: Callable[[], float] = time.monotonic
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
        if kept is not None and kept.read_s < self.now_s() - newer_than_s:
            self._counts.discard(entry)
        return await self._counts.get(entry, lambda: self._count(client, object_type))

    async def _count(self, client: HubSpotClient, object_type: ObjectType) -> Counted:
        began_s = self.now_s()
        total = await client.count(object_type.path)
        # Only now, because the first answer sets HubSpot's clock.
        return Counted(total, int((client.clock.now_s() - (self.now_s() - began_s)) * 1000), began_s)
