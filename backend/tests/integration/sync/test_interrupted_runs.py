"""Runs that the service's stop or their owner interrupts while they read."""

import json
from typing import Any, cast

import pytest
from redis.asyncio import Redis

from tests.integration.sync.conftest import SYNC, OpenSynced, Synced

LISTINGS = {"poll": "/search$", "verify": "/contacts$"}
KINDS = pytest.mark.parametrize("kind", LISTINGS)


async def start(synced: Synced, kind: str) -> str:
    """Start a run whose vendor does not answer yet, and wait until it reads; its id."""
    synced.simulator.hold(LISTINGS[kind], times=None)
    synced.simulator.clear_log()
    answer = await synced.api.http.post(f"{SYNC}/runs", json={"kind": kind})
    run_id: str = answer.json()["run_id"]
    await synced.until(lambda _: bool(synced.simulator.log(LISTINGS[kind])))
    return run_id


async def read_progress(redis: Redis) -> dict[str, Any]:
    [key] = [key async for key in redis.scan_iter("sync:*")]
    progress: dict[str, Any] = json.loads(await cast(Any, redis.hget(key, "progress")))
    return progress


class TestStop:
    @KINDS
    async def test_a_run_that_a_stop_interrupts_continues_at_the_next_start(
        self, open_synced: OpenSynced, redis_client: Redis, kind: str
    ) -> None:
        async with open_synced() as synced:
            await synced.enable(object_types=["contacts"])
            await synced.until_loaded()
            run_id = await start(synced, kind)

        progress = await read_progress(redis_client)
        assert [run["run_id"] for run in progress["running"].values()] == [run_id]


class TestCancel:
    @KINDS
    async def test_a_run_is_cancelled_while_it_reads(self, synced: Synced, kind: str) -> None:
        run_id = await start(synced, kind)

        assert (await synced.api.delete(f"{SYNC}/runs/{run_id}")).status_code == 204
        synced.simulator.clear_faults()

        assert (await synced.ended(run_id))["state"] == "cancelled"

    async def test_polls_continue_at_their_interval_after_one_was_cancelled(
        self, synced: Synced, redis_client: Redis
    ) -> None:
        run_id = await start(synced, "poll")
        await synced.api.delete(f"{SYNC}/runs/{run_id}")
        synced.simulator.clear_faults()

        run = await synced.ended(run_id)

        progress = await read_progress(redis_client)
        assert run["state"] == "cancelled"
        assert progress["poll_at_ms"] - progress["last_run"]["ended_ms"] <= progress["poll_every_s"] * 1_000

    async def test_a_type_that_was_paused_in_a_cancelled_verification_stays_paused(self, synced: Synced) -> None:
        synced.simulator.clear_log()
        synced.simulator.fault("/companies$", "status", status=403, method="GET", times=None)
        synced.simulator.hold("/deals$", method="GET", times=None)
        answer = await synced.api.http.post(f"{SYNC}/runs", json={"kind": "verify"})
        run_id = answer.json()["run_id"]
        await synced.until(lambda _: bool(synced.simulator.log("/deals$")))

        await synced.api.delete(f"{SYNC}/runs/{run_id}")
        synced.simulator.clear_faults()

        assert (await synced.ended(run_id))["state"] == "cancelled"
        companies = (await synced.state())["object_types"]["companies"]
        assert companies["error"] is not None
        assert companies["state"] == "paused"
