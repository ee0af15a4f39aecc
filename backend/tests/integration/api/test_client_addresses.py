"""Audit lines show who asked: the peer, or the address that a trusted proxy reports."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from structlog.testing import capture_logs

from tests.integration.api.client import Api, problem
from tests.integration.api.conftest import OpenApi
from tests.integration.api.test_sign_in import PRODUCTION, SECRET, bearer

# The peer of every request here.
PROXY = "127.0.0.1"
CREDENTIALS = "/integrations/hubspot/credentials"


@pytest.fixture
async def behind_proxy(open_api: OpenApi) -> AsyncIterator[Api]:
    """Production with a proxy that is trusted."""
    async with open_api(**PRODUCTION, host_jwt_secret=SECRET, trusted_proxies=PROXY) as api:
        yield api


def audited(lines: list[Any]) -> list[tuple[str, str, str | None]]:
    return [(line["event"], line["outcome"], line.get("client_address")) for line in lines if line.get("audit")]


class TestBehindTrustedProxy:
    async def test_sign_ins_and_refused_tokens_show_the_reported_address(self, behind_proxy: Api) -> None:
        with capture_logs() as lines:
            await behind_proxy.http.post("/session", headers=bearer() | {"X-Forwarded-For": "1.1.1.1, 203.0.113.9"})
            refused = await behind_proxy.http.post(
                "/session", headers=bearer("none") | {"X-Forwarded-For": "[2001:db8::7]:4711"}
            )

        problem(refused, 401, "token_invalid")
        assert audited(lines) == [("sign_in", "succeeded", "203.0.113.9"), ("sign_in", "refused", "2001:db8::7")]

    @pytest.mark.parametrize("text", ["", "unknown", '127.0.0.1", "user_id": "mallory', "\x1b[31m", "é", "a" * 9_000])
    async def test_text_that_is_no_address_changes_no_answer_and_reaches_no_line(
        self, behind_proxy: Api, text: str
    ) -> None:
        with capture_logs() as lines:
            refused = await behind_proxy.http.get(
                CREDENTIALS,
                headers=[
                    (b"X-Forwarded-For", text.encode()),
                    *((name.encode(), value.encode()) for name, value in bearer("none").items()),
                ],
            )

        problem(refused, 401, "token_invalid")
        assert audited(lines) == [("sign_in", "refused", PROXY)]

    async def test_lines_of_ordinary_requests_show_no_address(self, behind_proxy: Api) -> None:
        with capture_logs() as lines:
            await behind_proxy.get("/integrations", bearer() | {"X-Forwarded-For": "203.0.113.9"})

        assert [line["event"] for line in lines] == ["answered"]
        assert "203.0.113.9" not in str(lines)

    async def test_metrics_are_still_not_handed_out(self, behind_proxy: Api) -> None:
        problem(await behind_proxy.get("/metrics", {"X-Forwarded-For": PROXY}), 404, "not_found")


class TestBehindAnotherProxy:
    async def test_the_peer_is_shown_whatever_it_reports(self, open_api: OpenApi) -> None:
        async with open_api(**PRODUCTION, host_jwt_secret=SECRET, trusted_proxies="10.0.0.0/8") as api:
            with capture_logs() as lines:
                await api.http.post("/session", headers=bearer() | {"X-Forwarded-For": "203.0.113.9"})

        assert audited(lines) == [("sign_in", "succeeded", PROXY)]


class TestLocalMode:
    async def test_connects_and_disconnects_show_the_address(self, open_api: OpenApi) -> None:
        async with open_api(trusted_proxies=PROXY) as api:
            api.http.headers["X-Forwarded-For"] = "192.168.7.7"
            with capture_logs() as lines:
                connection_id = await api.connect()
                await api.delete(f"{CREDENTIALS}/{connection_id}")

        assert set(audited(lines)) == {
            ("connect", "succeeded", "192.168.7.7"),
            ("disconnect", "succeeded", "192.168.7.7"),
            ("revoke", "succeeded", "192.168.7.7"),
        }

    @pytest.mark.parametrize("text", ["192.168.7.7", "::1", "fd00::7", "100.64.0.1", "unknown"])
    async def test_answers_private_addresses_through_a_trusted_proxy(self, open_api: OpenApi, text: str) -> None:
        async with open_api(trusted_proxies=PROXY) as api:
            assert (await api.get("/livez", {"X-Forwarded-For": text})).status_code == 200

    @pytest.mark.parametrize(
        "headers",
        [
            {"X-Forwarded-For": "8.8.8.8"},
            {"X-Forwarded-For": "8.8.8.8, 127.0.0.1"},
            {"X-Forwarded-For": "192.168.7.7", "X-Forwarded-Host": "app.example"},
            {"Forwarded": "for=192.168.7.7"},
        ],
    )
    async def test_refuses_addresses_of_the_internet_and_other_forwarded_headers(
        self, open_api: OpenApi, headers: dict[str, str]
    ) -> None:
        async with open_api(trusted_proxies=PROXY) as api:
            problem(await api.get("/livez", headers), 403, "local_only")
