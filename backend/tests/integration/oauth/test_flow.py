"""A connect attempt from start to stored connection, and everything that refuses one before its code is spent."""

import asyncio
from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
import structlog
from redis.asyncio import Redis

from core import store
from core.crypto import Keyring
from errors import NotFoundError, ProviderNotConfiguredError, RateLimitedError
from oauth.callback import Callback
from oauth.connection import Owner
from oauth.connections import ConnectionStore
from oauth.flow import FlowEnd, Flows, FlowStart, Start, build_authorization_url
from oauth.flow_store import FlowStore, hash_secret
from oauth.tokens import TokenGrant
from oauth.vault import Vault
from tests.integration.core.slow_redis import client_without_answer
from tests.integration.oauth.conftest import OWNER, connect
from tests.integration.oauth.vendor import Vendor, refusal


def state_of(start: FlowStart) -> str:
    return dict(parse_qsl(urlsplit(start.authorization_url).query))["state"]


async def begin(flows: Flows, vendor: Vendor, *, owner: Owner = OWNER, any_browser: bool = False) -> FlowStart:
    return await flows.start(vendor.provider, owner, Start(any_browser=any_browser))


async def come_back(
    flows: Flows,
    vendor: Vendor,
    start: FlowStart,
    *,
    query: dict[str, str] | None = None,
    cookies: dict[str, str] | None = None,
    session_owner: Owner | None = None,
) -> FlowEnd:
    """The vendor sends the user back to the same browser."""
    given = {"state": state_of(start), "code": "code-1"} if query is None else query
    carried = {start.cookie_name: start.cookie_value} if cookies is None else cookies
    callback = Callback(query=given, cookies=carried, session_owner=session_owner)
    return await flows.finish(vendor.provider, vendor.endpoint, callback, vendor.read_account)


def code_of(end: FlowEnd) -> str | None:
    return end.error.code if end.error else None


class TestConnecting:
    async def test_the_connection_is_stored_for_its_owner_and_the_opener_told(
        self, flows: Flows, vendor: Vendor, connections: ConnectionStore
    ) -> None:
        start = await begin(flows, vendor)
        before = await flows.status("vendor", OWNER, start.flow_id)

        end = await come_back(flows, vendor, start)

        after = await flows.status("vendor", OWNER, start.flow_id)
        assert end.connection is not None
        assert end.connection == await connections.find(OWNER, "vendor", end.connection.connection_id)
        assert (end.connection.account.account_id, end.connection.granted_scopes) == ("42", ("read",))
        assert (before.status, after.status, after.connection_id) == (
            "pending",
            "connected",
            end.connection.connection_id,
        )

    async def test_the_verifier_sent_with_the_code_matches_the_challenge(self, flows: Flows, vendor: Vendor) -> None:
        start = await begin(flows, vendor)
        await come_back(flows, vendor, start)

        [(path, fields)] = vendor.calls
        again = build_authorization_url(vendor.provider, state_of(start), fields["code_verifier"], ("more",))
        assert (path, again, len(fields["code_verifier"])) == ("/token", start.authorization_url, 64)
        assert fields["redirect_uri"] == vendor.provider.redirect_uri

    async def test_the_same_account_replaces_and_another_one_is_added(
        self, flows: Flows, vendor: Vendor, connections: ConnectionStore
    ) -> None:
        first = (await come_back(flows, vendor, await begin(flows, vendor))).connection
        again = (await come_back(flows, vendor, await begin(flows, vendor))).connection
        vendor.next_answers = [httpx.Response(200, json=vendor.grant(9) | {"hub_id": 43})]
        other = (await come_back(flows, vendor, await begin(flows, vendor))).connection

        assert first is not None
        assert again is not None
        assert other is not None
        assert first.connection_id == again.connection_id != other.connection_id
        assert [each.account.account_id for each in await connections.list_connections(OWNER, "vendor")] == ["42", "43"]

    async def test_two_tabs_do_not_disturb_each_other(self, flows: Flows, vendor: Vendor) -> None:
        one, two = await begin(flows, vendor), await begin(flows, vendor)
        jar = {one.cookie_name: one.cookie_value, two.cookie_name: two.cookie_value}

        ends = [await come_back(flows, vendor, start, cookies=jar) for start in (two, one)]

        assert one.cookie_name != two.cookie_name
        assert [code_of(end) for end in ends] == [None, None]

    async def test_a_start_without_a_browser_finishes_in_any(self, flows: Flows, vendor: Vendor) -> None:
        start = await begin(flows, vendor, any_browser=True)

        assert code_of(await come_back(flows, vendor, start, cookies={})) is None

    async def test_twenty_copies_of_one_callback_connect_once(self, flows: Flows, vendor: Vendor) -> None:
        start = await begin(flows, vendor)

        ends = await asyncio.gather(*(come_back(flows, vendor, start) for _ in range(20)))

        assert sorted(map(str, map(code_of, ends))) == ["None"] + ["oauth_state_invalid"] * 19
        assert vendor.count("/token") == 1
        assert (await flows.status("vendor", OWNER, start.flow_id)).status == "connected"

    async def test_a_lost_reply_of_redis_costs_no_attempt(
        self, flows: Flows, vendor: Vendor, redis_url: str, keyring: Keyring
    ) -> None:
        async def take(start: FlowStart, lost_answer: int) -> str:
            async with client_without_answer(redis_url, lost_answer) as redis:
                return (await FlowStore(redis, keyring).take(state_of(start))).flow_id

        starts = [await begin(flows, vendor) for _ in range(6)]

        taken = await asyncio.gather(*(take(start, number) for number, start in enumerate(starts)))

        assert taken == [start.flow_id for start in starts]


class TestRefusedBeforeTheCodeIsSpent:
    @pytest.mark.parametrize("state", ["", "unknown", "0" * 43])
    async def test_an_unknown_state(self, flows: Flows, vendor: Vendor, state: str) -> None:
        start = await begin(flows, vendor)

        end = await come_back(flows, vendor, start, query={"state": state, "code": "code-1"})

        assert (code_of(end), end.flow_id, vendor.calls) == ("oauth_state_invalid", None, [])

    async def test_a_replayed_callback(self, flows: Flows, vendor: Vendor) -> None:
        start = await begin(flows, vendor)
        await come_back(flows, vendor, start)

        assert code_of(await come_back(flows, vendor, start)) == "oauth_state_invalid"
        assert vendor.count("/token") == 1

    async def test_a_state_that_is_over(self, flows: Flows, vendor: Vendor, redis_client: Redis) -> None:
        start = await begin(flows, vendor)
        await redis_client.pexpire(store.state_key(hash_secret(state_of(start))), 0)

        assert code_of(await come_back(flows, vendor, start)) == "oauth_state_invalid"
        assert vendor.calls == []

    @pytest.mark.parametrize("value", [b"\xff\xfe", b"{}", b"v1.k1.forged"])
    async def test_a_start_that_was_written_into_redis_by_hand(
        self, flows: Flows, vendor: Vendor, redis_url: str, value: bytes
    ) -> None:
        start = await begin(flows, vendor)
        async with Redis.from_url(redis_url) as somebody:
            await somebody.set(store.state_key(hash_secret(state_of(start))), value, ex=60)

        end = await come_back(flows, vendor, start)

        assert (code_of(end), vendor.calls) == ("credential_integrity", [])

    async def test_another_browser(self, flows: Flows, vendor: Vendor) -> None:
        start, other = await begin(flows, vendor), await begin(flows, vendor)

        ends = [
            await come_back(flows, vendor, start, cookies={}),
            await come_back(flows, vendor, other, cookies={other.cookie_name: start.cookie_value}),
        ]

        assert [code_of(end) for end in ends] == ["oauth_state_unbound"] * 2
        assert vendor.calls == []

    async def test_a_state_of_another_provider(self, flows: Flows, vendor: Vendor) -> None:
        start = await begin(flows, vendor)
        other = replace(vendor.provider, name="other")
        query, cookies = {"state": state_of(start), "code": "code-1"}, {start.cookie_name: start.cookie_value}

        end = await flows.finish(other, vendor.endpoint, Callback(query=query, cookies=cookies), vendor.read_account)

        assert (code_of(end), vendor.calls) == ("oauth_provider_mismatch", [])

    async def test_a_browser_that_is_signed_in_as_somebody_else(self, flows: Flows, vendor: Vendor) -> None:
        start = await begin(flows, vendor)

        end = await come_back(flows, vendor, start, session_owner=Owner("acme", "bob"))

        assert (code_of(end), vendor.calls) == ("session_mismatch", [])

    async def test_the_same_session_is_welcome(self, flows: Flows, vendor: Vendor) -> None:
        start = await begin(flows, vendor)

        assert code_of(await come_back(flows, vendor, start, session_owner=OWNER)) is None

    async def test_a_denied_consent_never_repeats_the_vendors_words(self, flows: Flows, vendor: Vendor) -> None:
        start = await begin(flows, vendor)
        query = {"state": state_of(start), "error": "access_denied", "error_description": "<b>call 555</b>"}

        end = await come_back(flows, vendor, start, query=query)

        status = await flows.status("vendor", OWNER, start.flow_id)
        assert (code_of(end), vendor.calls, status.status) == ("oauth_denied", [], "failed")
        assert "555" not in str(status) + str(end)

    async def test_a_callback_without_a_code(self, flows: Flows, vendor: Vendor) -> None:
        start = await begin(flows, vendor)

        assert code_of(await come_back(flows, vendor, start, query={"state": state_of(start)})) == "oauth_code_rejected"

    async def test_a_full_redis(self, flows: Flows, vendor: Vendor, redis_client: Redis) -> None:
        start = await begin(flows, vendor)
        await redis_client.config_set("maxmemory", 1)

        try:
            end = await come_back(flows, vendor, start)
        finally:
            await redis_client.config_set("maxmemory", 0)

        assert (code_of(end), vendor.calls) == ("store_full", [])


class TestVendorRefuses:
    @pytest.mark.parametrize(
        ("answer", "code"),
        [
            (refusal("invalid_grant"), "oauth_code_rejected"),
            (refusal("invalid_client", 401), "provider_misconfigured"),
            (refusal("invalid_code_verifier"), "oauth_pkce_rejected"),
            (httpx.Response(503), "upstream_unavailable"),
            (httpx.Response(200, content=b"<html>"), "upstream_malformed"),
            (httpx.Response(200, content=b"[" * 200_000), "upstream_malformed"),
            (ConnectionResetError("reset"), "upstream_unavailable"),
        ],
    )
    async def test_each_failure_of_the_exchange_ends_with_its_code_after_one_call(
        self, flows: Flows, vendor: Vendor, answer: httpx.Response | Exception, code: str
    ) -> None:
        vendor.next_answers = [answer]

        end = await come_back(flows, vendor, await begin(flows, vendor))

        assert (code_of(end), vendor.count("/token")) == (code, 1)

    async def test_refused_pkce_names_the_setting_on_the_page_and_in_the_log(
        self, flows: Flows, vendor: Vendor
    ) -> None:
        vendor.provider = replace(vendor.provider, label="HubSpot", pkce_setting="HUBSPOT_PKCE")
        vendor.next_answers = [refusal("invalid_code_verifier")]

        with structlog.testing.capture_logs() as captured:
            end = await come_back(flows, vendor, await begin(flows, vendor))

        assert end.error is not None
        assert end.error.detail == (
            "HubSpot does not accept PKCE from this service, so nothing was connected. "
            "The operator must set HUBSPOT_PKCE=false and restart the service; then connect again."
        )
        assert "HUBSPOT_PKCE=false" in [line.get("setting") for line in captured]

    async def test_a_busy_vendor_is_asked_again_because_it_did_not_look_at_the_code(
        self, flows: Flows, vendor: Vendor
    ) -> None:
        vendor.next_answers = [httpx.Response(429, headers={"Retry-After": "0"})]

        assert code_of(await come_back(flows, vendor, await begin(flows, vendor))) is None


class TestUnexpected:
    async def test_the_opener_sees_the_end_and_the_log_the_cause(
        self, flows: Flows, vendor: Vendor, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def read_account(_grant: TokenGrant) -> None:
            raise ValueError("an answer that nobody expected")

        monkeypatch.setattr(vendor, "read_account", read_account)
        start = await begin(flows, vendor)

        with structlog.testing.capture_logs() as logs:
            end = await come_back(flows, vendor, start)
        status = await flows.status("vendor", OWNER, start.flow_id)

        assert (end.flow_id, code_of(end)) == (start.flow_id, "internal_error")
        assert (status.status, (status.error or {})["code"]) == ("failed", "internal_error")
        [line] = [line for line in logs if line.get("exc_info")]
        assert (type(line["exc_info"]), line["flow_id"]) == (ValueError, start.flow_id)

    async def test_the_opener_of_one_that_a_stop_of_the_service_cuts_off_need_not_wait(
        self, flows: Flows, vendor: Vendor
    ) -> None:
        called = asyncio.Event()

        async def hang() -> httpx.Response:
            called.set()
            await asyncio.Event().wait()
            raise AssertionError

        vendor.next_answers = [hang]
        start = await begin(flows, vendor)
        finishing = asyncio.create_task(come_back(flows, vendor, start))
        await called.wait()

        finishing.cancel()
        await asyncio.wait([finishing])

        status = await flows.status("vendor", OWNER, start.flow_id)
        assert finishing.cancelled()
        assert (status.status, (status.error or {})["code"]) == ("failed", "shutting_down")


class TestStarts:
    async def test_what_is_stored_of_a_start_is_hashed_and_sealed(
        self, flows: Flows, vendor: Vendor, redis_client: Redis
    ) -> None:
        start = await begin(flows, vendor)

        [key] = await redis_client.keys(store.STATE_PREFIX + "*")
        value = await redis_client.get(key)
        assert state_of(start) not in key
        assert value is not None
        assert value.startswith("v1.k1.")
        assert 590 <= await redis_client.ttl(key) <= 600

    async def test_at_most_twenty_are_live_and_the_oldest_ends(
        self, flows: Flows, vendor: Vendor, redis_client: Redis
    ) -> None:
        starts = [await begin(flows, vendor) for _ in range(21)]

        first, last = await come_back(flows, vendor, starts[0]), await come_back(flows, vendor, starts[-1])

        assert (code_of(first), code_of(last)) == ("oauth_state_invalid", None)
        assert len(await redis_client.keys(store.STATE_PREFIX + "*")) == 19
        with pytest.raises(NotFoundError):
            await flows.status("vendor", OWNER, starts[0].flow_id)

    async def test_too_many_in_a_minute_are_refused_with_the_time_to_wait(self, flows: Flows, vendor: Vendor) -> None:
        for _ in range(30):
            await begin(flows, vendor)

        with pytest.raises(RateLimitedError) as raised:
            await begin(flows, vendor)
        await begin(flows, vendor, owner=Owner("acme", "bob"))

        assert raised.value.retry_after_s is not None
        assert 0 < raised.value.retry_after_s <= 60

    async def test_a_provider_without_an_app_is_not_started(self, flows: Flows, vendor: Vendor) -> None:
        with pytest.raises(ProviderNotConfiguredError):
            await flows.start(replace(vendor.provider, client_id=""), OWNER, Start())


class TestStatus:
    @pytest.mark.parametrize(
        ("provider", "owner"), [("vendor", Owner("acme", "bob")), ("vendor", Owner("other", "ann")), ("else", OWNER)]
    )
    async def test_it_is_for_the_owner_and_the_provider_only(
        self, flows: Flows, vendor: Vendor, provider: str, owner: Owner
    ) -> None:
        start = await begin(flows, vendor)

        with pytest.raises(NotFoundError):
            await flows.status(provider, owner, start.flow_id)


class TestOwners:
    @pytest.mark.parametrize(
        "other", [Owner("acme", "bob"), Owner("other", "ann"), Owner("acme/ann", ""), Owner("", "acme/ann")]
    )
    async def test_another_owners_connection_looks_like_none(
        self, vault: Vault, connections: ConnectionStore, other: Owner
    ) -> None:
        connection = await connect(vault)

        assert await connections.find(other, "vendor", connection.connection_id) is None
        assert await connections.list_connections(other, "vendor") == []
