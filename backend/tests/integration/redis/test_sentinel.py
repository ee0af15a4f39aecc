"""A master and its replica under three Sentinels."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis.exceptions import RedisError

from core.store import open_redis
from tests.integration.api.conftest import OpenApi
from tests.integration.redis.failover import survive
from tests.integration.redis.processes import Watched, eventually, running_watched
from tests.servers import Simulator


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    with running_watched(tmp_path) as watched:
        yield watched


class TestFailover:
    async def test_the_death_of_the_master_loses_nothing_and_heals_by_itself(
        self, watched: Watched, open_api: OpenApi, simulator: Simulator
    ) -> None:
        async with open_api(redis_url=watched.url) as api:
            await survive(api, simulator, watched.master)


class TestSentinelsInTrouble:
    async def test_hung_and_dead_ones_are_passed_over(self, watched: Watched) -> None:
        hung, dead, _ = watched.sentinels
        os.kill(hung.pid, signal.SIGSTOP)
        dead.kill()
        redis = open_redis(watched.url)

        try:
            assert await eventually(lambda: redis.get("key_checks")) is None
        finally:
            os.kill(hung.pid, signal.SIGCONT)
            await redis.aclose()

    async def test_without_any_what_is_connected_goes_on_and_the_rest_fails_in_time(self, watched: Watched) -> None:
        connected, new = open_redis(watched.url), open_redis(watched.url)
        await connected.set("key_checks", "1")
        for sentinel in watched.sentinels:
            os.kill(sentinel.pid, signal.SIGSTOP)

        try:
            assert await connected.get("key_checks") == "1"
            began = time.monotonic()
            with pytest.raises(RedisError):
                await new.get("key_checks")
            assert time.monotonic() - began < 2.0
        finally:
            for sentinel in watched.sentinels:
                os.kill(sentinel.pid, signal.SIGCONT)
            await connected.aclose()
            await new.aclose()
