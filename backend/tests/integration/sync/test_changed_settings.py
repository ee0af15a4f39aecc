"""The owner changes what is kept in sync while work is under way: the work follows."""

import asyncio

import pytest
from redis.asyncio import Redis

from core.tasks import running
from errors import CursorExpiredError
from oauth.connection import ConnectionKey, Owner
from sync.state import Wanted
from sync.sync_store import SyncStore
from tests.integration.sync.conftest import SYNC, WAIT_S, OpenSynced, Synced
from tests.integration.sync.test_drain import push

EMAIL_ONLY = {"email", "createdate", "lastmodifieddate", "hs_object_id"}


class TestTypes:
    async def test_a_verification_in_steps_continues_without_a_type_that_is_left_out(
        self, synced: Synced, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("sync.session.STEP_LIMIT_S", 0.0)
        synced.simulator.settings(latency_ms=200)
        begun = await synced.api.http.post(f"{SYNC}/runs", json={"kind": "verify"})
        await synced.until(lambda state: bool(state["running"]))

        await synced.enable(object_types=["contacts"])

        assert (await synced.ended(begun.json()["run_id"]))["state"] == "complete"
        assert (await synced.state())["error"] is None

    async def test_a_run_that_waits_for_a_type_that_is_left_out_waits_no_longer(
        self, synced: Synced, redis_client: Redis
    ) -> None:
        """A flood of webhooks requests runs of one type."""
        await synced.enable(object_types=["contacts"])
        ref = ConnectionKey(Owner("TestOrg", "TestUser"), "hubspot", synced.connection_id)
        await SyncStore(redis_client).request(ref, "verify", 1, ("deals",))

        await synced.run("poll")

        runs = (await synced.api.json(f"{SYNC}/runs"))["runs"]
        assert [run for run in runs if run["state"] == "waiting"] == []

    async def test_records_of_a_type_with_its_name_and_another_id_leave_the_feed(
        self, open_synced: OpenSynced, redis_client: Redis
    ) -> None:
        """As a custom object that was deleted at HubSpot and created again."""
        async with open_synced(seed={"machines": 3}) as synced:
            await synced.enable(object_types=["2-3456789"])
            [name] = (await synced.until_loaded())["object_types"]
            assert len(await synced.changes()) == 3
            ref = ConnectionKey(Owner("TestOrg", "TestUser"), "hubspot", synced.connection_id)

            await SyncStore(redis_client).enable(ref, Wanted(types={name: "2-4"}))
            await synced.run("load")

            with pytest.raises(CursorExpiredError):
                await synced.changes()
            synced.cursor = None
            assert await synced.changes() == []


class TestProperties:
    async def test_records_with_the_former_ones_do_not_answer_for_the_new_ones(self, synced: Synced) -> None:
        query = {"object_types": "contacts", "properties": "*", "max_age": 600}
        synced.simulator.settings(latency_ms=500)
        await synced.api.http.post(f"{SYNC}/runs", json={"kind": "verify"})
        await synced.until(lambda state: bool(state["running"]))  # a worker adopts new settings after this step

        enabled = await synced.enable(properties="all")
        found = await synced.api.json("/integrations/hubspot/items", limit=1, **query)

        assert (enabled["state"], enabled["as_of"]) == ("loading", None)
        assert found["source"] == "live"

    async def test_signals_that_keep_coming_are_read_with_the_new_properties(self, synced: Synced) -> None:
        [record, *_] = synced.simulator.export(synced.portal_id, "contacts")
        synced.simulator.settings(latency_ms=50)

        async def keep_changing() -> None:
            while True:
                await push(synced, {"subscriptionType": "contact.propertyChange", "objectId": int(record["id"])})
                await asyncio.sleep(0.02)

        async with running(keep_changing), asyncio.timeout(WAIT_S):
            await until_read(synced, times=1)
            before = await synced.state()
            await synced.enable(properties=["email"])
            await synced.until(lambda state: (state["verified_at"] or "") > before["as_of"] and not state["running"])
            await until_read(synced, times=3)

        stored = await synced.stored("contacts")
        assert set().union(*(item["properties"] for item in stored.values())) <= EMAIL_ONLY


async def until_read(synced: Synced, *, times: int) -> None:
    """Changed records have been read again this often."""
    synced.simulator.clear_log()
    while len(synced.simulator.log("contacts/batch/read")) < times:  # noqa: ASYNC110 (the simulator's work)
        await asyncio.sleep(0.05)
