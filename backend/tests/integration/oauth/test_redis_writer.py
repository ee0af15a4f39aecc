"""Whoever can write to Redis can delete a connection, but not make one, change its account or take another's."""

import json
from typing import Any

import pytest
from redis.asyncio import Redis
from structlog.testing import capture_logs

from core import store
from core.crypto import Keyring
from errors import CredentialIntegrityError, KeyUnknownError
from oauth.connection import Connection, Owner
from oauth.connections import ConnectionStore
from oauth.flow import Flows
from oauth.vault import Vault
from tests.integration.oauth.conftest import OWNER, connect
from tests.integration.oauth.test_flow import begin
from tests.integration.oauth.test_keys_command import K1, keys
from tests.integration.oauth.vendor import Vendor

MALLORY = Owner(OWNER.org_id, "mallory")


def key_of(connection: Connection) -> str:
    return connection.key.record


def index_of(owner: Owner, provider: str) -> str:
    return store.connections_key(store.owner_tag(owner.org_id, owner.user_id), provider)


async def find_again(connections: ConnectionStore, connection: Connection) -> Connection | None:
    return await connections.find(connection.owner, connection.provider, connection.connection_id)


class TestAccount:
    async def test_nothing_of_it_lies_in_plain_text(self, vault: Vault, raw: Any) -> None:
        connection = await connect(vault)

        fields = await raw.hgetall(key_of(connection))

        assert set(fields) >= {"sealed", "details"}
        assert not {"account", "granted_scopes"} & set(fields)

    async def test_one_made_by_hand_is_refused_with_an_audit_line(
        self, vault: Vault, connections: ConnectionStore, raw: Any
    ) -> None:
        connection = await connect(vault)
        forged = json.dumps({"account": {"account_id": "42", "ui_domain": "evil.example"}, "granted_scopes": []})
        await raw.hset(key_of(connection), mapping={"details": forged, "account": forged, "granted_scopes": "all"})

        with capture_logs() as lines, pytest.raises(CredentialIntegrityError):
            await find_again(connections, connection)

        [line] = [line for line in lines if line.get("audit")]
        assert (line["event"], line["outcome"], line["user_id"]) == ("integrity_failure", "refused", OWNER.user_id)

    async def test_one_copied_from_another_connection_of_the_owner_is_refused(
        self, vault: Vault, connections: ConnectionStore, raw: Any
    ) -> None:
        mine, other = await connect(vault, account_id="1"), await connect(vault, account_id="2")
        await raw.hset(key_of(mine), "details", await raw.hget(key_of(other), "details"))

        with pytest.raises(CredentialIntegrityError):
            await find_again(connections, mine)

    async def test_a_whole_record_copied_to_another_owner_opens_for_nobody(
        self, vault: Vault, connections: ConnectionStore, raw: Any
    ) -> None:
        theirs = await connect(vault)
        tag = store.owner_tag(MALLORY.org_id, MALLORY.user_id)
        await raw.hset(index_of(MALLORY, theirs.provider), "42", theirs.connection_id)
        await raw.copy(key_of(theirs), store.connection_key(tag, theirs.provider, theirs.connection_id))

        with pytest.raises(CredentialIntegrityError):
            await connections.find(MALLORY, theirs.provider, theirs.connection_id)

        [listed] = await connections.list_connections(MALLORY, theirs.provider)
        assert (listed.status, listed.reason) == ("reconnect_required", "credential_integrity")
        assert (listed.account.ui_domain, listed.granted_scopes) == (None, ())
        with pytest.raises(CredentialIntegrityError):
            await vault.access_token(listed)

    async def test_scopes_that_a_refresh_brought_are_sealed_as_well(
        self, vault: Vault, connections: ConnectionStore, raw: Any
    ) -> None:
        connection = await connect(vault, expires_in_s=0)
        before = await raw.hget(key_of(connection), "details")

        await vault.access_token(connection)

        found = await find_again(connections, connection)
        assert found is not None
        assert (found.account, found.granted_scopes) == (connection.account, ("read",))
        assert await raw.hget(key_of(connection), "details") != before


class TestIndex:
    async def test_an_id_of_another_owner_leads_nowhere(
        self, vault: Vault, connections: ConnectionStore, raw: Any
    ) -> None:
        theirs = await connect(vault)
        for number, forged in enumerate([theirs.connection_id, key_of(theirs), "../" + key_of(theirs), ""]):
            await raw.hset(index_of(MALLORY, theirs.provider), str(number), forged)

        assert await connections.list_connections(MALLORY, theirs.provider) == []
        assert await connections.find(MALLORY, theirs.provider, theirs.connection_id) is None

    async def test_another_account_for_a_connection_is_left_out(
        self, vault: Vault, connections: ConnectionStore, raw: Any
    ) -> None:
        connection = await connect(vault)
        await raw.hset(index_of(OWNER, connection.provider), "999", connection.connection_id)

        assert await connections.list_connections(OWNER, connection.provider) == [connection]


class TestPlainFields:
    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("status", "<b>call us</b>"),
            ("connected_at_ms", "never"),
            ("connected_at_ms", "9" * 400),
            ("refreshed_at_ms", "-9" * 30),
            ("expires_at_ms", "soon"),
            ("ended_at_ms", ""),
        ],
    )
    async def test_what_this_service_does_not_write_is_refused(
        self, vault: Vault, connections: ConnectionStore, raw: Any, field: str, value: str
    ) -> None:
        connection = await connect(vault)
        await raw.hset(key_of(connection), field, value)

        with pytest.raises(CredentialIntegrityError):
            await find_again(connections, connection)
        assert [
            connection_.is_damaged for connection_ in await connections.list_connections(OWNER, connection.provider)
        ] == [True]

    async def test_a_reason_of_somebody_elses_making_is_not_shown(
        self, vault: Vault, connections: ConnectionStore, raw: Any
    ) -> None:
        connection = await connect(vault)
        forged = {"status": "reconnect_required", "reason": "Call +1 555 0100 to reconnect"}
        await raw.hset(key_of(connection), mapping=forged)

        found = await find_again(connections, connection)

        assert found is not None
        assert (found.status, found.reason) == ("reconnect_required", None)

    @pytest.mark.parametrize("field", ["generation", "sealed", "expires_at_ms", "lifetime_ms", "backoff_until_ms"])
    async def test_a_token_record_that_was_changed_is_refused(
        self, vault: Vault, connections: ConnectionStore, raw: Any, field: str
    ) -> None:
        connection = await connect(vault)
        await raw.hset(key_of(connection), field, "nonsense")

        with pytest.raises(CredentialIntegrityError):
            await vault.access_token(connection)

    @pytest.mark.parametrize("value", ["never", "9" * 400, ""])
    async def test_a_refresh_of_a_connection_whose_time_was_changed_is_refused_before_the_token_is_spent(
        self, vault: Vault, vendor: Vendor, raw: Any, value: str
    ) -> None:
        connection = await connect(vault, expires_in_s=0)
        await raw.hset(key_of(connection), "connected_at_ms", value)

        with capture_logs() as lines, pytest.raises(CredentialIntegrityError):
            await vault.access_token(connection)

        assert vendor.calls == []
        assert [line["event"] for line in lines if line.get("audit")] == ["integrity_failure"]


class TestRepair:
    @pytest.fixture(params=["forged", "unknown key"])
    async def damaged(self, request: pytest.FixtureRequest, vault: Vault, raw: Any) -> Connection:
        connection = await connect(vault)
        sealed = await raw.hget(key_of(connection), "details")
        text = "forged" if request.param == "forged" else sealed.replace("v1.k1.", "v1.k0.")
        await raw.hset(key_of(connection), "details", text)
        return connection

    async def test_its_user_can_connect_again(
        self, damaged: Connection, vault: Vault, connections: ConnectionStore
    ) -> None:
        with pytest.raises((CredentialIntegrityError, KeyUnknownError)):
            await find_again(connections, damaged)

        again = await connect(vault)

        assert again.connection_id == damaged.connection_id
        assert await connections.list_connections(OWNER, damaged.provider) == [again]

    async def test_its_user_can_disconnect(
        self, damaged: Connection, vault: Vault, connections: ConnectionStore, raw: Any
    ) -> None:
        found = await connections.find_to_end(OWNER, damaged.provider, damaged.connection_id)
        assert found is not None

        await vault.disconnect(found)

        assert await connections.list_connections(OWNER, damaged.provider) == []
        assert not await raw.exists(key_of(damaged), index_of(OWNER, damaged.provider))

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            *(("connected_at_ms", "never"), ("connected_at_ms", "9" * 400), ("connected_at_ms", "0" * 20)),
            *(("refreshed_at_ms", "soon"), ("expires_at_ms", "soon"), ("ended_at_ms", ""), ("status", "unheard of")),
        ],
    )
    async def test_its_user_can_disconnect_whatever_was_changed(
        self, vault: Vault, connections: ConnectionStore, raw: Any, field: str, value: str
    ) -> None:
        connection = await connect(vault)
        await raw.hset(key_of(connection), field, value)
        found = await connections.find_to_end(OWNER, connection.provider, connection.connection_id)
        assert found is not None

        await vault.disconnect(found)

        assert await connections.list_connections(OWNER, connection.provider) == []
        assert not await raw.exists(key_of(connection), index_of(OWNER, connection.provider))


class TestEarlierVersion:
    @pytest.fixture
    async def earlier(self, vault: Vault, raw: Any) -> Connection:
        """A connection as the version before wrote it."""
        connection = await connect(vault)
        account = json.dumps({"account_id": connection.account.account_id, "name": connection.account.name})
        await raw.hdel(key_of(connection), "details")
        await raw.hset(key_of(connection), mapping={"account": account, "granted_scopes": "read"})
        return connection

    async def test_its_records_are_not_accepted(self, earlier: Connection, connections: ConnectionStore) -> None:
        with pytest.raises(CredentialIntegrityError):
            await find_again(connections, earlier)

    async def test_the_operators_command_seals_them_once(
        self, earlier: Connection, connections: ConnectionStore, redis_url: str, raw: Any
    ) -> None:
        before = keys("status", K1, redis_url)
        rotated = keys("rotate", K1, redis_url)
        after = keys("status", K1, redis_url)

        assert (before.returncode, after.returncode, rotated.returncode) == (1, 0, 0), rotated.stderr
        assert "1 connections of an earlier version are not sealed" in before.stdout
        assert "sealed 1 connections of an earlier version, failed 0" in rotated.stdout
        assert await find_again(connections, earlier) == earlier
        assert not {"account", "granted_scopes"} & set(await raw.hgetall(key_of(earlier)))

    async def test_what_cannot_be_read_is_kept_and_makes_it_fail(
        self, earlier: Connection, redis_url: str, raw: Any
    ) -> None:
        await raw.hset(key_of(earlier), "account", "not json")

        rotated = keys("rotate", K1, redis_url)

        assert rotated.returncode == 1
        assert "failed 1" in rotated.stdout
        assert await raw.hget(key_of(earlier), "account") == "not json"


class TestFlowStatus:
    async def test_one_made_by_hand_is_refused(
        self, flows: Flows, vendor: Vendor, redis_client: Redis, keyring: Keyring
    ) -> None:
        start = await begin(flows, vendor)
        forged = {"status": "failed", "provider": vendor.endpoint.provider.name, "owner": "{acme/ann}"}
        error = {"code": "oauth_denied", "detail": "Call +1 555 0100", "action": "reconnect"}
        text = json.dumps(forged | {"error": json.dumps(error)})
        await redis_client.set(store.flow_key(start.flow_id), text, ex=60)

        with pytest.raises(CredentialIntegrityError):
            await flows.status(vendor.endpoint.provider.name, OWNER, start.flow_id)
