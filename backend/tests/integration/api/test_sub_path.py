"""The service below a path of its host: `PUBLIC_URL=http://localhost:8000/crm`.

A proxy may pass the path on as it is (`kept`) or remove it (`removed`); both must work.
"""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi.routing import APIRoute

from core.settings_faults import ROUTE_NAMES
from routes import docs
from routes.app import ROUTERS
from tests.integration.api.client import OWN_CLICK, OWN_FETCH, SENT_BACK, Api, problem
from tests.integration.api.conftest import OpenApi
from tests.integration.api.test_webhooks import body_of, event, signed

PUBLIC_URL = "http://localhost:8000/crm"
HOST = "http://localhost:8000"
BROWSER = {"Accept": "text/html,*/*;q=0.8"}

Through = Callable[[str], str]
THROUGH: dict[str, Through] = {"kept": lambda path: f"/crm{path}", "removed": lambda path: path}


@pytest.fixture(params=THROUGH)
def through(request: pytest.FixtureRequest) -> Through:
    return THROUGH[request.param]


@pytest.fixture
async def api(open_api: OpenApi, tmp_path: Path) -> AsyncIterator[Api]:
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "index-C0ffee12.js").write_text("'use strict'", encoding="utf-8")
    (tmp_path / "index.html").write_text("<!doctype html><title>The page</title>", encoding="utf-8")
    async with open_api(public_url=PUBLIC_URL, frame_origins=HOST, page=tmp_path) as api:
        yield api


class TestPage:
    async def test_it_is_served_with_its_files(self, api: Api, through: Through) -> None:
        page = await api.get(through("/"), BROWSER | OWN_CLICK)
        script = await api.get(through("/assets/index-C0ffee12.js"))

        assert "<title>The page</title>" in page.text
        assert script.text == "'use strict'"

    async def test_without_the_slash_it_leads_there(self, api: Api) -> None:
        answer = await api.get("/crm?type=deals", BROWSER | OWN_CLICK)

        assert (answer.status_code, answer.headers["location"]) == (307, "/crm/?type=deals")

    async def test_any_other_address_leads_there(self, api: Api, through: Through) -> None:
        answer = await api.get(through("/some/where"), BROWSER | OWN_CLICK)

        assert (answer.status_code, answer.headers["location"]) == (307, "/crm/")

    async def test_under_another_local_name_the_browser_is_sent_to_the_right_one(
        self, api: Api, through: Through
    ) -> None:
        answer = await api.http.get(f"http://127.0.0.1:8000{through('/?type=deals')}", headers=BROWSER | OWN_CLICK)

        assert answer.headers["location"] == f"{PUBLIC_URL}/?type=deals"

    async def test_a_program_gets_the_sign_of_life_and_probes_need_no_path(self, api: Api, through: Through) -> None:
        assert await api.json(through("/")) == {"Ping": "Pong"}
        assert (await api.get(through("/livez"))).status_code == 200

    async def test_a_path_that_only_begins_alike_is_not_ours(self, api: Api) -> None:
        problem(await api.get("/crm2/livez"), 404, "not_found")

    async def test_a_problem_names_its_path_and_its_explanation_as_callers_find_them(
        self, api: Api, through: Through
    ) -> None:
        body = problem(await api.get(through("/integrations/hubspot/items")), 404, "not_connected")

        assert (body["instance"], body["type"][:5]) == ("/crm/integrations/hubspot/items", "/crm/")
        assert (await api.json(through(body["type"].removeprefix("/crm"))))["code"] == "not_connected"


class TestConnecting:
    async def test_the_vendor_sends_the_user_back_below_the_path(self, api: Api, through: Through) -> None:
        answer = await api.get(through("/integrations/hubspot/authorize"), {"Accept": "application/json", **OWN_FETCH})
        started = answer.json()
        api.simulator.app(redirect_uris=[f"{PUBLIC_URL}/integrations/hubspot/oauth2callback"])
        callback = api.simulator.decide(started["authorization_url"], portal_id="24681012")
        page = await api.http.get(
            HOST + through(callback.removeprefix(PUBLIC_URL)), headers={"Accept": "text/html", **SENT_BACK}
        )
        flow = await api.json(through(f"/integrations/hubspot/flows/{started['flow_id']}"))

        query = parse_qs(urlsplit(started["authorization_url"]).query)
        assert query["redirect_uri"] == [f"{PUBLIC_URL}/integrations/hubspot/oauth2callback"]
        assert 'data-origin="http://localhost:8000"' in page.text
        assert flow["status"] == "connected"

    async def test_a_failure_leads_back_to_the_page(self, api: Api, through: Through) -> None:
        page = await api.get(through("/integrations/hubspot/oauth2callback"), {"Accept": "text/html", **SENT_BACK})

        assert 'href="/crm/">Back to the page' in page.text


class TestWebhooks:
    async def test_the_signature_covers_the_whole_address(self, api: Api, through: Through) -> None:
        body = body_of(event())
        whole, without = (signed(body, uri=f"{url}/webhooks/hubspot") for url in (PUBLIC_URL, HOST))

        accepted = await api.http.post(through("/webhooks/hubspot"), content=body, headers=whole)
        refused = await api.http.post(through("/webhooks/hubspot"), content=body, headers=without)

        assert (accepted.status_code, accepted.content) == (200, b"")
        problem(refused, 401, "webhook_signature_invalid")


class TestFrame:
    async def test_the_page_may_be_framed_by_the_named_pages_alone(self, api: Api) -> None:
        framed = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"}
        page = await api.get("/crm/", BROWSER | framed)
        answer = await api.get("/crm/livez")

        assert page.headers["content-security-policy"].endswith(f"frame-ancestors {HOST}")
        assert answer.headers["content-security-policy"].endswith("frame-ancestors 'none'")
        problem(await api.get("/crm/integrations", framed), 403, "cross_site_blocked")

    async def test_without_the_setting_nobody_may(self, open_api: OpenApi) -> None:
        framed = {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"}
        async with open_api() as api:
            problem(await api.get("/", BROWSER | framed), 403, "cross_site_blocked")


class TestSharedHost:
    async def test_what_the_host_decides_is_left_to_it(self, api: Api) -> None:
        """The browser's storage belongs to the origin, and strict transport to the host."""
        answer = await api.http.delete("/crm/session", headers={"X-Requested-With": "test"})

        assert answer.status_code == 204
        assert "clear-site-data" not in answer.headers


def test_no_route_begins_as_a_path_may() -> None:
    """FastAPI and the application add the last two themselves."""
    routes = [route for router in (*ROUTERS, docs.router) for route in router.routes if isinstance(route, APIRoute)]

    names = {route.path.split("/")[1] for route in routes} - {""}

    assert names | {"assets", "openapi.json"} == ROUTE_NAMES
