"""HubSpot's webhooks at the door: what is accepted, what is refused, and what is stored."""

import json
import time
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from redis.asyncio import Redis

from hubspot.webhook_signature import sign
from sync.signal_store import SignalStore
from tests.integration.api.client import Api
from tests.integration.api.conftest import OpenApi
from tests.servers import CLIENT_SECRET, free_port

PATH = "/webhooks/hubspot"
PUBLIC_URL = "http://localhost:8000"
PORTAL = "24681012"
SYNC = "sync:{org/user}:hubspot:c1"
PREVIOUS_SECRET = "the-secret-of-before-0123456789"


def event(object_id: int = 512, **more: Any) -> dict[str, Any]:
    return {
        "eventId": 1,
        "portalId": int(PORTAL),
        "occurredAt": 1_752_613_920_733,
        "subscriptionType": "contact.propertyChange",
        "objectId": object_id,
        **more,
    }


def body_of(*events: Any) -> bytes:
    return json.dumps(events).encode()


def signed(
    body: bytes, *, secret: str = CLIENT_SECRET, uri: str = PUBLIC_URL + PATH, age_s: float = 0, method: str = "POST"
) -> dict[str, str]:
    timestamp = str(int((time.time() - age_s) * 1000))
    signature = sign(secret, method=method, uri=uri.encode(), body=body, timestamp=timestamp.encode())
    return {
        "Content-Type": "application/json",
        "X-HubSpot-Signature-v3": signature.decode(),
        "X-HubSpot-Request-Timestamp": timestamp,
    }


async def push(api: Api, body: bytes, headers: Any = None, path: str = PATH) -> httpx.Response:
    return await api.http.post(path, content=body, headers=signed(body) if headers is None else headers)


@pytest.fixture
async def api(open_api: OpenApi) -> AsyncIterator[Api]:
    """Without a worker: what is stored stays."""
    async with open_api(worker="separate") as api:
        yield api


@pytest.fixture
async def signal_store(redis_client: Redis) -> SignalStore:
    store = SignalStore(redis_client)
    await store.join(PORTAL, SYNC)
    return store


async def stored(signal_store: SignalStore, portal: str = PORTAL) -> list[str]:
    return [signal.member for signal in (await signal_store.take(portal, int(time.time() * 1000))).records]


class TestAccepted:
    async def test_signals_are_stored_before_the_empty_200(self, api: Api, signal_store: SignalStore) -> None:
        answer = await push(api, body_of(event(1), event(2), event(1)))

        assert (answer.status_code, answer.content) == (200, b"")
        assert await stored(signal_store) == ["0-1:1", "0-1:2"]

    async def test_same_request_a_hundred_times_is_stored_once(self, api: Api, signal_store: SignalStore) -> None:
        body = body_of(event(1))
        headers = signed(body)

        statuses = {(await push(api, body, headers)).status_code for _ in range(100)}

        assert statuses == {200}
        assert await stored(signal_store) == ["0-1:1"]

    async def test_account_that_is_not_in_sync_is_answered_and_not_stored(
        self, api: Api, signal_store: SignalStore
    ) -> None:
        answer = await push(api, body_of(event(1), event(2, portalId=99)))

        assert answer.status_code == 200
        assert await stored(signal_store) == ["0-1:1"]
        assert await stored(signal_store, "99") == []

    async def test_one_broken_event_costs_none_of_the_others(self, api: Api, signal_store: SignalStore) -> None:
        events = [event(number) for number in range(1, 100)]

        answer = await push(api, body_of(*events, {"portalId": "?"}))

        assert answer.status_code == 200
        assert len(await stored(signal_store)) == 99

    @pytest.mark.parametrize("body", [b"", b"{}", b"[NaN]", b"[" * 10_000 + b"]" * 10_000, b"\xff"])
    async def test_signed_body_that_cannot_be_read_is_not_sent_again(self, api: Api, body: bytes) -> None:
        assert (await push(api, body)).status_code == 200

    async def test_ten_thousand_and_one_events_are_stored(self, api: Api, signal_store: SignalStore) -> None:
        small = [
            {"portalId": int(PORTAL), "occurredAt": 1, "subscriptionType": "contact.deletion", "objectId": number}
            for number in range(1, 10_002)
        ]

        answer = await push(api, json.dumps(small, separators=(",", ":")).encode())

        assert answer.status_code == 200
        assert await signal_store.count(PORTAL) == 10_001

    @pytest.mark.parametrize("age_s", [299, -59])
    async def test_timestamp_within_the_window_is_accepted(self, api: Api, age_s: float) -> None:
        body = body_of(event())

        assert (await push(api, body, signed(body, age_s=age_s))).status_code == 200

    async def test_previous_secret_is_accepted_while_it_changes(self, open_api: OpenApi) -> None:
        body = body_of(event())
        headers = signed(body, secret=PREVIOUS_SECRET)

        async with open_api(hubspot_client_secret_previous=PREVIOUS_SECRET) as api:
            assert (await push(api, body, headers)).status_code == 200
        async with open_api() as api:
            assert (await push(api, body, headers)).status_code == 401

    async def test_query_and_escapes_of_the_target_address_are_signed_too(self, api: Api) -> None:
        body = body_of(event())

        headers = signed(body, uri=f"{PUBLIC_URL}{PATH}?a=/x%20y")
        answer = await push(api, body, headers, path=f"{PATH}?a=%2Fx%20y")

        assert answer.status_code == 200

    @pytest.mark.parametrize(
        "spoofed",
        [
            {"Host": "evil.example"},
            {"Forwarded": "host=evil.example;proto=https"},
            {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9"},
            {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"},
        ],
    )
    @pytest.mark.parametrize("app_env", ["local", "production"])
    async def test_host_and_forwarded_headers_decide_nothing(
        self, open_api: OpenApi, spoofed: dict[str, str], app_env: str
    ) -> None:
        settings = {} if app_env == "local" else PRODUCTION
        public_url = settings.get("public_url", PUBLIC_URL)
        body = body_of(event())
        right = signed(body, secret=settings.get("hubspot_client_secret", CLIENT_SECRET), uri=public_url + PATH)
        wrong = signed(body, uri="https://evil.example" + PATH)

        async with open_api(**settings) as api:
            accepted = await push(api, body, right | spoofed)
            refused = await push(api, body, wrong | spoofed)

        assert (accepted.status_code, refused.status_code) == (200, 401)


PRODUCTION = {
    "app_env": "production",
    "public_url": "https://app.example",
    "host_jwt_issuer": "https://host.example",
    "host_jwt_audience": "integrations",
    "host_jwt_secret": "qG8w0s1Jm5tYp3Zr7Xc9Vb2Nn4Lk6HfD",
    "hubspot_client_secret": "3f9c1b7e-52d4-4a08-9e61-7c2d8b4f0a95",
    "airtable_client_secret": "8d1e6a3c-90b7-4f25-8c14-5a7e2f9d3b60",
    "notion_client_secret": "5b2f8c9d-17e4-4d36-b0a8-9e3c6f1a7d42",
    "encryption_keys": "k1:nXn3vWw1cPq9sT7yB2dF5gH8jK0lM4oR6uZaEiCxVbQ=",
}


class TestRefused:
    async def refused(self, api: Api, body: bytes, headers: Any) -> None:
        answer = await push(api, body, headers)

        assert answer.status_code == 401
        assert answer.json()["code"] == "webhook_signature_invalid"

    async def test_nothing_of_a_refused_request_is_stored(self, api: Api, signal_store: SignalStore) -> None:
        await self.refused(api, body_of(event()), signed(body_of(event(2))))

        assert await stored(signal_store) == []

    @pytest.mark.parametrize("age_s", [301, -61, 10**9])
    async def test_timestamp_outside_the_window(self, api: Api, age_s: float) -> None:
        body = body_of(event())

        await self.refused(api, body, signed(body, age_s=age_s))

    @pytest.mark.parametrize("name", ["X-HubSpot-Signature-v3", "X-HubSpot-Request-Timestamp"])
    async def test_missing_doubled_and_non_ascii_headers(self, api: Api, name: str) -> None:
        body = body_of(event())
        whole = signed(body)
        rest = [(key, value) for key, value in whole.items() if key != name]

        for sent in ([], [(name, whole[name])] * 2, [(name, b"")], [(name, b"\xfc" * 44)], [(name, b"a" * 60_000)]):
            await self.refused(api, body, [*rest, *sent])

    @pytest.mark.parametrize("version", ["v1", "v2"])
    async def test_earlier_versions_of_the_signature(self, api: Api, version: str) -> None:
        headers = {"X-HubSpot-Signature": "0" * 64, "X-HubSpot-Signature-Version": version}

        await self.refused(api, body_of(event()), headers)

    async def test_signature_of_another_method_or_address(self, api: Api) -> None:
        body = body_of(event())

        await self.refused(api, body, signed(body, method="GET"))
        await self.refused(api, body, signed(body, uri="http://localhost:8000/webhooks"))

    async def test_body_of_two_mebibytes_is_413(self, api: Api) -> None:
        body = b"[" + b" " * 2 * 1024 * 1024 + b"]"

        assert (await push(api, body)).status_code == 413

    async def test_content_appears_in_no_log_line(self, api: Api, capfd: pytest.CaptureFixture[str]) -> None:
        body = body_of(event(propertyValue="ada@secret.example"), {"broken": "ada@secret.example"})

        await push(api, body)
        await push(api, b'{"ada@secret.example"')
        await push(api, body, {"X-HubSpot-Signature-v3": "ada@secret.example"})

        captured = capfd.readouterr()
        assert "secret.example" not in captured.out + captured.err


class TestRedisDown:
    async def test_it_is_503_and_hubspot_repeats(self, open_api: OpenApi) -> None:
        body = body_of(event())

        async with open_api(redis_url=f"redis://127.0.0.1:{free_port()}") as api:
            answer = await push(api, body)

        assert answer.status_code == 503
        assert answer.json()["code"] == "store_unavailable"
