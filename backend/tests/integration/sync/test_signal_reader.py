from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, cast

import pytest
from redis.asyncio import Redis

from core.crypto import Keyring
from core.encryption_keys import parse_keyring
from core.redis_client import close_redis, open_redis
from errors import Upstream, UpstreamRateLimitedError
from mirror.fence import Fence
from mirror.mirror import Mirror, open_mirror
from sync.session import now_ms
from sync.signal_reader import SignalReader, Target
from sync.signal_store import Signal
from sync.source import Found, Reread
from sync.state import Wanted
from tests.integration.api.conftest import KEYS
from tests.integration.mirror.conftest import CONNECTION, CONTACTS, DEALS, contact, deletion


@dataclass
class SlowVendor:
    """Finds a record that ends, as a verification proves, before the answer arrives."""

    mirror: Mirror
    fence: Fence

    async def reread(self, _connection: Any, _wanted: Any, _type: str, ids: list[str], _stored: Any) -> Reread:
        return Reread(items=(), missing=ids, unreadable=(), sent_at_ms=now_ms())

    async def find(self, *_: Any) -> Found:
        ended = deletion(reason="archived", sent_at_ms=now_ms() + 1)
        await self.mirror.writer.delete(CONNECTION, CONTACTS, [ended], fence=self.fence)
        while now_ms() <= ended.sent_at_ms:
            pass
        return Found(items=[contact()])


class TestMissingRecords:
    async def test_record_that_ends_while_it_is_looked_up_does_not_come_back(
        self, redis_client: Redis, redis_url: str
    ) -> None:
        mirror_redis = open_redis(redis_url, as_text=False)
        mirror = open_mirror(
            redis_client, mirror_redis, Keyring(parse_keyring(KEYS)), max_bytes=10**9, tombstone_days=30
        )
        epoch = await mirror.epochs.begin(CONNECTION)
        connection: Any = SimpleNamespace(connection_id=CONNECTION)
        source: Any = SlowVendor(mirror, Fence(epoch))

        target = Target(connection, Wanted(types={"contacts": CONTACTS}), epoch)
        await SignalReader(mirror, source).read(target, [Signal(CONTACTS, "512", at_ms=1)])

        assert await mirror.reader.count(CONNECTION, CONTACTS) == 0
        await close_redis(mirror_redis)


CONTACT, DEAL = Signal(CONTACTS, "1", at_ms=1), Signal(DEALS, "1", at_ms=1)


@dataclass
class RateLimitedVendor:
    """Has a limit for reads of deals."""

    error: UpstreamRateLimitedError

    async def reread(self, _connection: Any, _wanted: Any, name: str, _ids: Any, _stored: Any) -> Reread:
        if name == "deals":
            raise self.error
        return Reread(items=(), missing=(), unreadable=(), sent_at_ms=1)


class TestRateLimit:
    async def read(self, error: UpstreamRateLimitedError, *groups: list[Signal]) -> list[Signal]:
        source: Any = RateLimitedVendor(error)
        connection, mirror = cast(Any, SimpleNamespace(connection_id=CONNECTION)), cast(Any, None)
        wanted = Wanted(types={"contacts": CONTACTS, "deals": DEALS}, associations=False)
        return await SignalReader(mirror, source).read_all([Target(connection, wanted, epoch=1)], groups)

    async def test_of_one_type_does_not_hold_the_signals_of_others_up(self) -> None:
        refused = UpstreamRateLimitedError(upstream=Upstream(status=429))

        assert await self.read(refused, [CONTACT], [DEAL]) == [DEAL]

    @pytest.mark.parametrize("answer", [None, Upstream(status=429)])
    async def test_of_the_account_puts_all_signals_off(self, answer: Upstream | None) -> None:
        groups = [[DEAL]] if answer else [[CONTACT], [DEAL]]

        with pytest.raises(UpstreamRateLimitedError):
            await self.read(UpstreamRateLimitedError(upstream=answer), *groups)
