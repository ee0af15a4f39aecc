"""A mirror on a real Redis, and items to store in it."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from redis.asyncio import Redis

from core.crypto import Keyring
from core.encryption_keys import parse_keyring
from core.redis_client import close_redis, open_redis
from integrations.integration_item import IntegrationItem
from mirror.fence import Fence
from mirror.mirror import Mirror, open_mirror
from mirror.records import Applied, Deletion, DeletionReason, format_ms
from tests.integration.api.conftest import KEYS, api, open_api

__all__ = ["api", "open_api"]

CONNECTION = "c-1"
CONTACTS, DEALS = "0-1", "0-3"
MAX_BYTES = 10_000
# A moment in the past: records, requests and tombstones have their times relative to it.
NOON_MS = 1_790_000_000_000


def contact(record_id: str = "512", *, at_ms: int = NOON_MS, name: str = "Ann", **more: Any) -> IntegrationItem:
    return IntegrationItem(
        id=f"{record_id}_Contact",
        type="Contact",
        name=name,
        last_modified_time=format_ms(at_ms),
        object_type="contacts",
        record_id=record_id,
        properties={"firstname": name, **more.pop("properties", {})},
        **more,
    )


def deletion(record_id: str = "512", *, at_ms: int = NOON_MS, reason: DeletionReason = "gone", **more: Any) -> Deletion:
    return Deletion(
        record_id=record_id,
        item_id=f"{record_id}_Contact",
        object_type="contacts",
        reason=reason,
        at_ms=at_ms,
        sent_at_ms=more.pop("sent_at_ms", at_ms),
        **more,
    )


@dataclass
class Synced:
    """A connection whose mirror has begun, and the usual calls with usual times."""

    mirror: Mirror
    epoch: int
    now_s: list[float] = field(default_factory=lambda: [NOON_MS / 1000])

    async def apply(
        self, *items: IntegrationItem, sent_at_ms: int = NOON_MS, type_id: str = CONTACTS, lag_ms: int = 0
    ) -> Applied:
        return await self.mirror.writer.apply(
            CONNECTION, type_id, items, sent_at_ms=sent_at_ms, fence=Fence(self.epoch), lag_ms=lag_ms
        )

    async def delete(self, *deletions: Deletion, type_id: str = CONTACTS) -> int:
        return await self.mirror.writer.delete(CONNECTION, type_id, deletions, fence=Fence(self.epoch))

    async def changes(self, after: str | None = None, *, limit: int = 100, types: tuple[str, ...] = ()) -> Any:
        return await self.mirror.feed.changes(CONNECTION, after=after, limit=limit, types=types)

    async def feed(self, after: str | None = None, **more: Any) -> list[tuple[str, str]]:
        """Operation and item id of each change."""
        return [(change.op, change.id) for change in (await self.changes(after, **more)).changes]

    async def ids(self) -> list[str]:
        return [stored.record_id for stored in await self.mirror.reader.page(CONNECTION, CONTACTS)]


@pytest.fixture
def keyring() -> Keyring:
    """That of the service under test, too."""
    return Keyring(parse_keyring(KEYS))


MakeMirror = Callable[[], Mirror]


@pytest.fixture
async def mirror_redis(redis_url: str) -> AsyncIterator[Redis]:
    client = open_redis(redis_url, as_text=False)
    yield client
    await close_redis(client)


@pytest.fixture
def mirror(redis_client: Redis, mirror_redis: Redis, keyring: Keyring) -> Mirror:
    return open_mirror(redis_client, mirror_redis, keyring, max_bytes=MAX_BYTES, tombstone_days=30)


@pytest.fixture
async def synced(mirror: Mirror) -> Synced:
    return Synced(mirror, await mirror.epochs.begin(CONNECTION))
