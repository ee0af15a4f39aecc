"""How many records a portal has of each type: counted once for all who ask within a minute, and when that was."""

import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field

from core.cache import TtlCache
from hubspot.client import HubSpotClient
from hubspot.object_type import ObjectType

# A count costs a search, of which an account has five a second.
LIFETIME_S = 60.0
MAX_CACHED = 2_000


@dataclass(frozen=True, slots=True)
class Counted:
    """So many live records, as the search index had it from `at_ms` on; None where HubSpot did not say."""

    total: int | None
    at_ms: int


@dataclass(frozen=True, slots=True)
class RecordCounts:
    """Counts of all portals. One for the process; `now_s` are seconds since the epoch."""

    now_s: Callable[[], float] = time.time
    _counts: TtlCache[Hashable, Counted] = field(
        default_factory=lambda: TtlCache(ttl_s=LIFETIME_S, max_entries=MAX_CACHED)
    )

    async def get(
        self, client: HubSpotClient, key: Hashable, kind: ObjectType, *, newer_than_s: float = LIFETIME_S
    ) -> Counted:
        """A count of at most that age, or one that is under way; `key` is the portal and what may be read there.

        Raises: whatever the search raises.
        """
        entry = (key, kind.type_id)
        kept = self._counts.peek(entry)
        if kept is not None and kept.at_ms < (self.now_s() - newer_than_s) * 1000:
            self._counts.discard(entry)
        return await self._counts.get(entry, lambda: self._count(client, kind))

    async def _count(self, client: HubSpotClient, kind: ObjectType) -> Counted:
        at_ms = int(self.now_s() * 1000)
        return Counted(await client.count(kind.path), at_ms)
