"""Webhooks to the change feed: each kind of event brings the mirror to what HubSpot has, without a poll."""

import asyncio
import json
import time
from typing import Any, cast

import pytest
from redis.asyncio import Redis

from core.store import data_key_key
from core.tasks import end_tasks
from hubspot.webhook_signature import sign
from oauth.connection import Connection
from sync.drain import SignalDrain
from sync.signal_reader import Target
from sync.signal_store import SignalStore
from sync.state import Sync
from tests.integration.sync.conftest import SYNC, WAIT_S, OpenSynced, Synced
from tests.servers import CLIENT_SECRET

PATH = "/webhooks/hubspot"
URI = b"http://localhost:8000/webhooks/hubspot"


async def push(synced: Synced, *events: dict[str, Any]) -> None:
    now_ms = int(time.time() * 1000)
    common = {"portalId": int(synced.portal_id), "occurredAt": now_ms - 2, "attemptNumber": 0}
    body = json.dumps([common | event for event in events]).encode()
    timestamp = str(now_ms).encode()
    signature = sign(CLIENT_SECRET, method="POST", uri=URI, body=body, timestamp=timestamp)
    headers = {"X-HubSpot-Signature-v3": signature.decode(), "X-HubSpot-Request-Timestamp": timestamp.decode()}
    answer = await synced.api.http.post(PATH, content=body, headers=headers)
    assert answer.status_code == 200, answer.text


async def changes(synced: Synced, expected: int) -> list[tuple[str, str, str | None]]:
    """So many changes of the feed, as soon as they are there."""
    found: list[tuple[str, str, str | None]] = []
    async with asyncio.timeout(WAIT_S):
        while len(found) < expected:
            found += await synced.changes()
            await asyncio.sleep(0.02)
    return sorted(found)


async def worked_off(synced: Synced, signal_store: SignalStore) -> None:
    async with asyncio.timeout(WAIT_S):
        while await signal_store.count(synced.portal_id):  # noqa: ASYNC110 (another process' work)
            await asyncio.sleep(0.02)


async def waiting_records(synced: Synced, signal_store: SignalStore) -> list[str]:
    taken = await signal_store.take(synced.portal_id, int(time.time() * 1000))
    return [signal.record_id for signal in taken.records]


async def looked_at_twice(synced: Synced, signal_store: SignalStore) -> None:
    """Each look sets when the account is due again; without signals it never is."""
    times: set[int] = set()
    async with asyncio.timeout(WAIT_S):
        while len(times) < 3 and (due_ms := await signal_store.due_score(synced.portal_id)) is not None:
            times.add(due_ms)
            await asyncio.sleep(0.02)


async def wait_for_calls(synced: Synced, path: str, count: int) -> None:
    async with asyncio.timeout(WAIT_S):
        while len(synced.simulator.log(path)) < count:  # noqa: ASYNC110 (another process' work)
            await asyncio.sleep(0.02)


def first(synced: Synced, object_type: str = "contacts", number: int = 0) -> str:
    return str(synced.simulator.export(synced.portal_id, object_type)[number]["id"])


@pytest.fixture
def signal_store(redis_client: Redis) -> SignalStore:
    return SignalStore(redis_client)


class TestEvents:
    async def test_change_reaches_the_feed_with_one_call_and_keeps_its_links(self, synced: Synced) -> None:
        record_id = first(synced)
        before = (await synced.stored("contacts"))[record_id]
        synced.simulator.update(synced.portal_id, "contacts", record_id, firstname="Ada")
        synced.simulator.clear_log()

        await push(synced, {"subscriptionType": "contact.propertyChange", "objectId": int(record_id)})

        assert await changes(synced, 1) == [("updated", f"{record_id}_Contact", None)]
        after = (await synced.stored("contacts"))[record_id]
        assert after["properties"]["firstname"] == "Ada"
        assert after["associations"] == before["associations"]
        assert len(synced.simulator.log("batch/read")) == 1
        await synced.assert_equal_to_truth("contacts")

    async def test_a_deletion_while_a_reconnect_is_required_arrives_after_it(
        self, synced: Synced, signal_store: SignalStore, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("sync.drain.OFFER_AGAIN_MS", 500)
        record_id = first(synced)
        synced.simulator.revoke(synced.portal_id)
        await synced.api.http.post(f"{SYNC}/runs", json={"kind": "poll"})
        await synced.until(lambda state: state["state"] == "reconnect_required")
        synced.simulator.archive(synced.portal_id, "contacts", record_id)

        await push(synced, {"subscriptionType": "contact.deletion", "objectId": int(record_id)})
        await looked_at_twice(synced, signal_store)
        await synced.api.connect()

        assert await changes(synced, 1) == [("deleted", f"{record_id}_Contact", "archived")]

    async def test_a_deletion_arrives_though_the_account_is_reconnected_while_its_signals_are_looked_at(
        self, synced: Synced, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("sync.drain.OFFER_AGAIN_MS", 500)
        find_mirror = SignalDrain._open

        async def reconnect_then_find_nothing(drain: SignalDrain, connection: Connection, sync: Sync) -> Target | None:
            if connection.status != "connected":
                await synced.api.connect()
            return await find_mirror(drain, connection, sync)

        record_id = first(synced)
        synced.simulator.revoke(synced.portal_id)
        await synced.api.http.post(f"{SYNC}/runs", json={"kind": "poll"})
        await synced.until(lambda state: state["state"] == "reconnect_required")
        synced.simulator.archive(synced.portal_id, "contacts", record_id)
        monkeypatch.setattr(SignalDrain, "_open", reconnect_then_find_nothing)

        await push(synced, {"subscriptionType": "contact.deletion", "objectId": int(record_id)})

        assert await changes(synced, 1) == [("deleted", f"{record_id}_Contact", "archived")]

    async def test_creation_comes_with_its_links(self, synced: Synced) -> None:
        company = first(synced, "companies")
        created = synced.simulator.create(synced.portal_id, "contacts", firstname="New")
        synced.simulator.associate(synced.portal_id, ("contacts", created["id"]), ("companies", company))

        await push(synced, {"subscriptionType": "contact.creation", "objectId": int(created["id"])})

        assert await changes(synced, 1) == [("created", f"{created['id']}_Contact", None)]
        assert (await synced.stored("contacts"))[created["id"]]["associations"]["companies"] == [f"{company}_Company"]

    async def test_association_change_updates_both_sides(self, synced: Synced) -> None:
        company = first(synced, "companies")
        created = synced.simulator.create(synced.portal_id, "contacts", firstname="New")
        await push(synced, {"subscriptionType": "contact.creation", "objectId": int(created["id"])})
        await changes(synced, 1)
        synced.simulator.associate(synced.portal_id, ("contacts", created["id"]), ("companies", company))

        await push(
            synced,
            {
                "subscriptionType": "contact.associationChange",
                "associationType": "CONTACT_TO_COMPANY",
                "fromObjectId": int(created["id"]),
                "toObjectId": int(company),
            },
        )

        assert {id_ for _, id_, _ in await changes(synced, 2)} == {f"{created['id']}_Contact", f"{company}_Company"}
        await synced.assert_equal_to_truth()

    async def test_deletion_is_confirmed_and_a_restored_record_comes_back(self, synced: Synced) -> None:
        deal = first(synced, "deals")
        synced.simulator.archive(synced.portal_id, "deals", deal)
        await push(synced, {"subscriptionType": "deal.deletion", "objectId": int(deal)})
        deleted = await changes(synced, 1)
        synced.simulator.restore(synced.portal_id, "deals", deal)

        await push(synced, {"subscriptionType": "deal.restore", "objectId": int(deal)})

        assert deleted == [("deleted", f"{deal}_Deal", "archived")]
        assert [id_ for _, id_, _ in await changes(synced, 1)] == [f"{deal}_Deal"]
        await synced.assert_equal_to_truth("deals")

    async def test_deletion_that_is_not_true_deletes_nothing(self, synced: Synced, signal_store: SignalStore) -> None:
        deal = first(synced, "deals")

        await push(synced, {"subscriptionType": "deal.deletion", "objectId": int(deal), "occurredAt": 1})

        await worked_off(synced, signal_store)
        assert deal in await synced.stored("deals")
        assert await synced.changes() == []

    async def test_merge_leads_to_the_survivor(self, synced: Synced) -> None:
        primary, loser = first(synced), first(synced, number=1)
        survivor = synced.simulator.merge(synced.portal_id, "contacts", primary, loser)

        await push(
            synced,
            {
                "subscriptionType": "contact.merge",
                "objectId": int(primary),
                "primaryObjectId": int(primary),
                "mergedObjectIds": [int(loser)],
                "newObjectId": int(survivor["id"]),
            },
        )

        assert await changes(synced, 3) == sorted(
            [
                ("created", f"{survivor['id']}_Contact", None),
                ("deleted", f"{primary}_Contact", "merged"),
                ("deleted", f"{loser}_Contact", "merged"),
            ]
        )
        stored = await synced.stored("contacts")
        assert sorted(stored) == sorted(entry["id"] for entry in synced.simulator.export(synced.portal_id, "contacts"))

    async def test_erased_record_is_purged_and_never_asked_for(self, synced: Synced) -> None:
        record_id = first(synced)
        synced.simulator.erase(synced.portal_id, "contacts", record_id)
        synced.simulator.clear_log()

        await push(
            synced,
            {"subscriptionType": "contact.deletion", "objectId": int(record_id)},
            {"subscriptionType": "contact.privacyDeletion", "objectId": int(record_id)},
        )

        assert await changes(synced, 1) == [("deleted", f"{record_id}_Contact", "privacy")]
        assert synced.simulator.log("batch/read") == []

    async def test_erased_record_is_purged_while_a_reconnect_is_required(
        self, synced: Synced, signal_store: SignalStore
    ) -> None:
        erased, archived = first(synced), first(synced, number=1)
        synced.simulator.revoke(synced.portal_id)
        await synced.api.http.post(f"{SYNC}/runs", json={"kind": "poll"})
        await synced.until(lambda state: state["state"] == "reconnect_required")

        await push(
            synced,
            {"subscriptionType": "contact.deletion", "objectId": int(archived)},
            {"subscriptionType": "contact.deletion", "objectId": int(erased)},
            {"subscriptionType": "contact.privacyDeletion", "objectId": int(erased)},
        )

        assert await changes(synced, 1) == [("deleted", f"{erased}_Contact", "privacy")]
        async with asyncio.timeout(WAIT_S):  # the signals of the erased record are removed a moment later
            while await waiting_records(synced, signal_store) != [archived]:  # noqa: ASYNC110 (another process' work)
                await asyncio.sleep(0.02)

    async def test_erased_record_of_a_type_that_was_left_out_is_purged(self, synced: Synced) -> None:
        record_id = first(synced)
        await synced.enable(object_types=["companies"])

        await push(
            synced,
            {"subscriptionType": "contact.privacyDeletion", "objectId": int(record_id)},
            {"subscriptionType": "contact.privacyDeletion", "objectId": 999_999_999},
        )

        assert await changes(synced, 1) == [("deleted", f"{record_id}_Contact", "privacy")]

    async def test_object_types_that_are_not_kept_are_not_read(self, synced: Synced, signal_store: SignalStore) -> None:
        synced.simulator.clear_log()

        await push(synced, {"subscriptionType": "object.creation", "objectTypeId": "0-46", "objectId": 7})

        await worked_off(synced, signal_store)
        assert synced.simulator.log("batch/read") == []


class TestTiming:
    async def test_read_that_is_older_than_its_signal_is_repeated(
        self, synced: Synced, signal_store: SignalStore
    ) -> None:
        record_id = first(synced)
        await push(synced, {"subscriptionType": "contact.propertyChange", "objectId": int(record_id)})
        async with asyncio.timeout(WAIT_S):
            while not synced.simulator.log("batch/read"):  # noqa: ASYNC110 (another process' work)
                await asyncio.sleep(0.02)
        assert await synced.changes() == []

        synced.simulator.update(synced.portal_id, "contacts", record_id, firstname="Late")

        assert await changes(synced, 1) == [("updated", f"{record_id}_Contact", None)]
        assert (await synced.stored("contacts"))[record_id]["properties"]["firstname"] == "Late"

    async def test_batch_that_is_refused_is_read_again(self, synced: Synced) -> None:
        record_id = first(synced)
        synced.simulator.update(synced.portal_id, "contacts", record_id, firstname="Ada")
        synced.simulator.fault("batch/read", "status", status=400, times=1)

        await push(synced, {"subscriptionType": "contact.propertyChange", "objectId": int(record_id)})

        assert await changes(synced, 1) == [("updated", f"{record_id}_Contact", None)]

    async def test_batch_that_is_refused_for_a_scope_is_read_again(self, synced: Synced) -> None:
        record_id = first(synced)
        synced.simulator.archive(synced.portal_id, "contacts", record_id)
        synced.simulator.fault("batch/read", "status", status=403, scopes=["crm.objects.contacts.read"], times=1)

        await push(synced, {"subscriptionType": "contact.deletion", "objectId": int(record_id)})

        assert await changes(synced, 1) == [("deleted", f"{record_id}_Contact", "archived")]

    async def test_flood_is_read_by_a_poll_and_compared(
        self, open_synced: OpenSynced, monkeypatch: pytest.MonkeyPatch, signal_store: SignalStore
    ) -> None:
        monkeypatch.setattr("sync.drain.FLOOD", 20)
        async with open_synced() as synced:
            await synced.enable()
            await synced.until_loaded()
            await synced.changes()
            done = synced.simulator.mutate(synced.portal_id, contacts={"create": 40, "archive": 5})["contacts"]
            created = [{"subscriptionType": "contact.creation", "objectId": int(id_)} for id_ in done["create"]]
            archived = [{"subscriptionType": "contact.deletion", "objectId": int(id_)} for id_ in done["archive"]]

            await push(synced, *created, *archived)

            ids = {*done["create"], *done["archive"]}
            found: set[str] = set()
            async with asyncio.timeout(WAIT_S):
                while not {f"{id_}_Contact" for id_ in set(done["create"]) - set(done["archive"])} <= found:
                    found |= {id_ for _, id_, _ in await synced.changes()}
                    await asyncio.sleep(0.05)
            assert len(ids) >= 40
            assert await signal_store.count(synced.portal_id) == 0
            await synced.until(lambda state: not state["running"] and state["last_run"]["kind"] == "verify")
            runs = (await synced.api.json("/integrations/hubspot/sync/runs"))["runs"]
            asked = [(run["kind"], run["object_types"]) for run in runs if run["requested"]]
            assert asked == [("verify", ["contacts"]), ("poll", ["contacts"])]
            await synced.assert_equal_to_truth("contacts")

    async def test_flood_is_read_by_id_where_too_many_runs_wait(
        self, synced: Synced, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("sync.drain.FLOOD", 20)
        monkeypatch.setattr("sync.sync_store.MOST_REQUESTS", 0)
        created = synced.simulator.mutate(synced.portal_id, contacts={"create": 40})["contacts"]["create"]

        await push(synced, *({"subscriptionType": "contact.creation", "objectId": int(id_)} for id_ in created))

        assert {id_ for _, id_, _ in await changes(synced, 40)} == {f"{id_}_Contact" for id_ in created}

    async def test_batch_that_is_always_refused_is_read_record_by_record(
        self, synced: Synced, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("sync.drain.AGAIN_AFTER_S", (0, 0, 0))
        ids = [first(synced, number=number) for number in (0, 1)]
        for record_id in ids:
            synced.simulator.update(synced.portal_id, "contacts", record_id, firstname="Ada")
        synced.simulator.fault("batch/read", "status", status=400, times=4)

        await push(synced, *({"subscriptionType": "contact.propertyChange", "objectId": int(id_)} for id_ in ids))

        assert {id_ for _, id_, _ in await changes(synced, 2)} == {f"{id_}_Contact" for id_ in ids}

    @pytest.mark.parametrize(("status", "code"), [(400, "upstream_error"), (403, "scope_missing")])
    async def test_record_that_cannot_be_read_is_shown_until_a_verification_reads_it(
        self, synced: Synced, monkeypatch: pytest.MonkeyPatch, status: int, code: str
    ) -> None:
        monkeypatch.setattr("sync.drain.AGAIN_AFTER_S", (0, 0, 0))
        record_id = first(synced)
        scopes = ["crm.objects.contacts.read"]
        synced.simulator.fault("batch/read", "status", status=status, scopes=scopes, times=None)

        await push(synced, {"subscriptionType": "contact.propertyChange", "objectId": int(record_id)})

        parked = await synced.until(lambda state: state["object_types"]["contacts"]["parked_count"] > 0)
        [entry] = parked["object_types"]["contacts"]["parked"]
        assert entry["record_id"] == record_id
        assert entry["code"] == code
        assert (await synced.state())["object_types"]["contacts"]["parked_count"] == 1
        synced.simulator.clear_faults()
        await synced.run("verify")
        assert (await synced.state())["object_types"]["contacts"]["parked"] == []

    async def test_links_that_a_verification_has_read_replace_those_that_were_kept(
        self, synced: Synced, signal_store: SignalStore
    ) -> None:
        contact = first(synced)
        stored = (await synced.stored("contacts"))[contact]["associations"]["companies"]
        others = [entry["id"] for entry in synced.simulator.export(synced.portal_id, "companies")]
        company = next(id_ for id_ in others if f"{id_}_Company" not in stored)
        synced.simulator.associate(synced.portal_id, ("contacts", contact), ("companies", company))
        synced.simulator.update(synced.portal_id, "contacts", contact, firstname="Ada")
        synced.simulator.hold("contacts$", method="GET")
        synced.simulator.clear_log()
        verification = asyncio.create_task(synced.run("verify"))
        async with asyncio.timeout(WAIT_S):
            while not synced.simulator.log("contacts$"):  # noqa: ASYNC110 (another process' work)
                await asyncio.sleep(0.02)

        event = {"subscriptionType": "contact.propertyChange", "objectId": int(contact), "occurredAt": 1}
        await push(synced, event)

        await worked_off(synced, signal_store)
        assert (await synced.stored("contacts"))[contact]["properties"]["firstname"] == "Ada"
        assert not verification.done()
        synced.simulator.clear_faults()
        await verification
        await synced.assert_equal_to_truth("contacts")

    async def test_deletion_does_not_wait_for_a_load_of_a_client(self, open_synced: OpenSynced) -> None:
        async with open_synced(seed={"contacts": 800}) as synced:
            await synced.enable(object_types=["contacts"])
            await synced.until_loaded()
            await synced.changes()
            synced.simulator.settings(burst_limit=6, burst_window_ms=1_000)
            synced.simulator.clear_log()
            load = asyncio.create_task(
                synced.api.get(
                    "/integrations/hubspot/items", {"Accept": "application/x-ndjson"}, object_types="contacts"
                )
            )
            await wait_for_calls(synced, "contacts$", 2)
            record_id = first(synced)
            synced.simulator.archive(synced.portal_id, "contacts", record_id)

            await push(synced, {"subscriptionType": "contact.deletion", "objectId": int(record_id)})

            assert await changes(synced, 1) == [("deleted", f"{record_id}_Contact", "archived")]
            assert not load.done()
            await load

    async def test_state_is_as_old_as_the_oldest_signal_that_waits(
        self, synced: Synced, signal_store: SignalStore
    ) -> None:
        before = (await synced.state())["as_of"]
        record_id, at_ms = first(synced), 1_577_836_800_000
        synced.simulator.hold("batch/read")

        await push(
            synced, {"subscriptionType": "contact.propertyChange", "objectId": int(record_id), "occurredAt": at_ms}
        )

        during = await synced.state()
        page = await synced.api.json("/integrations/hubspot/changes")
        assert [as_of[:19] for as_of in (during["as_of"], page["as_of"])] == ["2020-01-01T00:00:00"] * 2
        synced.simulator.clear_faults()
        await worked_off(synced, signal_store)
        assert (await synced.state())["as_of"] == before


class TestMissedSignals:
    async def test_change_whose_signal_still_waits_does_not_count_as_missed(
        self, synced: Synced, signal_store: SignalStore
    ) -> None:
        waiting, lost = first(synced), first(synced, number=1)
        await push(synced, {"subscriptionType": "contact.propertyChange", "objectId": int(lost), "occurredAt": 1})
        await synced.until(lambda state: bool(state["signals"]["last_at"]))
        for record_id in (waiting, lost):
            synced.simulator.update(synced.portal_id, "contacts", record_id, firstname="Ada")
        synced.simulator.hold("/contacts/batch/read")
        synced.simulator.clear_log()
        await push(synced, {"subscriptionType": "contact.propertyChange", "objectId": int(waiting)})
        await wait_for_calls(synced, "/contacts/batch/read", 1)

        run = await synced.run("poll")

        assert await signal_store.count(synced.portal_id) == 1
        assert run["changed"] == 2
        assert (await synced.state())["object_types"]["contacts"]["missed_signals"] == 1
        synced.simulator.clear_faults()

    async def test_deletion_whose_signal_still_waits_does_not_count_as_missed(self, synced: Synced) -> None:
        waiting, lost = first(synced), first(synced, number=1)
        await push(synced, {"subscriptionType": "contact.propertyChange", "objectId": int(lost), "occurredAt": 1})
        await synced.until(lambda state: bool(state["signals"]["last_at"]))
        for record_id in (waiting, lost):
            synced.simulator.archive(synced.portal_id, "contacts", record_id)
        synced.simulator.hold("/contacts/batch/read")
        synced.simulator.clear_log()
        await push(synced, {"subscriptionType": "contact.deletion", "objectId": int(waiting)})
        await wait_for_calls(synced, "/contacts/batch/read", 1)

        run = await synced.run("verify")

        assert run["deleted"] == 2
        assert (await synced.state())["object_types"]["contacts"]["missed_signals"] == 1
        synced.simulator.clear_faults()


class TestSteadyStream:
    async def test_signals_that_never_end_count_as_signals(
        self, synced: Synced, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Else polls would be as frequent as without signals, and nothing would count as missed."""
        monkeypatch.setattr("sync.drain.PACE_S", 0.5)  # so that an event waits whenever a worker looks
        record_id = int(first(synced))

        async def keep_pushing() -> None:
            while True:  # an old event, so that its record is read once
                event = {"subscriptionType": "contact.propertyChange", "objectId": record_id, "occurredAt": 1}
                await push(synced, event)
                await asyncio.sleep(0.05)

        pushing = asyncio.create_task(keep_pushing())
        try:
            await synced.until(lambda state: bool(state["signals"]["last_at"]), 5)
        finally:
            await end_tasks(pushing)


class TestLateIndex:
    """HubSpot's search, which polls use, still finds a record for a while after its end."""

    @pytest.mark.parametrize(
        ("end", "event", "reason"),
        [("archive", "contact.deletion", "archived"), ("erase", "contact.privacyDeletion", "privacy")],
    )
    async def test_poll_does_not_bring_an_ended_record_back(
        self, synced: Synced, end: str, event: str, reason: str
    ) -> None:
        record_id = first(synced)
        synced.simulator.settings(clock_offset_s=-120)
        synced.simulator.update(synced.portal_id, "contacts", record_id, firstname="Ada")
        synced.simulator.settings(clock_offset_s=0, index_delay_ms=60_000)
        getattr(synced.simulator, end)(synced.portal_id, "contacts", record_id)
        await push(synced, {"subscriptionType": event, "objectId": int(record_id)})
        deleted = await changes(synced, 1)

        await synced.run("poll")

        assert deleted == [("deleted", f"{record_id}_Contact", reason)]
        assert await synced.changes() == []
        assert record_id not in await synced.stored("contacts")

    async def test_load_does_not_bring_an_ended_record_back_either(
        self, open_synced: OpenSynced, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """It searches large types from the top."""
        monkeypatch.setattr("hubspot.record_source.LARGE", 500)
        async with open_synced(seed={"contacts": 1_500}) as synced:
            await synced.enable(object_types=["contacts"])
            await synced.until_loaded()
            await synced.changes()
            record_id = first(synced, number=900)
            synced.simulator.settings(index_delay_ms=60_000)
            synced.simulator.archive(synced.portal_id, "contacts", record_id)
            await push(synced, {"subscriptionType": "contact.deletion", "objectId": int(record_id)})
            await changes(synced, 1)

            run = await synced.run("load")

            assert (run["added"], await synced.changes()) == (0, [])


class TestFanOut:
    async def test_every_sync_of_the_account_follows(self, synced: Synced) -> None:
        bob = synced.api.as_user("Bob")
        other = Synced(bob, synced.mirror, await bob.connect(), synced.simulator)
        assert (await bob.http.put(SYNC, params=bob.user, json={})).status_code == 202
        await other.until_loaded()
        await other.changes()
        record_id = first(synced)
        synced.simulator.update(synced.portal_id, "contacts", record_id, firstname="Ada")

        await push(synced, {"subscriptionType": "contact.propertyChange", "objectId": int(record_id)})

        for value in (synced, other):
            assert await changes(value, 1) == [("updated", f"{record_id}_Contact", None)]

    async def test_connection_that_cannot_be_opened_does_not_hold_the_others_up(
        self, synced: Synced, signal_store: SignalStore, redis_client: Redis
    ) -> None:
        bob = synced.api.as_user("Bob")
        bobs = Synced(bob, synced.mirror, await bob.connect(), synced.simulator)
        assert (await bob.http.put(SYNC, params=bob.user, json={})).status_code == 202
        await bobs.until_loaded()
        await bobs.changes()
        damaged = f"connection:{{TestOrg/Bob}}:hubspot:{bobs.connection_id}"
        await cast(Any, redis_client).hset(damaged, "details", "damaged")
        erased, changed, *_ = (record["id"] for record in synced.simulator.export(synced.portal_id, "contacts"))
        synced.simulator.update(synced.portal_id, "contacts", changed, firstname="Ada")

        await push(
            synced,
            {"subscriptionType": "contact.propertyChange", "objectId": int(changed)},
            {"subscriptionType": "contact.privacyDeletion", "objectId": int(erased)},
        )

        deletion = ("deleted", f"{erased}_Contact", "privacy")
        assert await changes(synced, 2) == [deletion, ("updated", f"{changed}_Contact", None)]
        assert await changes(bobs, 1) == [deletion]

    async def test_records_whose_key_was_manipulated_do_not_hold_the_others_up(
        self, synced: Synced, redis_client: Redis
    ) -> None:
        bob = synced.api.as_user("Bob")
        bobs = Synced(bob, synced.mirror, await bob.connect(), synced.simulator)
        assert (await bob.http.put(SYNC, params=bob.user, json={})).status_code == 202
        await bobs.until_loaded()
        await redis_client.set(data_key_key(bobs.connection_id), "manipulated")
        record_id = first(synced)
        synced.simulator.update(synced.portal_id, "contacts", record_id, firstname="Ada")

        await push(synced, {"subscriptionType": "contact.propertyChange", "objectId": int(record_id)})

        assert await changes(synced, 1) == [("updated", f"{record_id}_Contact", None)]

    async def test_sync_that_is_turned_off_does_not_hold_the_others_up(
        self, synced: Synced, signal_store: SignalStore
    ) -> None:
        await signal_store.join(synced.portal_id, "sync:{org/gone}:hubspot:c9")
        await signal_store.join(synced.portal_id, "not the key of a sync")
        record_id = first(synced)
        synced.simulator.update(synced.portal_id, "contacts", record_id, firstname="Ada")

        await push(synced, {"subscriptionType": "contact.propertyChange", "objectId": int(record_id)})

        assert await changes(synced, 1) == [("updated", f"{record_id}_Contact", None)]
        assert len(await signal_store.syncs_of(synced.portal_id)) == 1


class TestLifetime:
    async def test_turning_sync_off_forgets_the_signals(self, synced: Synced, redis_client: Redis) -> None:
        await synced.api.http.delete("/integrations/hubspot/sync")

        await push(synced, {"subscriptionType": "contact.creation", "objectId": 7})

        assert await redis_client.keys("signals:*") == []

    async def test_turning_sync_on_while_it_is_turned_off_keeps_its_signals(
        self, synced: Synced, signal_store: SignalStore, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        send: Any = Redis.execute_command
        is_on_again = False

        async def turn_on_before_it_leaves(redis: Redis, *args: Any, **options: Any) -> Any:
            nonlocal is_on_again
            if args[0] == "SREM" and not is_on_again:
                is_on_again = True
                await synced.enable()
            return await send(redis, *args, **options)

        monkeypatch.setattr(Redis, "execute_command", turn_on_before_it_leaves)

        assert (await synced.api.http.delete(SYNC)).status_code == 204

        assert is_on_again
        assert (await synced.api.get(SYNC)).status_code == 200
        assert len(await signal_store.syncs_of(synced.portal_id)) == 1
