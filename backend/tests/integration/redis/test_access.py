"""The user that docs/operations.md gives the service: it may do all that is needed, and nothing else is listed."""

import re
import time
from collections.abc import Iterator
from contextlib import aclosing
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from core.crypto import Keyring
from core.encryption_keys import parse_keyring
from core.redis_client import info_of_primaries, open_redis
from mirror.mirror import open_mirror
from mirror.writer import MirrorWriter
from tests.integration.api.client import problem
from tests.integration.api.conftest import KEYS, OpenApi
from tests.integration.mirror.conftest import CONNECTION, Synced, contact, deletion
from tests.integration.redis.journey import travel
from tests.integration.redis.processes import Server, running
from tests.key_table import OPERATIONS
from tests.servers import Simulator

PASSWORD = "p@ss/word"
DAY_S = 86_400
# The look at the eviction policy is production's.
NOT_ON_THE_WAY = {"info"}
# Only jobs that run for seconds are claimed again; on a busy machine some do.
FOR_SLOW_JOBS = {"xclaim"}


def documented_users() -> list[list[str]]:
    """Names and rules of the documents' own lines: on the main Redis, on the mirror's."""
    lines = re.findall(r"^ACL SETUSER (.+)$", OPERATIONS.read_text(encoding="utf-8"), re.MULTILINE)
    return [str(line).replace("PASSWORD", PASSWORD).split() for line in lines]


def user_of_both() -> list[str]:
    """For one Redis that is used as both."""
    main, mirror = documented_users()
    return [*main, *(rule for rule in mirror if rule.startswith(("~", "+")))]


def url_of(server: Server) -> str:
    return f"redis://integrations:p%40ss%2Fword@127.0.0.1:{server.port}"


def unused_commands(server: Server, rules: list[str]) -> set[str]:
    """What the user may do and has not done."""
    used = {name.removeprefix("cmdstat_") for name in server.admin.info("commandstats")}
    return {rule[1:] for rule in rules if rule.startswith("+")} - used


async def use_mirror(redis_url: str, mirror_redis_url: str) -> None:
    """Everything that the mirror can do; the journey needs only some of it."""
    async with aclosing(open_redis(redis_url)) as main, aclosing(open_redis(mirror_redis_url, as_text=False)) as redis:
        mirror = open_mirror(main, redis, Keyring(parse_keyring(KEYS)), max_bytes=10_000, tombstone_days=1)
        synced = Synced(mirror, await mirror.epochs.begin(CONNECTION))
        await synced.apply(contact("512"), contact("513"))
        assert await synced.feed()
        await synced.delete(deletion("512"), deletion("513"))
        later = MirrorWriter(redis, mirror.epochs, tombstone_days=1, now=lambda: time.time() + 2 * DAY_S)
        assert await later.expire_tombstones(CONNECTION, synced.epoch) == 2
        await mirror.epochs.drop(CONNECTION)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """The main Redis."""
    with running(Server("server", tmp_path)) as server:
        server.admin.execute_command("ACL SETUSER", *documented_users()[0])
        yield server


@pytest.fixture
def mirror_server(tmp_path: Path) -> Iterator[Server]:
    """The Redis of synced records."""
    with running(Server("mirror", tmp_path)) as server:
        server.admin.execute_command("ACL SETUSER", *documented_users()[1])
        yield server


class TestDocumentedUser:
    async def test_it_may_do_everything_and_every_command_of_it_is_used(
        self, server: Server, mirror_server: Server, open_api: OpenApi, simulator: Simulator
    ) -> None:
        for redis_server in (server, mirror_server):
            redis_server.admin.config_resetstat()

        await travel(open_api, simulator, url_of(server), url_of(mirror_server))
        await use_mirror(url_of(server), url_of(mirror_server))

        main, mirror = documented_users()
        assert (server.admin.acl_log(), mirror_server.admin.acl_log()) == ([], [])
        assert unused_commands(server, main) - FOR_SLOW_JOBS == NOT_ON_THE_WAY
        assert unused_commands(mirror_server, mirror) == NOT_ON_THE_WAY

    async def test_it_may_look_at_the_eviction_policy(self, server: Server) -> None:
        redis = open_redis(f"redis://integrations:p%40ss%2Fword@127.0.0.1:{server.port}")

        memories = await info_of_primaries(redis, "memory")
        await redis.aclose()

        assert [memory["maxmemory_policy"] for memory in memories] == ["noeviction"]

    async def test_a_wrong_password_is_a_store_that_does_not_answer(self, server: Server, open_api: OpenApi) -> None:
        async with open_api(redis_url=f"redis://integrations:wrong@127.0.0.1:{server.port}") as api:
            with capture_logs() as lines:
                problem(await api.get("/readyz"), 503, "store_unavailable")

        assert [line["cause"] for line in lines if "cause" in line] == ["AuthenticationError"]

    async def test_a_right_that_is_missing_is_told_in_the_log(self, server: Server, open_api: OpenApi) -> None:
        server.admin.execute_command("ACL SETUSER", "integrations", "-set")

        async with open_api(redis_url=f"redis://integrations:p%40ss%2Fword@127.0.0.1:{server.port}") as api:
            with capture_logs() as lines:
                answer = await api.get("/integrations/hubspot/authorize")

        problem(answer, 503, "store_unavailable")
        assert [line["cause"] for line in lines if "cause" in line] == ["NoPermissionError"]
