"""Events to the host application's endpoints, verified by the library that receivers use."""

import asyncio
import socket
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from typing import Any, cast
from unittest.mock import AsyncMock

import pytest
from redis.asyncio import Redis

from core.crypto import Keyring
from core.encryption_keys import parse_keyring
from core.public_http import PublicHttp, PublicHttpError
from errors import EventEndpointNotFoundError
from oauth.connection import Owner
from oauth.rotation import Rotation
from sync.event_endpoints import Delivery, EventEndpoints
from sync.outgoing import MOST_OF_OWNER, Outgoing
from sync.runner import SyncRunner
from tests.integration.api.client import Api, problem
from tests.integration.api.conftest import KEYS, OpenApi
from tests.integration.sync.conftest import SYNC, WAIT_S, OpenSynced, Synced
from tests.integration.sync.receiver import EventReceiver
from tests.integration.sync.test_drain import push
from tests.integration.sync.test_siblings import AIRTABLE, syncing

ENDPOINTS = "/event-endpoints"


@pytest.fixture
def receiver() -> Iterator[EventReceiver]:
    receiver = EventReceiver()
    yield receiver
    receiver.close()


@pytest.fixture
async def api(open_api: OpenApi) -> AsyncIterator[Api]:
    async with open_api() as api:
        yield api


async def register(api: Api, receiver: EventReceiver) -> str:
    answer = await api.http.post(ENDPOINTS, json={"url": receiver.url})
    assert answer.status_code == 201, answer.text
    receiver.secret = answer.json()["secret"]
    return str(answer.json()["endpoint_id"])


async def wait_for(receiver: EventReceiver, type_: str, count: int = 1) -> list[dict[str, Any]]:
    return await asyncio.to_thread(receiver.wait_for, type_, count)


async def deliveries(api: Api, endpoint_id: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await api.json(f"{ENDPOINTS}/{endpoint_id}/deliveries"))["deliveries"]
    return found


async def deliveries_after(api: Api, endpoint_id: str, count: int) -> list[dict[str, Any]]:
    async with asyncio.timeout(WAIT_S):
        while len(found := await deliveries(api, endpoint_id)) < count:  # noqa: ASYNC110 (as callers of the API do)
            await asyncio.sleep(0.02)
    return found


async def waiting_are(receiver: EventReceiver, count: int) -> None:
    async with asyncio.timeout(WAIT_S):
        while receiver.waiting < count:  # noqa: ASYNC110 (another thread's work)
            await asyncio.sleep(0.02)


class TestEndpoints:
    async def test_secret_is_shown_once_and_sealed(
        self, api: Api, receiver: EventReceiver, redis_client: Redis
    ) -> None:
        endpoint_id = await register(api, receiver)

        listed = (await api.json(ENDPOINTS))["endpoints"]

        assert [(entry["endpoint_id"], entry["url"], entry["state"]) for entry in listed] == [
            (endpoint_id, receiver.url, "on")
        ]
        assert "secret" not in listed[0]
        stored = [await redis_client.get(key) for key in await redis_client.keys("event_endpoint:*")]
        assert receiver.secret not in "".join(map(str, stored))
        assert receiver.url not in "".join(map(str, stored))

    async def test_a_damaged_one_is_listed_beside_the_others_and_can_be_deleted(
        self, api: Api, receiver: EventReceiver, redis_client: Redis
    ) -> None:
        damaged, whole = await register(api, receiver), await register(api, receiver)
        [key] = await redis_client.keys(f"event_endpoint:*{damaged}")
        await redis_client.set(key, "v1.k1.damaged")

        listed = (await api.json(ENDPOINTS))["endpoints"]
        deleted = await api.http.delete(f"{ENDPOINTS}/{damaged}")
        left = (await api.json(ENDPOINTS))["endpoints"]

        assert [(entry["endpoint_id"], entry["url"], entry["state"]) for entry in listed] == [
            (damaged, None, "unreadable"),
            (whole, receiver.url, "on"),
        ]
        assert (deleted.status_code, [entry["endpoint_id"] for entry in left]) == (204, [whole])

    @pytest.mark.parametrize(("method", "path"), [("POST", "secret"), ("POST", "test"), ("GET", "deliveries")])
    async def test_a_damaged_one_is_named_as_such(
        self, api: Api, receiver: EventReceiver, redis_client: Redis, method: str, path: str
    ) -> None:
        endpoint_id = await register(api, receiver)
        [key] = await redis_client.keys(f"event_endpoint:*{endpoint_id}")
        await redis_client.set(key, "v1.k1.damaged")

        answer = await api.http.request(method, f"{ENDPOINTS}/{endpoint_id}/{path}")

        assert (answer.status_code, answer.json()["code"]) == (500, "credential_integrity")
        assert "event endpoint is damaged" in answer.json()["detail"]

    async def test_test_event_arrives_signed_and_its_outcome_is_reported(
        self, api: Api, receiver: EventReceiver
    ) -> None:
        endpoint_id = await register(api, receiver)

        answer = (await api.http.post(f"{ENDPOINTS}/{endpoint_id}/test")).json()

        [event] = await wait_for(receiver, "test")
        assert (answer["delivered"], answer["status"], answer["type"]) == (True, 204, "test")
        assert receiver.ids == [answer["event_id"]]
        assert event["data"] == {"endpoint_id": endpoint_id}
        assert (await deliveries(api, endpoint_id))[0]["event_id"] == answer["event_id"]

    async def test_new_secret_signs_beside_the_former_one(self, api: Api, receiver: EventReceiver) -> None:
        endpoint_id = await register(api, receiver)
        answer = (await api.http.post(f"{ENDPOINTS}/{endpoint_id}/secret")).json()

        for secret in (receiver.secret, answer["secret"]):
            receiver.secret = secret
            await api.http.post(f"{ENDPOINTS}/{endpoint_id}/test")

        assert len(await wait_for(receiver, "test", 2)) == 2

    async def test_secret_is_sealed_anew_with_the_keys(
        self, api: Api, receiver: EventReceiver, redis_client: Redis
    ) -> None:
        endpoint_id = await register(api, receiver)
        keys = parse_keyring(KEYS)
        newer = {"k2": b"0123456789abcdefghijklmnopqrstuv", **keys}

        count = await Rotation(redis_client, Keyring(newer)).run()

        assert count.is_complete
        only_new = EventEndpoints(redis_client, Keyring({"k2": newer["k2"]}))
        assert (await only_new.get(Owner("TestOrg", "TestUser"), endpoint_id)).secret == receiver.secret

    async def test_deleted_endpoint_is_gone(self, api: Api, receiver: EventReceiver, redis_client: Redis) -> None:
        endpoint_id = await register(api, receiver)
        await api.http.post(f"{ENDPOINTS}/{endpoint_id}/test")

        assert (await api.http.delete(f"{ENDPOINTS}/{endpoint_id}")).status_code == 204

        problem(await api.http.delete(f"{ENDPOINTS}/{endpoint_id}"), 404, "event_endpoint_not_found")
        problem(await api.http.post(f"{ENDPOINTS}/{endpoint_id}/test"), 404, "event_endpoint_not_found")
        assert await redis_client.keys("event_*") == []

    async def test_attempt_that_ends_after_its_endpoint_was_deleted_leaves_nothing(self, redis_client: Redis) -> None:
        endpoints, owner = EventEndpoints(redis_client, Keyring(parse_keyring(KEYS))), Owner("TestOrg", "TestUser")
        endpoint_id, _ = await endpoints.create(owner, "https://app.example/", 0)
        await endpoints.delete(owner, endpoint_id)

        failed = Delivery(event_id="evt_1", type="test", at_ms=1, attempt=0, duration_ms=1, error="timeout")
        await endpoints.note(owner, endpoint_id, failed)

        assert await redis_client.keys("event_*") == []

    async def test_new_secret_does_not_bring_an_endpoint_back_that_is_deleted_meanwhile(
        self, redis_client: Redis, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        endpoints, owner = EventEndpoints(redis_client, Keyring(parse_keyring(KEYS))), Owner("TestOrg", "TestUser")
        endpoint_id, endpoint = await endpoints.create(owner, "https://app.example/", 0)
        monkeypatch.setattr(endpoints, "find", AsyncMock(return_value=endpoint))
        await endpoints.delete(owner, endpoint_id)

        with pytest.raises(EventEndpointNotFoundError):
            await endpoints.replace_secret(owner, endpoint_id, 1)

        assert await redis_client.keys("event_*") == []

    async def test_deletion_that_was_interrupted_is_finished_by_the_next_one(
        self, redis_client: Redis, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        endpoints, owner = EventEndpoints(redis_client, Keyring(parse_keyring(KEYS))), Owner("TestOrg", "TestUser")
        endpoint_id, _ = await endpoints.create(owner, "https://app.example/", 0)
        send: Any = redis_client.execute_command
        sent = 0

        async def fail_at_the_second(*args: Any, **options: Any) -> Any:
            nonlocal sent
            sent += 1
            if sent == 2:
                raise ConnectionError
            return await send(*args, **options)

        monkeypatch.setattr(redis_client, "execute_command", fail_at_the_second)

        with pytest.raises(ConnectionError):
            await endpoints.delete(owner, endpoint_id)
        await endpoints.delete(owner, endpoint_id)

        assert await redis_client.keys("event_*") == []

    async def test_endpoint_fails_since_its_first_failure_but_anew_after_a_pause(self, redis_client: Redis) -> None:
        """A failed test, and a month later one failed event, are not a month of failures."""
        endpoints, owner = EventEndpoints(redis_client, Keyring(parse_keyring(KEYS))), Owner("TestOrg", "TestUser")
        endpoint_id, _ = await endpoints.create(owner, "https://app.example/", 0)
        month_ms, day_ms = 30 * 86_400_000, 86_400_000
        since = []

        for at_ms in (1, day_ms, month_ms, month_ms + day_ms):
            failed = Delivery(event_id="evt_1", type="test", at_ms=at_ms, attempt=0, duration_ms=1, error="timeout")
            await endpoints.note(owner, endpoint_id, failed)
            since.append((await endpoints.state(owner, endpoint_id)).failing_since_ms)

        assert since == [1, 1, month_ms, month_ms]

    async def test_slow_receiver_holds_few_requests_of_its_owner(self, api: Api, receiver: EventReceiver) -> None:
        endpoint_id = await register(api, receiver)
        receiver.may_answer.clear()
        waiting = [asyncio.create_task(api.http.post(f"{ENDPOINTS}/{endpoint_id}/test")) for _ in range(MOST_OF_OWNER)]
        await waiting_are(receiver, MOST_OF_OWNER)

        refusal = await api.http.post(f"{ENDPOINTS}/{endpoint_id}/test")

        receiver.may_answer.set()
        assert problem(refusal, 429, "rate_limited")["retryable"]
        assert [(await answer).json()["delivered"] for answer in waiting] == [True] * MOST_OF_OWNER

    async def test_another_users_endpoint_looks_like_none(self, api: Api, receiver: EventReceiver) -> None:
        endpoint_id = await register(api, receiver)

        for method, path in (("DELETE", ""), ("POST", "/test"), ("POST", "/secret"), ("GET", "/deliveries")):
            answer = await api.http.request(method, f"{ENDPOINTS}/{endpoint_id}{path}?user_id=Eve")
            problem(answer, 404, "event_endpoint_not_found")
        assert (await api.json(ENDPOINTS, user_id="Eve"))["endpoints"] == []

    async def test_eleventh_endpoint_is_refused(self, api: Api) -> None:
        """Waiting does not help, so it is not `rate_limited`."""
        answers = [
            await api.http.post(ENDPOINTS, json={"url": f"https://app.example/{number}"}) for number in range(11)
        ]

        assert [answer.status_code for answer in answers[:10]] == [201] * 10
        refusal = problem(answers[10], 422, "validation_failed")
        assert not refusal["retryable"]
        assert "Delete one first" in refusal["detail"]

    @pytest.mark.parametrize(
        "body",
        [
            {},
            {"url": ""},
            {"url": 7},
            {"url": "http://app.example/"},
            {"url": "https://169.254.169.254/latest/meta-data"},
            {"url": "https://app.example/", "secret": "mine"},
        ],
    )
    async def test_wrong_address_is_refused_with_words(self, api: Api, body: dict[str, Any]) -> None:
        problem(await api.http.post(ENDPOINTS, json=body), 422, "validation_failed")


class TestEvents:
    async def test_loading_and_changes_are_told(self, open_synced: OpenSynced, receiver: EventReceiver) -> None:
        async with open_synced() as synced:
            await register(synced.api, receiver)
            await synced.enable()
            await synced.until_loaded()
            [loaded] = await wait_for(receiver, "sync.loaded")
            await wait_for(receiver, "sync.verified")
            [first] = await wait_for(receiver, "changes.available")
            record = synced.simulator.export(synced.portal_id, "contacts")[0]["id"]
            synced.simulator.update(synced.portal_id, "contacts", record, firstname="Ada")

            await push(synced, {"subscriptionType": "contact.propertyChange", "objectId": int(record)})

            [_, second] = await wait_for(receiver, "changes.available", 2)
            assert loaded["data"] == {
                "connection_id": synced.connection_id,
                "provider": "hubspot",
                "object_types": ["contacts", "companies", "deals"],
            }
            assert first["data"]["object_types"] == {"contacts": 120, "companies": 12, "deals": 15}
            assert second["data"]["object_types"] == {"contacts": 1}
            after = second["data"]["next"]
            changes = await synced.mirror.feed.changes(synced.connection_id, after=after, limit=10)
            assert (changes.changes, changes.up_to_date) == ([], True)

    async def test_types_that_are_loaded_are_told_also_beside_one_that_may_not_be_read(
        self, open_synced: OpenSynced, receiver: EventReceiver
    ) -> None:
        async with open_synced() as synced:
            await register(synced.api, receiver)
            synced.simulator.fault("/crm/objects/[^/]+/(companies|0-2)", "status", status=403, times=None)

            await synced.enable(object_types=["contacts", "companies"])

            [loaded] = await wait_for(receiver, "sync.loaded")
            assert loaded["data"]["object_types"] == ["contacts"]

    async def test_large_type_is_verified_with_its_last_window(
        self, open_synced: OpenSynced, receiver: EventReceiver, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for name, size in {"schedule.SMALL_TYPE": 50, "verification.WINDOW": 40, "verification.VERSIONS": 20}.items():
            monkeypatch.setattr(f"sync.{name}", size)
        async with open_synced(seed={"contacts": 60}) as synced:
            await register(synced.api, receiver)
            await synced.enable(object_types=["contacts"])
            first_window = await synced.until(
                lambda state: bool(state["last_run"]) and state["last_run"]["kind"] == "verify"
            )

            run = await synced.run("verify")

            [verified] = await wait_for(receiver, "sync.verified")
            assert first_window["verified_at"] is None
            assert verified["timestamp"] >= run["ended_at"]

    async def test_records_of_mixed_pages_are_counted_by_their_own_type(
        self, open_api: OpenApi, receiver: EventReceiver
    ) -> None:
        async with open_api(worker="embedded") as api:
            await register(api, receiver)
            async with syncing(api, AIRTABLE):
                events = await wait_for(receiver, "changes.available")

        counts = sum((Counter(event["data"]["object_types"]) for event in events), Counter[str]())
        assert counts == {"bases": 3, "tables": 6}

    async def test_removed_connection_is_told(self, synced: Synced, receiver: EventReceiver) -> None:
        await register(synced.api, receiver)

        await synced.api.http.delete(f"/integrations/hubspot/credentials/{synced.connection_id}")

        [event] = await wait_for(receiver, "connection.removed")
        assert event["data"] == {"connection_id": synced.connection_id, "provider": "hubspot"}

    async def test_required_reconnect_is_told_also_by_the_job_after_one_that_died(
        self, synced: Synced, receiver: EventReceiver, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        [perpetual] = SyncRunner.sync_connection.__defaults__ or ()
        monkeypatch.setattr(perpetual, "every", timedelta(0))
        emit, deaths = Outgoing.emit, [RuntimeError]

        async def die_once(outgoing: Outgoing, *args: Any, **more: Any) -> None:
            if deaths:
                raise deaths.pop()
            await emit(outgoing, *args, **more)

        await register(synced.api, receiver)
        monkeypatch.setattr(Outgoing, "emit", die_once)
        synced.simulator.revoke(synced.portal_id)
        await synced.api.http.post(f"{SYNC}/runs", json={"kind": "poll"})

        [event] = await wait_for(receiver, "connection.reconnect_required")
        assert event["data"] == {"connection_id": synced.connection_id, "provider": "hubspot"}

    async def test_many_changes_are_one_event_a_second(self, synced: Synced, receiver: EventReceiver) -> None:
        await register(synced.api, receiver)
        record = synced.simulator.export(synced.portal_id, "contacts")[0]["id"]
        began_s = time.monotonic()

        for number in range(12):
            synced.simulator.update(synced.portal_id, "contacts", record, firstname=f"Ada {number}")
            await push(synced, {"subscriptionType": "contact.propertyChange", "objectId": int(record)})
            await asyncio.sleep(0.15)
        await asyncio.sleep(1.5)

        events = await wait_for(receiver, "changes.available", 2)
        # They arrive at any time on a busy machine: their number is what is limited.
        assert len(events) <= time.monotonic() - began_s + 1
        assert sum(event["data"]["object_types"]["contacts"] for event in events) >= 5

    async def test_next_event_waits_for_the_answer_to_the_last_one(
        self, synced: Synced, receiver: EventReceiver
    ) -> None:
        await register(synced.api, receiver)
        receiver.may_answer.clear()
        [first, second, *_] = synced.simulator.export(synced.portal_id, "contacts")
        for record in (first, second):
            synced.simulator.update(synced.portal_id, "contacts", record["id"], firstname="Ada")
            await push(synced, {"subscriptionType": "contact.propertyChange", "objectId": int(record["id"])})
            async with asyncio.timeout(WAIT_S):
                while not receiver.waiting:  # noqa: ASYNC110 (another process' work)
                    await asyncio.sleep(0.02)

        await asyncio.sleep(1.5)  # a second event would have been sent
        receiver.may_answer.set()

        events = await wait_for(receiver, "changes.available", 2)
        assert receiver.most_at_once == 1
        assert events[-1]["data"]["object_types"] == {"contacts": 1}


class TestFailures:
    async def test_slow_endpoints_of_an_owner_hold_few_jobs_and_each_gets_its_event(
        self, synced: Synced, receiver: EventReceiver
    ) -> None:
        endpoints = [await register(synced.api, receiver) for _ in range(MOST_OF_OWNER + 2)]
        receiver.may_answer.clear()
        record = synced.simulator.export(synced.portal_id, "contacts")[0]["id"]
        synced.simulator.update(synced.portal_id, "contacts", record, firstname="Ada")
        await push(synced, {"subscriptionType": "contact.propertyChange", "objectId": int(record)})
        await waiting_are(receiver, MOST_OF_OWNER)

        receiver.may_answer.set()

        for endpoint_id in endpoints:
            await deliveries_after(synced.api, endpoint_id, 1)
        assert receiver.most_at_once == MOST_OF_OWNER

    async def test_failed_event_is_repeated_under_its_id(
        self, synced: Synced, receiver: EventReceiver, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("sync.outgoing.RETRIES_S", (0.1, 0.1, 0.1))
        endpoint_id = await register(synced.api, receiver)
        receiver.statuses = [500, 302]
        record = synced.simulator.export(synced.portal_id, "contacts")[0]["id"]
        synced.simulator.update(synced.portal_id, "contacts", record, firstname="Ada")

        await push(synced, {"subscriptionType": "contact.propertyChange", "objectId": int(record)})

        await wait_for(receiver, "changes.available", 3)
        found = await deliveries_after(synced.api, endpoint_id, 3)
        assert [(match["attempt"], match["status"]) for match in found] == [(2, 204), (1, 302), (0, 500)]
        assert len(set(receiver.ids)) == 1
        assert (await synced.api.json(ENDPOINTS))["endpoints"][0]["state"] == "on"

    async def test_failed_event_is_kept_until_after_its_next_attempt(
        self, synced: Synced, receiver: EventReceiver, redis_client: Redis, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The ten attempts take longer than an event is kept that nobody delivers."""
        day_s = 86_400
        monkeypatch.setattr("sync.outgoing.RETRIES_S", (0.1, day_s))
        monkeypatch.setattr("sync.outgoing.PENDING_TTL_MS", 1_000 * day_s // 2)
        endpoint_id = await register(synced.api, receiver)
        receiver.statuses = [500, 500]
        record = synced.simulator.export(synced.portal_id, "contacts")[0]["id"]
        synced.simulator.update(synced.portal_id, "contacts", record, firstname="Ada")

        await push(synced, {"subscriptionType": "contact.propertyChange", "objectId": int(record)})

        await deliveries_after(synced.api, endpoint_id, 1)
        [key] = [key async for key in redis_client.scan_iter(f"event_pending:*{endpoint_id}*changes.available")]
        async with asyncio.timeout(WAIT_S):
            while await cast(Any, redis_client.hget(key, "attempt")) != "2":  # noqa: ASYNC110 (another process' work)
                await asyncio.sleep(0.02)
        assert await redis_client.pttl(key) > 1_000 * day_s

    async def test_event_that_comes_during_the_last_attempt_of_another_is_delivered(
        self, synced: Synced, receiver: EventReceiver, redis_client: Redis, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("sync.outgoing.RETRIES_S", ())
        await register(synced.api, receiver)
        receiver.may_answer.clear()
        receiver.statuses = [500]
        waiting_ids: set[str] = set()
        for number, record in enumerate(synced.simulator.export(synced.portal_id, "contacts")[:2], start=1):
            synced.simulator.update(synced.portal_id, "contacts", record["id"], firstname="Ada")
            await push(synced, {"subscriptionType": "contact.propertyChange", "objectId": int(record["id"])})
            await waiting_are(receiver, 1)
            async with asyncio.timeout(WAIT_S):
                while len(waiting_ids) < number:
                    [key] = await redis_client.keys("event_pending:*changes.available")
                    waiting_ids.add(await cast(Any, redis_client.hget(key, "id")))
                    await asyncio.sleep(0.02)

        receiver.may_answer.set()

        events = await wait_for(receiver, "changes.available", 2)
        assert (set(receiver.ids), events[-1]["data"]["object_types"]) == (waiting_ids, {"contacts": 1})

    async def test_endpoint_that_is_gone_is_turned_off_until_it_has_a_new_secret(
        self, synced: Synced, receiver: EventReceiver
    ) -> None:
        endpoint_id = await register(synced.api, receiver)
        receiver.statuses = [410]
        record = synced.simulator.export(synced.portal_id, "contacts")[0]["id"]
        synced.simulator.update(synced.portal_id, "contacts", record, firstname="Ada")
        await push(synced, {"subscriptionType": "contact.propertyChange", "objectId": int(record)})
        await wait_for(receiver, "changes.available")
        async with asyncio.timeout(WAIT_S):
            while (await synced.api.json(ENDPOINTS))["endpoints"][0]["state"] != "off":  # noqa: ASYNC110
                await asyncio.sleep(0.02)

        receiver.secret = (await synced.api.http.post(f"{ENDPOINTS}/{endpoint_id}/secret")).json()["secret"]

        assert (await synced.api.json(ENDPOINTS))["endpoints"][0]["state"] == "on"

    async def test_event_survives_a_redis_that_fails_while_it_is_delivered(
        self, synced: Synced, receiver: EventReceiver, redis_client: Redis
    ) -> None:
        endpoint_id = await register(synced.api, receiver)
        # What is not a list makes Redis refuse the history's next entry.
        key = f"event_deliveries:{{TestOrg/TestUser}}:{endpoint_id}"
        await redis_client.set(key, "in the way")
        record = synced.simulator.export(synced.portal_id, "contacts")[0]["id"]
        synced.simulator.update(synced.portal_id, "contacts", record, firstname="Ada")
        await push(synced, {"subscriptionType": "contact.propertyChange", "objectId": int(record)})
        await wait_for(receiver, "changes.available", 2)

        await redis_client.unlink(key)

        await deliveries_after(synced.api, endpoint_id, 1)
        assert len(set(receiver.ids)) == 1

    async def test_receiver_that_cannot_be_reached_is_reported(self, api: Api, receiver: EventReceiver) -> None:
        endpoint_id = await register(api, receiver)
        receiver.close()

        answer = (await api.http.post(f"{ENDPOINTS}/{endpoint_id}/test")).json()

        assert (answer["delivered"], answer["status"], answer["error"]) == (False, None, "connection_failed")
        assert (await api.json(ENDPOINTS))["endpoints"][0]["state"] == "failing"


class TestForgery:
    """The address is checked when connecting, whatever the name resolved to before."""

    @pytest.mark.parametrize("host", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "::ffff:127.0.0.1"])
    async def test_name_that_resolves_to_a_private_address_reaches_nothing(
        self, host: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET

        async def getaddrinfo(*_: Any, **__: Any) -> list[Any]:
            return [(family, socket.SOCK_STREAM, 6, "", (host, 443) if family == socket.AF_INET else (host, 443, 0, 0))]

        monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", getaddrinfo, raising=False)
        http = PublicHttp()
        try:
            with pytest.raises(PublicHttpError, match="address_not_public"):
                await http.post("https://rebinding.example/hook", b"{}", {})
        finally:
            await http.aclose()

    async def test_literal_address_reaches_nothing_either(self, receiver: EventReceiver) -> None:
        http = PublicHttp()
        try:
            with pytest.raises(PublicHttpError, match="address_not_public"):
                await http.post(receiver.url.replace("localhost", "127.0.0.1"), b"{}", {})
            with pytest.raises(PublicHttpError, match="address_not_public"):
                await http.post(receiver.url, b"{}", {})
        finally:
            await http.aclose()
        assert receiver.events == []

    async def test_answer_that_never_ends_is_cut_off(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("core.public_http.ANSWER_WITHIN_S", 0.3)

        async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
            await reader.read()  # until the client gives up
            writer.close()
            gone.set()

        gone = asyncio.Event()

        server = await asyncio.start_server(drip, "127.0.0.1", 0)
        http, began = PublicHttp(allows_local=True), time.monotonic()
        try:
            with pytest.raises(PublicHttpError, match="timeout"):
                await http.post(f"http://localhost:{server.sockets[0].getsockname()[1]}/", b"{}", {})
        finally:
            await http.aclose()
            await asyncio.wait_for(gone.wait(), 5)
            server.close()
        assert time.monotonic() - began < 3
