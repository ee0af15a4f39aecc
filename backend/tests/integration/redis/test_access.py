"""The user that docs/operations.md gives the service: it may do all that is needed, and nothing else is listed."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from core.store import info_of_primaries, open_redis
from tests.integration.api.client import problem
from tests.integration.api.conftest import OpenApi
from tests.integration.redis.journey import travel
from tests.integration.redis.processes import Server, running
from tests.key_table import OPERATIONS
from tests.servers import Simulator

PASSWORD = "p@ss/word"
# Allowed for what only other ways of running need: the look at the eviction policy is production's, and only jobs that
# run for seconds are claimed again.
NOT_ON_THE_WAY = {"info", "xclaim"}


def documented_user() -> list[str]:
    """Name and rules of the documents' own line."""
    [line] = re.findall(r"^ACL SETUSER (.+)$", OPERATIONS.read_text(encoding="utf-8"), re.MULTILINE)
    return str(line).replace("PASSWORD", PASSWORD).split()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with running(Server("server", tmp_path)) as server:
        server.admin.execute_command("ACL SETUSER", *documented_user())
        yield server


class TestDocumentedUser:
    async def test_it_may_do_everything_and_every_command_of_it_is_used(
        self, server: Server, open_api: OpenApi, simulator: Simulator
    ) -> None:
        server.admin.config_resetstat()

        await travel(open_api, simulator, f"redis://integrations:p%40ss%2Fword@127.0.0.1:{server.port}")

        used = {name.removeprefix("cmdstat_") for name in server.admin.info("commandstats")}
        listed = {rule[1:] for rule in documented_user() if rule.startswith("+")}
        assert server.admin.acl_log() == []
        assert listed - used == NOT_ON_THE_WAY

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
