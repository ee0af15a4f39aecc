"""Events an operator must be able to look up later: one structured line each."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import structlog
from redis.asyncio import Redis

from core.crypto import Keyring
from errors import NotConnectedError, ServiceError
from oauth.flow import Flows
from oauth.vault import Vault
from routes.problems import REFUSED_SIGN_INS, answer_error
from tests.integration.oauth.conftest import OWNER, connect
from tests.integration.oauth.test_flow import begin, come_back
from tests.integration.oauth.vendor import Vendor, refusal

WHO = {"org_id": OWNER.org_id, "user_id": OWNER.user_id, "provider": "vendor"}


@pytest.fixture
async def vendor() -> AsyncIterator[Vendor]:
    vendor = Vendor()
    yield vendor
    await vendor.http.aclose()


@pytest.fixture
async def vault(redis_client: Redis, vendor: Vendor) -> AsyncIterator[Vault]:
    vault = Vault(redis_client, Keyring({"k1": bytes(range(32))}), lambda _name: vendor.endpoint)
    yield vault
    await vault.aclose()


@pytest.fixture
def flows(redis_client: Redis, vault: Vault) -> Flows:
    return Flows(redis_client, Keyring({"k1": bytes(range(32))}), vault)


def lines(captured: list[Any], action: str) -> list[dict[str, Any]]:
    return [dict(line) for line in captured if line.get("audit") and line["event"] == action]


class TestAuditTrail:
    async def test_each_event_leaves_one_line_that_says_who_and_how_it_ended(
        self, flows: Flows, vault: Vault, vendor: Vendor
    ) -> None:
        with structlog.testing.capture_logs() as captured:
            end = await come_back(flows, vendor, await begin(flows, vendor))
            assert end.connection is not None
            await vault.disconnect(end.connection)

        who = WHO | {"connection_id": end.connection.connection_id}
        for action in ("connect", "disconnect", "revoke"):
            [line] = lines(captured, action)
            assert line.items() >= (who | {"outcome": "succeeded"}).items()

    async def test_of_a_vendor_that_revokes_nothing_no_revocation_is_claimed(
        self, vault: Vault, vendor: Vendor
    ) -> None:
        vendor.depart(revoke_url=None, shares_grant=False)

        with structlog.testing.capture_logs() as captured:
            await connect(vault)
            await vault.disconnect(await connect(vault))

        assert lines(captured, "revoke") == []
        assert len(lines(captured, "disconnect")) == 1

    async def test_a_failed_connect_says_why(self, flows: Flows, vendor: Vendor) -> None:
        vendor.next_answers = [refusal("invalid_grant")]

        with structlog.testing.capture_logs() as captured:
            await come_back(flows, vendor, await begin(flows, vendor))

        [line] = lines(captured, "connect")
        assert line.items() >= (WHO | {"outcome": "failed", "error_code": "oauth_code_rejected"}).items()

    async def test_a_callback_of_nobodys_flow_is_refused_without_an_owner(self, flows: Flows, vendor: Vendor) -> None:
        with structlog.testing.capture_logs() as captured:
            await come_back(flows, vendor, await begin(flows, vendor), query={"state": "unknown", "code": "c"})

        [line] = lines(captured, "connect")
        assert line.items() >= {"outcome": "refused", "error_code": "oauth_state_invalid"}.items()

    @pytest.mark.parametrize(
        ("answers", "expected"),
        [
            ([refusal("invalid_grant")] * 2, {"outcome": "failed", "reason": "revoked"}),
            ([refusal("invalid_client", 401)], {"outcome": "postponed", "error_code": "provider_misconfigured"}),
        ],
        ids=["revoked", "misconfigured"],
    )
    async def test_a_refresh_that_fails_says_why(
        self, vault: Vault, vendor: Vendor, answers: list[Any], expected: dict[str, str]
    ) -> None:
        connection = await connect(vault, expires_in_s=0)
        vendor.next_answers = [*answers]

        with structlog.testing.capture_logs() as captured, pytest.raises(ServiceError):
            await vault.access_token(connection)

        [line] = lines(captured, "refresh")
        assert line.items() >= (WHO | expected).items()

    async def test_a_refresh_of_a_connection_that_ended_meanwhile_is_not_postponed(
        self, vault: Vault, vendor: Vendor
    ) -> None:
        connection = await connect(vault, expires_in_s=0)

        async def disconnect_first() -> httpx.Response:
            await vault.disconnect(connection)
            return httpx.Response(400)

        vendor.next_answers = [disconnect_first]

        with structlog.testing.capture_logs() as captured, pytest.raises(NotConnectedError):
            await vault.access_token(connection)

        assert lines(captured, "refresh") == []

    @pytest.mark.parametrize("error", REFUSED_SIGN_INS)
    def test_a_refused_sign_in_is_noted_with_its_code_and_reason(self, error: type[ServiceError]) -> None:
        with structlog.testing.capture_logs() as captured:
            answer_error(error("The claim `aud` is wrong."))

        [line] = lines(captured, "sign_in")
        expected = {"outcome": "refused", "error_code": error.code, "reason": "The claim `aud` is wrong."}
        assert line.items() >= expected.items()

    async def test_a_record_that_was_tampered_with_is_noted(self, vault: Vault, redis_client: Any) -> None:
        connection = await connect(vault)
        await redis_client.hset(connection.key.record, "sealed", "v1.k1.tampered")

        with structlog.testing.capture_logs() as captured, pytest.raises(ServiceError):
            await vault.access_token(connection)

        [line] = lines(captured, "integrity_failure")
        assert line.items() >= (WHO | {"outcome": "refused", "connection_id": connection.connection_id}).items()
