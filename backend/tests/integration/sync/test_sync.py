"""A portal that is kept in sync: the mirror follows it, and shows exactly what changed."""

import asyncio
import time

from redis.asyncio import Redis

from core import store
from tests.integration.api.test_webhooks import body_of, event, signed
from tests.integration.sync.conftest import SYNC, WAIT_S, OpenSynced, Synced, set_states


class TestLoading:
    async def test_everything_is_stored_and_proven(self, open_synced: OpenSynced) -> None:
        async with open_synced() as synced:
            began = await synced.enable()
            state = await synced.until_loaded()

            assert began["state"] == "loading"
            assert state["state"] == "live"
            assert {name: one["counts"] for name, one in state["object_types"].items()} == {
                "contacts": {"vendor": 120, "mirror": 120},
                "companies": {"vendor": 12, "mirror": 12},
                "deals": {"vendor": 15, "mirror": 15},
            }
            await synced.assert_equal_to_truth()


class TestState:
    async def test_it_names_what_is_used_of_the_vendors_limit(self, synced: Synced) -> None:
        budget = (await synced.state())["budget"]

        # The simulator names its limit in each answer, as HubSpot does.
        assert (budget["limit"], budget["window_s"], budget["others"], budget["paused_s"]) == (110, 10.0, 0, 0.0)
        assert 0 < budget["used"] <= len(synced.simulator.log("^/crm/"))
        assert budget["left"] == 110 - budget["used"]

    async def test_it_says_when_signals_last_arrived(self, synced: Synced) -> None:
        before = (await synced.state())["signals"]
        [contact, *_] = synced.simulator.export(synced.portal_id, "contacts")
        body = body_of(event(int(contact["id"]), occurredAt=1_000_000_000_000))
        await synced.api.http.post("/webhooks/hubspot", content=body, headers=signed(body))

        state = await synced.until(lambda state: state["signals"]["last_at"] and not state["signals"]["waiting"])

        assert before == {"last_at": None, "waiting": 0, "journal": False}
        assert state["object_types"]["contacts"]["missed_signals"] == 0

    async def test_connections_say_whether_they_are_kept_in_sync(self, synced: Synced) -> None:
        async def said() -> set[bool]:
            [hubspot, *_] = (await synced.api.json("/integrations"))["integrations"]
            credentials = await synced.api.json("/integrations/hubspot/credentials")
            return {connection["sync"] for connection in (*hubspot["connections"], *credentials["connections"])}

        while_on = await said()
        await synced.api.delete(SYNC)

        assert (while_on, await said()) == ({True}, {False})


class TestPolling:
    async def test_a_poll_brings_exactly_what_was_modified(self, synced: Synced) -> None:
        [first, second, *_] = synced.simulator.export(synced.portal_id, "contacts")
        synced.simulator.update(synced.portal_id, "contacts", first["id"], firstname="Ada")
        created = synced.simulator.create(synced.portal_id, "contacts", firstname="New")

        run = await synced.run("poll")

        assert (run["state"], run["added"], run["changed"], run["deleted"]) == ("complete", 1, 1, 0)
        assert sorted(await synced.changes()) == sorted(
            [("updated", f"{first['id']}_Contact", None), ("created", f"{created['id']}_Contact", None)]
        )
        assert (await synced.stored("contacts"))[first["id"]]["properties"]["firstname"] == "Ada"
        assert second["id"] in await synced.stored("contacts")

    async def test_a_record_that_a_poll_brings_has_its_present_associations(self, synced: Synced) -> None:
        contact = synced.simulator.create(synced.portal_id, "contacts", firstname="Ada")
        await synced.run("poll")
        [company, *_] = synced.simulator.export(synced.portal_id, "companies")
        synced.simulator.associate(synced.portal_id, ("contacts", contact["id"]), ("companies", company["id"]))
        synced.simulator.update(synced.portal_id, "contacts", contact["id"], firstname="Bea")

        await synced.run("poll")

        stored = (await synced.stored("contacts"))[contact["id"]]
        assert stored["associations"]["companies"] == [f"{company['id']}_Company"]

    async def test_a_poll_without_changes_writes_nothing(self, synced: Synced) -> None:
        await synced.run("poll")

        assert await synced.changes() == []


class TestVerifying:
    async def test_an_archived_record_leaves_a_tombstone_with_its_reason(self, synced: Synced) -> None:
        [record, *_] = synced.simulator.export(synced.portal_id, "deals")
        synced.simulator.archive(synced.portal_id, "deals", record["id"])

        run = await synced.run("verify")

        assert (run["state"], run["deleted"]) == ("complete", 1)
        assert ("deleted", f"{record['id']}_Deal", "archived") in await synced.changes()
        await synced.assert_equal_to_truth()

    async def test_a_verification_without_deletions_forgets_those_that_are_old(
        self, synced: Synced, redis_client: Redis
    ) -> None:
        for record in synced.simulator.export(synced.portal_id, "deals")[:3]:
            synced.simulator.archive(synced.portal_id, "deals", record["id"])
        await synced.run("verify")
        key = store.tombstones_key(synced.connection_id)
        for member in await redis_client.zrange(key, 0, -1):
            await redis_client.zadd(key, {member: (time.time() - 31 * 24 * 3_600) * 1_000})
        before = await redis_client.zcard(key)

        await synced.run("verify")

        assert (before, await redis_client.zcard(key)) == (3, 0)

    async def test_losers_of_a_merge_name_their_survivor(self, synced: Synced) -> None:
        [first, second, *_] = synced.simulator.export(synced.portal_id, "contacts")
        synced.simulator.merge(synced.portal_id, "contacts", first["id"], second["id"])

        await synced.run("verify")

        changes = await synced.changes()
        assert ("deleted", f"{first['id']}_Contact", "merged") in changes
        assert ("deleted", f"{second['id']}_Contact", "merged") in changes
        await synced.assert_equal_to_truth()

    async def test_changed_associations_of_a_small_type_are_found_within_an_hour(
        self, synced: Synced, redis_client: Redis
    ) -> None:
        contact = synced.simulator.create(synced.portal_id, "contacts", firstname="Ada")
        await synced.run("poll")
        [company, *_] = synced.simulator.export(synced.portal_id, "companies")
        synced.simulator.associate(synced.portal_id, ("contacts", contact["id"]), ("companies", company["id"]))

        before = await synced.state()
        await set_states(redis_client, "verify_at_ms", 1)  # as each hour
        await synced.run("poll")
        await synced.until(lambda state: state["object_types"]["contacts"]["verified_at"] > before["verified_at"])

        stored = (await synced.stored("contacts"))[contact["id"]]
        assert f"{company['id']}_Company" in stored["associations"]["companies"]


class TestEnding:
    async def test_turning_sync_off_deletes_everything(self, synced: Synced) -> None:
        assert (await synced.api.delete(SYNC)).status_code == 204
        assert (await synced.api.delete(SYNC)).status_code == 204

        answer = await synced.api.get(SYNC)

        assert (answer.status_code, answer.json()["code"]) == (409, "sync_not_enabled")
        assert await synced.mirror.epochs.find(synced.connection_id) is None

    async def test_disconnecting_deletes_everything(self, synced: Synced) -> None:
        path = f"/integrations/hubspot/credentials/{synced.connection_id}"
        assert (await synced.api.delete(path)).status_code == 204

        assert await synced.mirror.epochs.find(synced.connection_id) is None

    async def test_what_an_interrupted_disconnect_has_left_is_deleted_by_the_service(
        self, open_synced: OpenSynced, redis_client: Redis
    ) -> None:
        head = store.sequence_key("gone")
        await redis_client.hset(head, mapping={"epoch": "1", "type:0-1": "0"})  # type: ignore[misc]
        await redis_client.hset(store.MIRROR_DROPPED, "gone", "1")  # type: ignore[misc]

        async with open_synced(), asyncio.timeout(WAIT_S):
            while await redis_client.exists(store.MIRROR_DROPPED):  # noqa: ASYNC110 (there is no event)
                await asyncio.sleep(0.02)

        assert not await redis_client.exists(head)
