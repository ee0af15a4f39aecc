"""Refreshes by several real processes, killed and paused at each step, against the simulator's refresh modes."""

import asyncio
import dataclasses
import signal
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import SecretStr
from redis.asyncio import Redis

from core import store
from core.crypto import Keyring
from oauth.connection import Connection
from oauth.connections import ConnectionStore
from oauth.refresh_rights import RefreshTimes
from tests.integration.oauth.child_processes import ChildProcesses, running_child_processes
from tests.integration.oauth.conftest import OWNER, age
from tests.integration.oauth.portal import connect_portal, simulator_settings
from tests.integration.oauth.worker import STEPS
from tests.servers import Simulator

# Where a worker is killed or paused, the others wait for the end of its lock: a short one.
IMPATIENT = RefreshTimes(lock_s=0.5, turn_s=10.0, poll_s=(0.01, 0.03), committer_s=0.3)
# Longer than another worker takes to find a refresh whose worker died.
FINISHED_S = 8.0
TOKEN_PATH = "/token$"

MODES = ("fixed", "grace", "rotating")


@pytest.fixture(scope="module")
def child_processes() -> Iterator[ChildProcesses]:
    with running_child_processes() as child_processes:
        yield child_processes


def job(connection: Connection, simulator: Simulator, redis_url: str, **more: Any) -> dict[str, Any]:
    return {
        "redis_url": redis_url,
        "settings": simulator_settings(simulator),
        "owner": [OWNER.org_id, OWNER.user_id],
        "connection_id": connection.connection_id,
        "times": dataclasses.asdict(RefreshTimes()),
        "callers": 1,
    } | more


async def present(connections: ConnectionStore, connection: Connection) -> Connection:
    found = await connections.find(OWNER, connection.provider, connection.connection_id)
    assert found is not None
    return found


class TestManyCallers:
    @pytest.mark.parametrize("mode", MODES)
    async def test_eight_processes_with_fifty_callers_each_make_one_token_call(
        self,
        child_processes: ChildProcesses,
        simulator: Simulator,
        redis_client: Redis,
        keyring: Keyring,
        redis_url: str,
        mode: str,
    ) -> None:
        simulator.settings(refresh_mode=mode)
        connection = await connect_portal(redis_client, keyring, simulator)
        simulator.settings(latency_ms=200)
        simulator.clear_log()
        await age(redis_client, connection, left_s=0)
        task = job(connection, simulator, redis_url, callers=50)

        children = [child_processes.start(task) for _ in range(8)]
        answers = {answer for child in children for answer in child.answers()}

        assert len(answers) == 1
        assert answers.pop().startswith("na1-")
        assert len(simulator.log(TOKEN_PATH)) == 1


class TestKilledOrPaused:
    """A worker stops at a step; another one asks for a token; the first goes on, unless it was killed."""

    @pytest.mark.parametrize("step", STEPS)
    @pytest.mark.parametrize("mode", MODES)
    async def test_a_killed_worker(
        self,
        child_processes: ChildProcesses,
        simulator: Simulator,
        redis_client: Redis,
        keyring: Keyring,
        connections: ConnectionStore,
        redis_url: str,
        mode: str,
        step: str,
    ) -> None:
        simulator.settings(refresh_mode=mode)
        connection = await connect_portal(redis_client, keyring, simulator)
        await age(redis_client, connection, left_s=0)
        task = job(connection, simulator, redis_url, times=dataclasses.asdict(IMPATIENT))

        victim = child_processes.start(task | {"step": step, "signal": signal.SIGKILL})
        victim.reach_its_step()
        other = child_processes.start(task)
        [answer] = other.answers()

        now = await present(connections, connection)
        if mode == "rotating" and step == "with the reply":  # its new tokens died with it
            assert answer == "reconnect_required refresh_interrupted"
            assert (now.status, now.reason) == ("reconnect_required", "refresh_interrupted")
            assert now.ended_at is not None
        else:
            assert answer.startswith("na1-")
            assert (now.status, now.reason) == ("connected", None)

    @pytest.mark.parametrize("step", STEPS)
    @pytest.mark.parametrize("mode", MODES)
    async def test_a_paused_worker_never_costs_the_connection(
        self,
        child_processes: ChildProcesses,
        simulator: Simulator,
        redis_client: Redis,
        keyring: Keyring,
        connections: ConnectionStore,
        redis_url: str,
        mode: str,
        step: str,
    ) -> None:
        simulator.settings(refresh_mode=mode)
        connection = await connect_portal(redis_client, keyring, simulator)
        await age(redis_client, connection, left_s=0)
        task = job(connection, simulator, redis_url, times=dataclasses.asdict(IMPATIENT))

        paused = child_processes.start(task | {"step": step, "signal": signal.SIGSTOP})
        paused.reach_its_step()
        other = child_processes.start(task)
        other.answers()
        paused.hit(signal.SIGCONT)
        [answer] = paused.answers()

        now = await present(connections, connection)
        assert answer.startswith("na1-")
        assert (now.status, now.reason) == ("connected", None)
        # What is stored works at the vendor, and so does its refresh token.
        rejected = child_processes.start(task | {"rejected": answer})
        [renewed] = rejected.answers()
        assert renewed.startswith("na1-")
        assert renewed != answer

    @pytest.mark.parametrize("mode", MODES)
    async def test_a_worker_that_was_paused_before_its_call_does_not_make_it_any_more(
        self,
        child_processes: ChildProcesses,
        simulator: Simulator,
        redis_client: Redis,
        keyring: Keyring,
        redis_url: str,
        mode: str,
    ) -> None:
        """A second use of a rotated refresh token ends the whole grant at some vendors."""
        simulator.settings(refresh_mode=mode)
        connection = await connect_portal(redis_client, keyring, simulator)
        await age(redis_client, connection, left_s=0)
        simulator.clear_log()
        task = job(connection, simulator, redis_url, times=dataclasses.asdict(IMPATIENT))

        paused = child_processes.start(task | {"step": "with the lock", "signal": signal.SIGSTOP})
        paused.reach_its_step()
        child_processes.start(task).answers()
        paused.hit(signal.SIGCONT)
        paused.answers()

        assert len(simulator.log(TOKEN_PATH)) == 1


class TestNobodyAsks:
    @pytest.mark.parametrize("mode", ["fixed", "grace"])
    async def test_the_refresh_of_a_killed_worker_is_finished_by_another_one(
        self,
        child_processes: ChildProcesses,
        simulator: Simulator,
        redis_client: Redis,
        keyring: Keyring,
        connections: ConnectionStore,
        redis_url: str,
        mode: str,
    ) -> None:
        """Within the vendor's grace of five seconds, with the times of production."""
        simulator.settings(refresh_mode=mode, refresh_grace_ms=5_000)
        connection = await connect_portal(redis_client, keyring, simulator)
        await age(redis_client, connection, left_s=0)
        bystander = child_processes.start(job(connection, simulator, redis_url, callers=0, resolves_for_s=FINISHED_S))

        victim = job(connection, simulator, redis_url, step="with the reply", signal=signal.SIGKILL)
        child_processes.start(victim).reach_its_step()
        async with asyncio.timeout(FINISHED_S):
            while (now := await present(connections, connection)).refreshed_at is None:  # noqa: ASYNC110 (in Redis)
                await asyncio.sleep(0.02)
            while await redis_client.exists(store.OPEN_REFRESHES):  # noqa: ASYNC110 (as above)
                await asyncio.sleep(0.02)
        bystander.hit(signal.SIGKILL)

        assert (now.status, now.reason) == ("connected", None)


class TestLostReply:
    @pytest.mark.parametrize(
        ("mode", "status"), [("fixed", "connected"), ("grace", "connected"), ("rotating", "reconnect_required")]
    )
    async def test_the_vendor_carried_it_out_and_its_reply_never_came(
        self,
        child_processes: ChildProcesses,
        simulator: Simulator,
        redis_client: Redis,
        keyring: Keyring,
        connections: ConnectionStore,
        redis_url: str,
        mode: str,
        status: str,
    ) -> None:
        simulator.settings(refresh_mode=mode)
        connection = await connect_portal(redis_client, keyring, simulator)
        await age(redis_client, connection, left_s=0)
        simulator.fault(TOKEN_PATH, "lost")

        child = child_processes.start(job(connection, simulator, redis_url))
        child.answers()

        now = await present(connections, connection)
        assert now.status == status
        assert now.reason == (None if status == "connected" else "refresh_interrupted")


class TestForcedRefresh:
    async def test_a_401_in_eight_processes_refreshes_once(
        self,
        child_processes: ChildProcesses,
        simulator: Simulator,
        redis_client: Redis,
        keyring: Keyring,
        redis_url: str,
    ) -> None:
        connection = await connect_portal(redis_client, keyring, simulator)
        task = job(connection, simulator, redis_url, callers=25)
        first = child_processes.start(task)
        [rejected] = first.answers()
        simulator.settings(latency_ms=100)
        simulator.clear_log()

        children = [child_processes.start(task | {"rejected": rejected}) for _ in range(8)]
        answers = {answer for child in children for answer in child.answers()}

        assert len(answers) == 1
        assert len(simulator.log(TOKEN_PATH)) == 1
        assert SecretStr(answers.pop()) != SecretStr(rejected)
