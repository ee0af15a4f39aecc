"""Faults while a portal is kept in sync: the state shows them, nothing is lost, nothing is deleted by mistake."""

import asyncio
import time
from datetime import datetime, timedelta
from typing import Any, cast

import pytest
from redis.asyncio import Redis
from redis.exceptions import ConnectionError as RedisConnectionError

from core.store import SYNCS_DUE, data_key_key
from errors import CursorExpiredError
from mirror.epochs import Epochs
from sync.runner import SyncRunner
from sync.signal_store import SignalStore
from tests.integration.api.client import EU_PORTAL, FIRST_PORTAL, problem
from tests.integration.sync.conftest import SYNC, WAIT_S, OpenSynced, Synced
from tests.integration.sync.streaming import open_stream
from tests.integration.sync.test_drain import first, push


def types(state: dict[str, Any]) -> dict[str, str]:
    return {name: one["state"] for name, one in state["object_types"].items()}


class TestWhatIsWanted:
    async def test_an_unknown_object_type_is_refused_and_turns_nothing_on(self, open_synced: OpenSynced) -> None:
        async with open_synced() as synced:
            answer = await synced.api.http.put(SYNC, json={"object_types": ["contacts", "unicorns"]})

            problem(answer, 422, "unknown_object_type")
            problem(await synced.api.get(SYNC), 409, "sync_not_enabled")

    @pytest.mark.parametrize("body", [{"object_types": []}, {"properties": "some"}, {"associations": 1}, {"x": 1}, []])
    async def test_a_body_that_says_something_else_is_refused(self, open_synced: OpenSynced, body: Any) -> None:
        async with open_synced(seed={"contacts": 1}) as synced:
            problem(await synced.api.http.put(SYNC, json=body), 422, "validation_failed")

    async def test_the_wrong_member_is_named_as_the_caller_knows_it(self, open_synced: OpenSynced) -> None:
        async with open_synced(seed={"contacts": 1}) as synced:
            answer = await synced.api.http.put(SYNC, json={"properties": 1})

        body = problem(answer, 422, "validation_failed")
        assert {fault["parameter"] for fault in body["errors"]} == {"properties"}

    async def test_two_requests_at_once_are_one_sync(self, open_synced: OpenSynced) -> None:
        async with open_synced() as synced:
            await asyncio.gather(*(synced.enable() for _ in range(5)))
            await synced.until_loaded()

            runs = (await synced.api.json(f"{SYNC}/runs"))["runs"]
            assert [run["kind"] for run in runs].count("load") == 1
            await synced.assert_equal_to_truth()

    async def test_another_object_type_is_loaded_and_the_others_stay(self, synced: Synced) -> None:
        await synced.enable(object_types=["contacts", "companies", "deals", "products"])

        state = await synced.until(lambda state: types(state).get("products") == "live")

        assert types(state) == dict.fromkeys(["contacts", "companies", "deals", "products"], "live")
        changed = {change[1].partition("_")[2] for change in await synced.changes()}
        assert changed == {"Product"}

    async def test_other_properties_are_read_for_all_records(self, synced: Synced) -> None:
        await synced.enable(properties=["email"])
        await synced.until(lambda state: state["state"] == "live" and not state["running"])

        stored = await synced.stored("contacts")
        assert {name for item in stored.values() for name in item["properties"]} <= {
            *("email", "createdate", "lastmodifieddate", "hs_object_id"),
        }

    async def test_another_user_has_no_part_in_it(self, synced: Synced) -> None:
        stranger = synced.api.as_user("ben")

        answer = await stranger.http.put(SYNC, json={}, params=stranger.user | {"connection_id": synced.connection_id})

        problem(answer, 404, "not_found")


class TestAccess:
    async def test_a_type_without_its_scope_is_paused_and_the_others_are_live(self, open_synced: OpenSynced) -> None:
        async with open_synced() as synced:
            connection_id = await synced.api.connect(EU_PORTAL)
            path = f"{SYNC}?connection_id={connection_id}"
            await synced.api.http.put(path, json={"object_types": ["contacts", "tickets"]})
            async with asyncio.timeout(20):
                while (state := await synced.api.json(path))["object_types"]["contacts"]["state"] != "live":  # noqa: ASYNC110
                    await asyncio.sleep(0.05)

        tickets = state["object_types"]["tickets"]
        assert (state["state"], tickets["state"]) == ("paused", "paused")
        assert (tickets["error"]["code"], tickets["error"]["missing_scopes"]) == ("scope_missing", ["tickets"])
        assert tickets["error"]["action"] == "reconnect"

    async def test_types_that_are_all_without_their_scope_are_tried_again_in_an_hour(
        self, open_synced: OpenSynced
    ) -> None:
        async with open_synced() as synced:
            connection_id = await synced.api.connect(EU_PORTAL)
            path = f"{SYNC}?connection_id={connection_id}"
            await synced.api.http.put(path, json={"object_types": ["tickets"]})
            async with asyncio.timeout(20):
                while not (state := await synced.api.json(path))["object_types"]["tickets"]["error"]:  # noqa: ASYNC110
                    await asyncio.sleep(0.05)

        failed_at, again_at = state["last_run"]["ended_at"], state["next_run"]["at"]
        assert (types(state), state["next_run"]["kind"]) == ({"tickets": "paused"}, "load")
        assert datetime.fromisoformat(again_at) - datetime.fromisoformat(failed_at) > timedelta(minutes=50)

    async def test_a_revoked_grant_deletes_nothing_and_connecting_again_goes_on(self, synced: Synced) -> None:
        before = await synced.stored("contacts")
        synced.simulator.revoke(FIRST_PORTAL)

        await synced.run("poll")
        state = await synced.until(lambda state: state["state"] == "reconnect_required")
        refused = await synced.api.http.post(f"{SYNC}/runs", json={"kind": "poll"})

        assert {type_["error"]["action"] for type_ in state["object_types"].values()} == {"reconnect"}
        assert await synced.stored("contacts") == before
        problem(refused, 409, "reconnect_required")

        await synced.api.connect()
        await synced.api.http.put(SYNC, json={})
        state = await synced.until(lambda state: state["state"] == "live" and not state["running"])

        assert [run["kind"] for run in (await synced.api.json(f"{SYNC}/runs"))["runs"]].count("load") == 1
        assert await synced.changes() == []

    async def test_a_revoked_grant_is_in_the_state_as_soon_as_a_call_finds_it(self, synced: Synced) -> None:
        async with open_stream(synced.api, SYNC, {"Accept": "text/event-stream"}) as stream:
            await stream.until('"state":"live"')
            synced.simulator.revoke(FIRST_PORTAL)
            problem(await synced.api.get("/integrations/hubspot/items"), 409, "reconnect_required")

            await stream.until('"state":"reconnect_required"')
            state = await synced.state()

        assert (state["state"], state["error"]["code"]) == ("reconnect_required", "reconnect_required")
        assert {type_["error"]["action"] for type_ in state["object_types"].values()} == {"reconnect"}

    async def test_a_stream_that_began_without_a_grant_shows_that_sync_resumes(self, synced: Synced) -> None:
        synced.simulator.revoke(FIRST_PORTAL)
        problem(await synced.api.get("/integrations/hubspot/items"), 409, "reconnect_required")

        async with open_stream(synced.api, SYNC, {"Accept": "text/event-stream"}) as stream:
            await stream.until('"state":"reconnect_required"')
            await synced.api.connect()

            await stream.until('"state":"live"')

    async def test_until_the_account_is_connected_again_no_run_is_announced(self, synced: Synced) -> None:
        synced.simulator.revoke(FIRST_PORTAL)
        await synced.run("poll")

        state = await synced.until(lambda state: state["state"] == "reconnect_required")

        assert state["next_run"] is None

    async def test_a_connection_that_cannot_be_opened_does_not_count_as_late(
        self, open_synced: OpenSynced, redis_client: Redis, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Its job runs: an alert for workers that are gone must not fire."""
        monkeypatch.setattr("sync.runner.IDLE_S", 0.1)
        async with open_synced(seed={"contacts": 1}) as synced:
            await synced.enable()
            await synced.until_loaded()

            await cast(Any, redis_client).hset(
                f"connection:{{TestOrg/TestUser}}:hubspot:{synced.connection_id}", "details", "damaged"
            )

            async with asyncio.timeout(WAIT_S):
                while True:
                    [(_, due_ms)] = await redis_client.zrange(SYNCS_DUE, 0, 0, withscores=True)
                    if due_ms > (time.time() + 30) * 1000:
                        break
                    await asyncio.sleep(0.05)


class TestVendor:
    async def test_a_failing_vendor_leaves_what_is_stored_and_says_since_when(self, synced: Synced) -> None:
        before = await synced.state()
        synced.simulator.fault("/crm/", "status", status=503, times=None)

        run = await synced.run("poll")
        state = await synced.state()

        assert (run["state"], run["error"]["code"]) == ("failed", "upstream_unavailable")
        assert (state["state"], state["error"]["code"]) == ("live", "upstream_unavailable")
        assert state["as_of"] == before["as_of"]
        assert state["next_run"]["at"] > run["ended_at"]

        synced.simulator.clear_faults()
        run = await synced.run("poll")
        state = await synced.state()

        assert (run["state"], state["error"]) == ("complete", None)
        assert state["as_of"] > before["as_of"]

    async def test_a_listing_that_fails_half_way_deletes_nothing(self, synced: Synced) -> None:
        synced.simulator.fault("/objects/.+/contacts$", "status", status=403, times=None, after=1)

        await synced.run("verify")

        assert [change for change in await synced.changes() if change[0] == "deleted"] == []
        assert len(await synced.stored("contacts")) == 120

    async def test_records_that_the_listing_leaves_out_are_not_deleted(self, synced: Synced) -> None:
        """As when its order breaks: what it does not show is asked for by id."""
        synced.simulator.settings(list_order="scattered")

        run = await synced.run("verify")

        assert (run["state"], run["deleted"]) == ("complete", 0)

    async def test_a_refused_read_by_id_deletes_nothing(self, synced: Synced) -> None:
        [record, *_] = synced.simulator.export(FIRST_PORTAL, "deals")
        synced.simulator.archive(FIRST_PORTAL, "deals", record["id"])
        synced.simulator.fault("/deals/batch/read", "status", status=403, times=None)

        await synced.run("verify")

        assert record["id"] in await synced.stored("deals")
        assert [change for change in await synced.changes() if change[0] == "deleted"] == []


class TestMirror:
    async def test_records_that_do_not_fit_are_not_loaded(self, open_synced: OpenSynced) -> None:
        async with open_synced(mirror_max_bytes=20_000) as synced:
            await synced.enable()

            state = await synced.until(lambda state: state["state"] == "mirror_full")

            error = state["object_types"]["contacts"]["error"]
            assert (error["code"], error["action"]) == ("mirror_full", "ask_admin")
            assert (await synced.api.get("/integrations/hubspot/items", limit=1)).status_code == 200

    async def test_a_mirror_that_lost_its_data_is_loaded_again_and_old_cursors_expire(
        self, synced: Synced, redis_client: Redis
    ) -> None:
        await lose(redis_client, synced.connection_id)

        await synced.run("poll")
        await synced.until(lambda state: state["state"] == "live" and bool(state["verified_at"]))

        with pytest.raises(CursorExpiredError):
            await synced.changes()
        await synced.assert_equal_to_truth()

    async def test_a_worker_that_dies_as_it_begins_a_new_mirror_leaves_all_records_to_the_next_one(
        self, synced: Synced
    ) -> None:
        await synced.mirror.epochs.begin(synced.connection_id)

        await synced.run("poll")

        await synced.until_loaded()
        await synced.assert_equal_to_truth()

    async def test_a_record_that_cannot_be_opened_has_all_records_loaded_again(
        self, synced: Synced, redis_client: Redis
    ) -> None:
        key = f"rec:{{{synced.connection_id}}}:0-1"
        [record_id, *_] = await synced.stored("contacts")
        await cast(Any, redis_client.hset(key, record_id, "broken" * 50))

        broken = await synced.api.get("/integrations/hubspot/changes", limit=1_000)
        items = await synced.api.get("/integrations/hubspot/items", max_age=600)
        await synced.run("poll")
        await synced.until(lambda state: state["state"] == "live" and bool(state["verified_at"]))

        problem(broken, 503, "store_unavailable")
        assert items.json()["source"] == "live"
        with pytest.raises(CursorExpiredError):
            await synced.changes()
        await synced.assert_equal_to_truth()

    async def test_a_manipulated_key_of_the_records_has_all_of_them_loaded_again(
        self, synced: Synced, redis_client: Redis
    ) -> None:
        await redis_client.set(data_key_key(synced.connection_id), "broken")

        broken = await synced.api.get("/integrations/hubspot/changes")
        await synced.run("poll")
        await synced.until(lambda state: state["state"] == "live" and bool(state["verified_at"]))

        problem(broken, 500, "credential_integrity")
        await synced.assert_equal_to_truth()

    async def test_turning_off_during_a_load_leaves_nothing(self, open_synced: OpenSynced, redis_client: Redis) -> None:
        async with open_synced(seed={"contacts": 3_000}) as synced:
            synced.simulator.settings(latency_ms=100)
            await synced.enable(object_types=["contacts"])
            await synced.until(lambda state: state["object_types"]["contacts"]["counts"]["mirror"] not in {None, 0})

            assert (await synced.api.delete(SYNC)).status_code == 204
            await asyncio.sleep(1)  # what was under way would write now

            left = [key async for key in redis_client.scan_iter(f"*{synced.connection_id}*")]
            assert [key for key in left if not key.startswith(("connection", "refresh", "{jobs}"))] == []

    async def test_turning_on_that_is_interrupted_is_finished_by_the_sweeper(
        self, open_synced: OpenSynced, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        join, failures = SignalStore.join, [RedisConnectionError]

        async def fail_once(signals: SignalStore, account_id: str, sync_key: str) -> None:
            if failures:
                raise failures.pop()
            await join(signals, account_id, sync_key)

        monkeypatch.setattr(SignalStore, "join", fail_once)
        monkeypatch.setattr("sync.runner.SWEEP_EVERY_S", 0.1)
        async with open_synced(seed={"contacts": 5}) as synced:
            answer = await synced.api.http.put(SYNC, json={"object_types": ["contacts"]})
            problem(answer, 503, "store_unavailable")

            monkeypatch.setattr("sync.runner.OVERDUE_S", 0)  # as if the time had passed
            await synced.until_loaded()
            deleted = first(synced)
            synced.simulator.archive(synced.portal_id, "contacts", deleted)
            await push(synced, {"subscriptionType": "contact.deletion", "objectId": int(deleted)})
            await synced.until(lambda state: state["object_types"]["contacts"]["counts"]["mirror"] == 4)

    @pytest.mark.parametrize("is_turned_off", [True, False])
    async def test_records_of_a_sync_that_ends_are_deleted_though_redis_fails_once(
        self, synced: Synced, redis_client: Redis, monkeypatch: pytest.MonkeyPatch, *, is_turned_off: bool
    ) -> None:
        """It ends when it is turned off, or when a worker finds no connection."""
        [perpetual] = SyncRunner.sync_connection.__defaults__ or ()
        monkeypatch.setattr(perpetual, "every", timedelta(0))
        drop, failures = Epochs.drop, [RedisConnectionError]

        async def fail_once(epochs: Epochs, connection_id: str) -> None:
            if failures:
                raise failures.pop()
            await drop(epochs, connection_id)

        monkeypatch.setattr(Epochs, "drop", fail_once)
        synced.simulator.settings(latency_ms=700)  # the run takes longer than a look at it
        await synced.api.http.post(f"{SYNC}/runs", json={"kind": "poll"})
        await synced.until(lambda state: bool(state["running"]))

        if is_turned_off:
            problem(await synced.api.delete(SYNC), 503, "store_unavailable")
        else:
            await redis_client.unlink(*await redis_client.keys("connection:*"))

        async with asyncio.timeout(WAIT_S):
            while await synced.mirror.epochs.find(synced.connection_id):  # noqa: ASYNC110 (another process' work)
                await asyncio.sleep(0.02)

    async def test_turning_off_as_a_job_ends_leaves_no_sync_that_is_late_for_ever(
        self, open_synced: OpenSynced, redis_client: Redis, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A job notes when the sync is due next after its work, and the sync may have been turned off in between."""
        monkeypatch.setattr("sync.runner.SWEEP_EVERY_S", 0.1)
        async with open_synced() as synced:
            await synced.enable()
            await synced.until_loaded()
            [(key, due_ms)] = await redis_client.zrange(SYNCS_DUE, 0, -1, withscores=True)
            await synced.api.http.delete(SYNC)

            await redis_client.zadd(SYNCS_DUE, {key: due_ms - 3_600_000})

            async with asyncio.timeout(WAIT_S):
                while await redis_client.zcard(SYNCS_DUE):  # noqa: ASYNC110 (another process' work)
                    await asyncio.sleep(0.02)

    async def test_turning_off_during_a_verification_is_no_failure(
        self, synced: Synced, redis_client: Redis, capsys: pytest.CaptureFixture[str]
    ) -> None:
        synced.simulator.settings(latency_ms=100)
        await synced.api.http.post(f"{SYNC}/runs", json={"kind": "verify"})
        await synced.until(lambda state: bool(state["running"]))

        assert (await synced.api.delete(SYNC)).status_code == 204
        async with asyncio.timeout(WAIT_S):
            while [key async for key in redis_client.scan_iter(f"*:sync.{synced.connection_id}*")]:  # noqa: ASYNC110
                await asyncio.sleep(0.02)

        assert "sync run failed" not in capsys.readouterr().out


async def lose(redis: Redis, connection_id: str) -> None:
    """What a mirror's Redis without persistence has after a restart."""
    keys = [key async for key in redis.scan_iter(f"*{{{connection_id}}}*") if not key.startswith("mirror:key")]
    await redis.unlink(*keys)


async def test_definitions_that_cannot_be_read_change_no_stored_record(
    open_synced: OpenSynced, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hubspot.metadata_cache.LIFETIME_S", 0.0)
    async with open_synced(seed={"contacts": 5, "companies": 3, "deals": 9}) as synced:
        await synced.enable(object_types=["deals"], properties="all")
        await synced.until_loaded()
        before = await synced.stored("deals")
        await synced.changes()
        synced.simulator.fault("/crm/properties/", "status", status=500, times=None)

        run = await synced.run("verify")

        assert (run["state"], run["error"]["code"]) == ("failed", "upstream_unavailable")
        assert (await synced.changes(), await synced.stored("deals")) == ([], before)


@pytest.mark.parametrize("path", ["/crm/owners/", "/crm/pipelines/"])
async def test_a_poll_that_cannot_read_names_stores_no_ids_instead(
    open_synced: OpenSynced, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setattr("hubspot.metadata_cache.LIFETIME_S", 0.0)
    async with open_synced(seed={"contacts": 5, "companies": 3, "deals": 9}) as synced:
        await synced.enable(object_types=["deals"])
        await synced.until_loaded()
        before = await synced.stored("deals")
        deal = next(item for item in before.values() if {"hubspot_owner_id", "dealstage"} <= item["labels"].keys())
        await synced.changes()
        synced.simulator.update(synced.portal_id, "deals", deal["record_id"], dealname="Renewal")
        synced.simulator.fault(path, "status", status=500, times=None)

        run = await synced.run("poll")

        assert (run["state"], run["error"]["code"]) == ("failed", "upstream_unavailable")
        assert (await synced.changes(), await synced.stored("deals")) == ([], before)

        synced.simulator.clear_faults()
        run = await synced.run("poll")

        stored = (await synced.stored("deals"))[deal["record_id"]]
        assert (run["state"], run["changed"], stored["name"]) == ("complete", 1, "Renewal")
        assert stored["labels"] == deal["labels"]


async def test_associations_that_cannot_be_read_change_no_stored_record(synced: Synced) -> None:
    before = await synced.stored("deals")
    synced.simulator.fault("/crm/associations/", "malformed", times=None)

    run = await synced.run("verify")

    assert (run["state"], run["error"]["code"]) == ("failed", "upstream_unavailable")
    assert (await synced.changes(), await synced.stored("deals")) == ([], before)


class TestRuns:
    async def test_a_run_can_be_cancelled(self, open_synced: OpenSynced) -> None:
        async with open_synced(seed={"contacts": 5_000}) as synced:
            synced.simulator.settings(latency_ms=50)
            await synced.enable(object_types=["contacts"])
            state = await synced.until(lambda state: bool(state["running"]))
            [running] = state["running"]

            assert (await synced.api.delete(f"{SYNC}/runs/{running['run_id']}")).status_code == 204
            run = await synced.ended(running["run_id"])

            assert run["state"] == "cancelled"
            contacts = (await synced.state())["object_types"]["contacts"]
            assert (contacts["state"], contacts["error"]["code"]) == ("paused", "load_cancelled")

    async def test_a_run_that_was_requested_can_be_cancelled_while_it_runs(self, synced: Synced) -> None:
        synced.simulator.settings(latency_ms=200)
        begun = await synced.api.http.post(f"{SYNC}/runs", json={"kind": "verify"})
        run_id = begun.json()["run_id"]
        await synced.until(lambda state: run_id in {run["run_id"] for run in state["running"]})

        assert (await synced.api.delete(f"{SYNC}/runs/{run_id}")).status_code == 204

        assert (await synced.ended(run_id))["state"] == "cancelled"
        assert (await synced.state())["running"] == []

    async def test_a_requested_load_reads_all_types_after_the_load_of_a_new_one_has_failed(
        self, synced: Synced
    ) -> None:
        synced.simulator.fault("/objects/.+/products", "status", status=503, times=None)
        await synced.enable(object_types=["contacts", "products"])
        await synced.until(lambda state: bool(state["object_types"]["products"]["error"]))
        synced.simulator.clear_faults()
        synced.simulator.clear_log()

        run = await synced.run("load")

        assert (run["state"], run["object_types"]) == ("complete", ["contacts", "products"])
        assert [entry for entry in synced.simulator.log("/contacts$") if entry["method"] == "GET"]

    async def test_a_run_that_is_not_there_cannot_be_cancelled(self, synced: Synced) -> None:
        body = problem(await synced.api.delete(f"{SYNC}/runs/none"), 404, "run_not_found")

        assert body["detail"].endswith("List runs with GET /integrations/{provider}/sync/runs.")

    async def test_too_many_waiting_runs_are_refused(self, synced: Synced) -> None:
        synced.simulator.hold("/crm/", times=None)
        answers = [await synced.api.http.post(f"{SYNC}/runs", json={"kind": "poll"}) for _ in range(12)]
        synced.simulator.clear_faults()

        assert answers[0].status_code == 202
        problem(answers[-1], 429, "rate_limited")
