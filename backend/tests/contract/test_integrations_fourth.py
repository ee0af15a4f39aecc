"""A fourth vendor, invented: that one short file and one line in the registry is all an integration takes."""

import json
import secrets
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from core.http import HttpClient
from integrations.registry import INTEGRATIONS
from oauth.token_endpoint import TokenEndpoint
from routes.app import create_app
from settings import Settings
from tests.contract import shelf
from tests.contract.caller import ITEM_FIELDS
from tests.lifespan import Lifespan

PREFIX = "http://localhost:8000/integrations/shelf"
SOURCE = Path(shelf.__file__).read_text(encoding="utf-8")
DOCUMENTATION = Path(__file__).parents[3] / "docs" / "adding-an-integration.md"
BOOKS = [{"id": str(n), "title": f"Book {n}", "changed_at": "2026-01-02T03:04:05.000Z"} for n in range(150)]


class ShelfVendor:
    """The other side: tokens by code or refresh token, a member, books by pages."""

    def __init__(self) -> None:
        self.tokens: list[str] = []
        routes = [
            Route("/token", self.token, methods=["POST"]),
            Route("/me", self.me),
            Route("/books", self.books),
        ]
        self.app = Starlette(routes=routes)

    async def token(self, request: Request) -> JSONResponse:
        form = await request.form()
        if form["client_secret"] != "shelf-secret" or form.get("code", "good") != "good":
            return JSONResponse({"error": "invalid_grant"}, 400)
        self.tokens.append(secrets.token_hex(8))
        return JSONResponse({"access_token": self.tokens[-1], "refresh_token": "r", "scope": "books:read"})

    async def me(self, request: Request) -> JSONResponse:
        return JSONResponse({"id": "m1", "name": "Ann"} if self._knows(request) else {}, self._status(request))

    async def books(self, request: Request) -> JSONResponse:
        start = int(request.query_params.get("cursor", 0))
        end = start + int(request.query_params["limit"])
        page = {"books": BOOKS[start:end], "next": str(end) if end < len(BOOKS) else None}
        return JSONResponse(page if self._knows(request) else {}, self._status(request))

    def _knows(self, request: Request) -> bool:
        return request.headers["authorization"] == f"Bearer {self.tokens[-1]}"

    def _status(self, request: Request) -> int:
        return 200 if self._knows(request) else 401


@pytest.fixture
def vendor() -> ShelfVendor:
    return ShelfVendor()


@pytest.fixture
async def http(
    vendor: ShelfVendor, redis_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[httpx.AsyncClient]:
    """The application with one line more in its registry, and the vendor in place of the network."""
    monkeypatch.setitem(INTEGRATIONS, shelf.NAME, shelf.SHELF)
    app = create_app(Settings(redis_url=redis_url, data_dir=tmp_path))
    async with Lifespan(app):
        services = app.state.services
        provider = services.providers[shelf.NAME]
        network = HttpClient(allowed_origins=[shelf.API_URL], transport=httpx.ASGITransport(vendor.app))
        services.endpoints[shelf.NAME] = TokenEndpoint(network, provider)
        app.state.services = replace(services, http=network)
        transport = httpx.ASGITransport(app, client=("127.0.0.1", 50_000))
        async with httpx.AsyncClient(transport=transport, headers={"Accept": "application/json"}) as client:
            yield client
        await network.aclose()


async def connect(http: httpx.AsyncClient, code: str = "good") -> dict[str, Any]:
    """The flow's end."""
    started = (await http.get(f"{PREFIX}/authorize")).json()
    state = parse_qs(urlsplit(started["authorization_url"]).query)["state"][0]
    await http.get(f"{PREFIX}/oauth2callback", params={"code": code, "state": state})
    flow: dict[str, Any] = (await http.get(f"{PREFIX}/flows/{started['flow_id']}")).json()
    return flow


class TestTheFile:
    def test_it_stays_below_a_hundred_lines(self) -> None:
        assert len(SOURCE.splitlines()) < 100

    def test_the_documentation_shows_this_very_file(self) -> None:
        assert f"```python\n{SOURCE}```" in DOCUMENTATION.read_text(encoding="utf-8")


async def test_it_connects_like_the_others(http: httpx.AsyncClient) -> None:
    flow = await connect(http)

    assert flow["status"] == "connected"
    connection = (await http.get(f"{PREFIX}/credentials")).json()["connections"][0]
    assert (connection["portal_id"], connection["portal_name"]) == ("m1", "Ann")
    assert connection["granted_scopes"] == ["books:read"]


async def test_it_fails_like_the_others(http: httpx.AsyncClient) -> None:
    flow = await connect(http, code="bad")

    assert (flow["status"], flow["error"]["code"]) == ("failed", "oauth_code_rejected")


async def test_its_items_come_by_pages(http: httpx.AsyncClient) -> None:
    await connect(http)

    first = (await http.get(f"{PREFIX}/items")).json()
    second = (await http.get(f"{PREFIX}/items", params={"after": first["next"]})).json()

    items = first["items"] + second["items"]
    assert [item["id"] for item in items] == [f"{n}_Book" for n in range(150)]
    assert tuple(items[0])[:14] == tuple(ITEM_FIELDS)
    assert second["next"] is None


async def test_the_query_is_kept_to(http: httpx.AsyncClient) -> None:
    await connect(http)

    found = (await http.get(f"{PREFIX}/items", params={"q": "BOOK 42"})).json()
    archived = (await http.get(f"{PREFIX}/items", params={"archived": "true"})).json()

    assert [item["name"] for item in found["items"]] == ["Book 42"]
    assert archived["items"] == []


async def test_its_whole_load_comes_as_a_stream(http: httpx.AsyncClient) -> None:
    await connect(http)

    answer = await http.get(f"{PREFIX}/items", headers={"Accept": "application/x-ndjson"})

    lines = [json.loads(line) for line in answer.text.splitlines()]
    assert list(lines[0]) == ["plan"]
    assert sum("item" in line for line in lines) == 150
    assert lines[-1]["receipt"]["complete"] is True


async def test_a_token_that_ended_is_renewed(http: httpx.AsyncClient, vendor: ShelfVendor) -> None:
    await connect(http)
    vendor.tokens.append("another one")

    answer = await http.get(f"{PREFIX}/items")

    assert answer.status_code == 200
    assert len(vendor.tokens) == 3


async def test_the_stock_ui_can_load_it(http: httpx.AsyncClient) -> None:
    await connect(http)
    user = {"user_id": "TestUser", "org_id": "TestOrg"}

    handle = (await http.post(f"{PREFIX}/credentials", data=user)).json()
    items = (await http.post(f"{PREFIX}/load", data={"credentials": json.dumps(handle)})).json()

    assert len(items) == 150
    assert list(items[0]) == ITEM_FIELDS


async def test_it_is_listed_and_disconnected_like_the_others(http: httpx.AsyncClient) -> None:
    flow = await connect(http)
    listed = (await http.get("http://localhost:8000/integrations")).json()["integrations"]

    answer = await http.delete(f"{PREFIX}/credentials/{flow['connection_id']}")

    assert [entry["id"] for entry in listed][-1] == "shelf"
    assert answer.status_code == 204
    assert (await http.get(f"{PREFIX}/credentials")).json()["status"] == "not_connected"
