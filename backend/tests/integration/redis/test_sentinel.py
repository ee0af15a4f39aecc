"""A master and its replica under three Sentinels."""

import itertools
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from redis.exceptions import RedisError

from core.redis_client import close_redis, open_redis
from tests.integration.api.conftest import OpenApi
from tests.integration.redis.failover import ANSWER_S, ask_until_healed, survive
from tests.integration.redis.journey import AUTHORIZE, CREDENTIALS, status
from tests.integration.redis.processes import (
    SERVICE,
    SentinelServer,
    Server,
    Watched,
    eventually,
    running,
    running_watched,
    url_of,
)
from tests.servers import Simulator, free_port


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    with running_watched(tmp_path) as watched:
        yield watched


class TestFailover:
    async def test_the_death_of_the_master_loses_nothing_and_heals_by_itself(
        self, watched: Watched, open_api: OpenApi, simulator: Simulator
    ) -> None:
        async with open_api(redis_url=watched.url) as api:
            master = watched.master
            await survive(api, simulator, master, lambda: watched.has_replaced(master))

    @pytest.mark.slow
    async def test_a_master_that_hangs_is_left_and_does_no_harm_when_it_comes_back(
        self, watched: Watched, open_api: OpenApi
    ) -> None:
        hung = watched.master
        async with open_api(redis_url=watched.url) as api:
            connection_id = await api.connect()
            hung.wait_for_replica()

            with hanging(hung):
                seen = await ask_until_healed(lambda: api.get(CREDENTIALS), lambda: watched.has_replaced(hung))
            await api.as_user("ben").connect()
            hung.wait_until("its new part", lambda: hung.admin.role()[0] == "slave")
            await api.as_user("cy").connect()
            shown = await status(api)

        assert set(seen) <= {"200", "503 store_unavailable"}, seen
        assert shown["connection_id"] == connection_id

    @pytest.mark.slow
    async def test_a_master_that_is_made_a_replica_gets_no_more_writes(
        self, watched: Watched, open_api: OpenApi
    ) -> None:
        demoted, users = watched.master, itertools.count()
        async with open_api(redis_url=watched.url) as api:
            watched.fail_over(watched.sentinels[0])
            seen = await ask_until_healed(
                lambda: api.as_user(f"user-{next(users)}").get(AUTHORIZE, {"Accept": "application/json"}),
                lambda: watched.has_replaced(demoted),
            )

        assert set(seen) <= {"200", "503 store_unavailable"}, seen


@pytest.mark.slow
class TestSentinelsInTrouble:
    @pytest.fixture(scope="class")
    @staticmethod
    def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
        with running_watched(tmp_path_factory.mktemp("w")) as watched:
            yield watched

    async def test_hung_and_dead_ones_are_passed_over(self, watched: Watched) -> None:
        hung, *alive = watched.sentinels
        redis = open_redis(url_of(hung.port, free_port(), alive[0].port))

        with hanging(hung):
            answer = await eventually(lambda: redis.get("key_checks"))
        await close_redis(redis)

        assert answer is None

    async def test_without_any_what_is_connected_goes_on_and_the_rest_fails_in_time(self, watched: Watched) -> None:
        connected, new = open_redis(watched.url), open_redis(watched.url)
        await connected.set("key_checks", "1")

        with hanging(*watched.sentinels):
            answer = await connected.get("key_checks")
            began = time.monotonic()
            with pytest.raises(RedisError):
                await new.get("key_checks")
            took_s = time.monotonic() - began
        await close_redis(connected)
        await close_redis(new)

        assert answer == "1"
        assert took_s < ANSWER_S


@pytest.mark.slow
class TestSentinelsThatDisagree:
    async def test_more_than_half_are_believed_whoever_answers_first(self, watched: Watched, tmp_path: Path) -> None:
        odd, *others = watched.sentinels
        with running(Server("former", tmp_path)) as former:
            odd.admin.sentinel_remove(SERVICE)
            odd.admin.sentinel_monitor(SERVICE, "127.0.0.1", former.port, 2)

            clients = [open_redis(url_of(odd.port, *(other.port for other in others))) for _ in range(20)]
            for client in clients:
                await client.set("session:1", "x", ex=60)
                await close_redis(client)

            assert former.admin.dbsize() == 0

    async def test_without_a_majority_the_latest_election_is(self, watched: Watched, tmp_path: Path) -> None:
        """One that the others do not know of, so that they cannot tell it of theirs, names a master nobody elected."""
        demoted, elects = watched.master, watched.sentinels[0]
        watched.fail_over(elects)
        elects.wait_until("a new master", lambda: elects.admin.sentinel_master(SERVICE)["port"] != demoted.port)
        with running(Server("former", tmp_path)) as former, running(SentinelServer("lone", tmp_path, former)) as lone:
            redis = open_redis(url_of(lone.port, elects.port))
            await redis.set("session:1", "x", ex=60)
            await close_redis(redis)

            assert former.admin.dbsize() == 0


@contextmanager
def hanging(*servers: Server) -> Iterator[None]:
    for server in servers:
        os.kill(server.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for server in servers:
            os.kill(server.pid, signal.SIGCONT)
