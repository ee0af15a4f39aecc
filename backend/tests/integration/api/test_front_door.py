"""What every request meets first: host, peer, limits, headers, reference; and what no route answers."""

from collections.abc import AsyncIterator

import httpx
import pytest
from structlog.testing import capture_logs

from routes.app import create_app
from routes.middleware.body_end import LINGERS_BYTES
from routes.middleware.limits import MAX_BODY_BYTES
from settings import Settings
from tests.integration.api.client import OWN_FETCH, URL, Api, problem
from tests.integration.api.conftest import OpenApi

ROUTES = ("/livez", "/readyz", "/integrations", "/integrations/hubspot/credentials", "/nope", "/openapi.json", "/docs")


def assert_all(headers: httpx.Headers) -> None:
    """Those of the API."""
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert len(headers["x-request-id"]) == 32
    assert "server" not in headers


class TestLocalOnly:
    @pytest.mark.parametrize("path", ["/livez", "/integrations", "/nope", "/integrations/hubspot/oauth2callback"])
    async def test_a_name_that_is_not_this_machines_is_refused_everywhere(self, api: Api, path: str) -> None:
        body = problem(await api.get(path, {"Host": "rebound.example:8000"}), 421, "host_not_allowed")

        assert "localhost" in body["detail"]

    @pytest.mark.parametrize(
        "name", ["Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-Ip"]
    )
    async def test_a_request_that_came_through_a_proxy_is_refused(self, api: Api, name: str) -> None:
        problem(await api.get("/integrations", {name: "127.0.0.1"}), 403, "local_only")

    @pytest.mark.parametrize(
        ("peers", "status"), [("", 403), ("192.168.0.0/16", 403), ("172.16.0.0/12 10.0.0.0/8", 200)]
    )
    async def test_only_this_machine_and_listed_networks_are_answered(
        self, redis_url: str, peers: str, status: int
    ) -> None:
        app = create_app(Settings(redis_url=redis_url, local_peers=peers))
        transport = httpx.ASGITransport(app, client=("172.20.0.3", 40_000))
        async with httpx.AsyncClient(transport=transport, base_url=URL) as http:
            assert (await http.get("/livez")).status_code == status

    async def test_another_sites_page_reads_and_writes_nothing(self, api: Api) -> None:
        headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"}

        problem(await api.get("/integrations/hubspot/items", headers), 403, "cross_site_blocked")
        problem(await api.delete("/integrations/hubspot/credentials/x", headers), 403, "cross_site_blocked")

    async def test_our_own_page_may(self, api: Api) -> None:
        assert (await api.get("/integrations", OWN_FETCH)).status_code == 200

    async def test_a_token_in_a_mode_without_sign_in_is_refused_rather_than_ignored(self, api: Api) -> None:
        problem(await api.get("/integrations", {"Authorization": "Bearer x"}), 401, "token_invalid")


class TestHostInProduction:
    @pytest.fixture
    async def production(self, open_api: OpenApi) -> AsyncIterator[Api]:
        sign_in = {"host_jwt_issuer": "host", "host_jwt_audience": "us", "host_jwt_secret": "s" * 32}
        async with open_api(app_env="production", public_url="https://app.example", **sign_in) as api:
            yield api

    @pytest.mark.parametrize("path", ["/", "/integrations", "/nope", "/integrations/hubspot/oauth2callback"])
    @pytest.mark.parametrize("host", ["evil.example", "localhost:8000", "10.0.0.5:8000"])
    async def test_another_host_name_is_refused(self, production: Api, path: str, host: str) -> None:
        body = problem(await production.get(path, {"Host": host}), 421, "host_not_allowed")

        assert "localhost" not in body["detail"]

    @pytest.mark.parametrize("host", ["app.example", "APP.example:443"])
    async def test_the_host_of_the_public_address_is_answered(self, production: Api, host: str) -> None:
        problem(await production.get("/integrations", {"Host": host}), 401, "unauthenticated")

    @pytest.mark.parametrize("path", ["/livez", "/readyz", "/metrics"])
    async def test_probes_are_answered_by_address(self, production: Api, path: str) -> None:
        assert (await production.get(path, {"Host": "10.0.0.5:8000"})).status_code == 200


class TestHeaders:
    @pytest.mark.parametrize("path", ROUTES)
    async def test_every_answer_carries_them(self, api: Api, path: str) -> None:
        headers = (await api.get(path)).headers

        assert_all(headers)
        assert "strict-transport-security" not in headers

    @pytest.mark.parametrize(
        ("status", "path", "given"),
        [
            (421, "/livez", {"Host": "rebound.example"}),
            (403, "/integrations", {"X-Forwarded-For": "127.0.0.1"}),
            (403, "/integrations", {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}),
            (401, "/integrations", {"Authorization": "Bearer x"}),
            (413, f"/integrations?x={'a' * 9_000}", {}),
            (404, "/integrations/hubspot/items", {}),
        ],
    )
    async def test_refusals_carry_them_too(self, api: Api, status: int, path: str, given: dict[str, str]) -> None:
        refused = await api.http.get(path, headers=given)

        assert refused.status_code == status
        assert_all(refused.headers)

    async def test_preflights_carry_them_too(self, api: Api) -> None:
        preflight = {"Origin": "http://localhost:3000", "Access-Control-Request-Method": "GET"}

        assert_all((await api.http.options("/livez", headers=preflight)).headers)

    async def test_a_sane_reference_of_the_callers_is_kept_throughout(self, api: Api) -> None:
        answer = await api.get("/nope", {"X-Request-Id": "from-the-proxy-1"})

        assert problem(answer, 404, "not_found")["correlation_id"] == "from-the-proxy-1"

    async def test_under_https_browsers_are_told_to_stay_there(self, open_api: OpenApi) -> None:
        production = {"app_env": "production", "public_url": "https://app.example"}
        sign_in = {"host_jwt_issuer": "host", "host_jwt_audience": "us", "host_jwt_secret": "s" * 32}
        async with open_api(**production, **sign_in) as api:
            headers = (await api.get("/livez")).headers

        assert headers["strict-transport-security"].startswith("max-age=63072000")


class TestFrameworkErrors:
    async def test_no_route_is_404(self, api: Api) -> None:
        problem(await api.get("/nope"), 404, "not_found")
        problem(await api.http.post("/nope"), 404, "not_found")

    async def test_a_wrong_method_is_405_and_says_which_are_right(self, api: Api) -> None:
        answer = await api.http.put("/livez")

        body = problem(answer, 405, "method_not_allowed")
        assert answer.headers["allow"] == "GET, HEAD"
        assert body["detail"].endswith("It answers GET, HEAD.")

    async def test_where_several_methods_are_right_all_are_named(self, api: Api) -> None:
        answer = await api.http.put("/integrations/hubspot/credentials")

        assert answer.headers["allow"] == "GET, POST"

    @pytest.mark.parametrize("path", ["/integrations/", "//integrations", "/integrations/hubspot/items/"])
    async def test_a_path_that_is_nearly_right_is_404_and_no_redirect(self, api: Api, path: str) -> None:
        problem(await api.http.get(URL + path), 404, "not_found")

    async def test_a_slash_at_the_end_is_pointed_at(self, api: Api) -> None:
        body = problem(await api.get("/integrations/hubspot/items/"), 404, "not_found")

        assert "without the slash at its end" in body["detail"]

    @pytest.mark.parametrize("path", ["/assets/nope.js", "/assets/../main.py", "/assets/%2e%2e/main.py", "/assets/"])
    async def test_what_is_not_among_the_assets_is_404(self, api: Api, path: str) -> None:
        problem(await api.http.get(URL + path), 404, "not_found")


class TestHead:
    @pytest.mark.parametrize("path", ["/", "/livez", "/readyz", "/openapi.json"])
    async def test_it_is_answered_as_get_without_the_body(self, api: Api, path: str) -> None:
        get, head = await api.http.get(path), await api.http.head(path)

        assert (head.status_code, head.content) == (200, b"")
        own = {"x-request-id"}
        assert {k: v for k, v in head.headers.items() if k not in own} == {
            k: v for k, v in get.headers.items() if k not in own
        }

    async def test_it_starts_and_ends_no_connecting(self, api: Api) -> None:
        for path in ("/integrations/hubspot/authorize", "/integrations/hubspot/oauth2callback?state=x&code=y"):
            assert (await api.http.head(path)).status_code == 405


class TestLimits:
    async def test_a_body_that_says_it_is_too_large_is_not_read(self, api: Api) -> None:
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Content-Length": "9999999"}
        answer = await api.http.post("/integrations/hubspot/load", content=b"x", headers=headers)

        problem(answer, 413, "payload_too_large")

    async def test_one_that_does_not_say_is_cut_off(self, api: Api) -> None:
        sent = 0

        async def parts() -> AsyncIterator[bytes]:
            nonlocal sent
            while True:
                sent += 1
                yield b"x" * 65_536

        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = await api.http.post("/integrations/hubspot/load", content=parts(), headers=headers)

        problem(answer, 413, "payload_too_large")
        assert sent * 65_536 < MAX_BODY_BYTES + LINGERS_BYTES + 10 * 65_536


class TestAccessLog:
    async def test_the_line_of_a_refused_request_has_its_code(self, api: Api) -> None:
        with capture_logs() as lines:
            body = problem(await api.get("/integrations/hubspot/items"), 404, "not_connected")

        [line] = [line for line in lines if line["event"] == "answered"]
        assert line["error_code"] == body["code"]

    async def test_where_the_vendor_refused_it_has_the_vendors_reference(self, api: Api) -> None:
        await api.connect()
        api.simulator.fault("^/crm/", "status", status=429, policy="daily", times=None)

        with capture_logs() as lines:
            answer = await api.get("/integrations/hubspot/items", object_types="contacts")

        body = problem(answer, 429, "upstream_quota_exhausted")
        [line] = [line for line in lines if line["event"] == "answered"]
        assert line["upstream_correlation_id"] == body["upstream"]["correlation_id"]


class TestProblemTypes:
    async def test_a_problems_type_leads_to_its_explanation(self, api: Api) -> None:
        body = problem(await api.get("/integrations/hubspot/items"), 404, "not_connected")

        explained = await api.json(body["type"])

        assert explained["code"] == "not_connected"
        assert explained["action"] == body["action"]

    async def test_an_unknown_code_is_404(self, api: Api) -> None:
        problem(await api.get("/problems/unheard_of"), 404, "not_found")
