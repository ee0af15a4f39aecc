"""Sessions in Redis: their two ends in time, and a change of the encryption key."""

import asyncio
import hashlib
import time
from typing import Any

import pytest
from redis.asyncio import Redis

from core import store
from core.crypto import Keyring
from errors import TokenExpiredError
from oauth.rotation import Rotation
from oauth.sessions import IDLE_LIFETIME_S, LIFETIME_S, Sessions
from tests.integration.core.slow_redis import client_without_answer
from tests.integration.oauth.conftest import OWNER
from tests.integration.oauth.test_rotation import BOTH, NEW_ONLY

NOW = 1_800_000_000.0


class Clock:
    """Ours; Redis has its own, which a test sets by the key's lifetime."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sessions(redis_client: Redis, keyring: Keyring, clock: Clock) -> Sessions:
    return Sessions(redis_client, keyring, now=clock)


def key_of(value: str) -> str:
    return store.session_key(hashlib.sha256(value.encode()).hexdigest())


class TestSignIn:
    async def test_a_lost_reply_of_redis_costs_no_host_token(self, redis_url: str, keyring: Keyring) -> None:
        async def sign_in(lost_answer: int) -> str:
            async with client_without_answer(redis_url, lost_answer) as redis:
                sessions = Sessions(redis, keyring)
                return await sessions.sign_in(OWNER, f"token-{lost_answer}", expires_at=time.time() + 60)

        assert all(await asyncio.gather(*map(sign_in, range(5))))


class TestEnds:
    async def test_an_hour_without_a_request_ends_it(self, sessions: Sessions, redis_client: Redis) -> None:
        value = await sessions.open(OWNER)

        assert IDLE_LIFETIME_S - 5 < await redis_client.ttl(key_of(value)) <= IDLE_LIFETIME_S

    async def test_a_request_puts_that_off(self, sessions: Sessions, redis_client: Redis) -> None:
        value = await sessions.open(OWNER)
        await redis_client.expire(key_of(value), 30)

        assert await sessions.find(value) == OWNER

        assert IDLE_LIFETIME_S - 5 < await redis_client.ttl(key_of(value)) <= IDLE_LIFETIME_S

    async def test_one_just_used_is_not_written_again(self, sessions: Sessions, redis_client: Redis) -> None:
        value = await sessions.open(OWNER)
        await redis_client.expire(key_of(value), IDLE_LIFETIME_S - 30)

        await sessions.find(value)

        assert await redis_client.ttl(key_of(value)) <= IDLE_LIFETIME_S - 30

    async def test_no_request_puts_off_its_last_end(
        self, sessions: Sessions, redis_client: Redis, clock: Clock
    ) -> None:
        value = await sessions.open(OWNER)
        clock.now = NOW + LIFETIME_S - 600
        await redis_client.expire(key_of(value), 30)

        await sessions.find(value)

        assert 590 <= await redis_client.ttl(key_of(value)) <= 600

    async def test_a_key_that_was_prolonged_in_redis_does_not_either(
        self, sessions: Sessions, redis_client: Redis, clock: Clock
    ) -> None:
        value = await sessions.open(OWNER)
        clock.now = NOW + LIFETIME_S
        assert await redis_client.expire(key_of(value), IDLE_LIFETIME_S)

        with pytest.raises(TokenExpiredError):
            await sessions.find(value)

    async def test_a_redis_that_takes_no_writes_still_lets_people_in(
        self, sessions: Sessions, redis_client: Redis
    ) -> None:
        value = await sessions.open(OWNER)
        await redis_client.expire(key_of(value), 30)
        await redis_client.config_set("min-replicas-to-write", 1)

        try:
            owner = await sessions.find(value)
        finally:
            await redis_client.config_set("min-replicas-to-write", 0)

        assert owner == OWNER

    async def test_nothing_is_left_of_those_that_made_room_or_were_ended(
        self, sessions: Sessions, redis_client: Redis
    ) -> None:
        for _ in range(12):
            await sessions.open(OWNER)
        live = await redis_client.keys(store.SESSION_PREFIX + "*")
        await sessions.end_all(OWNER)

        assert len(live) == 10
        assert await redis_client.keys("session*") == []


class TestSignOutDuringASignIn:
    """A session that opens while all are ended may stay; the next time it must be among those that end."""

    async def test_one_that_opens_after_the_others_were_listed_is_ended_the_next_time(
        self, sessions: Sessions, redis_client: Redis, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        await sessions.open(OWNER)
        opened: list[str] = []

        async def unlink(key: str) -> None:
            monkeypatch.undo()
            await redis_client.unlink(key)
            opened.append(await sessions.open(OWNER))

        monkeypatch.setattr(redis_client, "unlink", unlink)
        await sessions.end_all(OWNER)
        await sessions.end_all(OWNER)

        with pytest.raises(TokenExpiredError):
            await sessions.find(opened[0])

    async def test_one_that_is_not_stored_yet_is_ended_the_next_time(
        self, sessions: Sessions, redis_client: Redis, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def set_late(*args: Any, **options: Any) -> None:
            monkeypatch.undo()
            await sessions.end_all(OWNER)
            await redis_client.set(*args, **options)

        monkeypatch.setattr(redis_client, "set", set_late)
        value = await sessions.open(OWNER)
        await sessions.end_all(OWNER)

        with pytest.raises(TokenExpiredError):
            await sessions.find(value)


class TestRotation:
    async def test_a_session_lives_through_a_change_of_the_key(
        self, sessions: Sessions, redis_client: Redis, clock: Clock
    ) -> None:
        value = await sessions.open(OWNER)

        count = await Rotation(redis_client, BOTH).run()

        assert (count.rotated, count.is_complete) == (1, True)
        assert await Sessions(redis_client, NEW_ONLY, now=clock).find(value) == OWNER
        assert 0 < await redis_client.ttl(key_of(value)) <= IDLE_LIFETIME_S

    async def test_what_is_no_sealed_text_holds_no_rotation_up(self, redis_client: Redis, raw: Any) -> None:
        """As sessions of an older release, or hand-made: they are never accepted, so nothing needs to be kept."""
        await raw.set(store.session_key("ab"), '["acme","ann"]', ex=60)

        count = await Rotation(redis_client, BOTH).run()

        assert (count.rotated, count.failed, count.is_complete) == (0, 0, True)
