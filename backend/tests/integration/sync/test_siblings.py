"""Airtable and Notion through the same machinery. What two complete loads in a row do not show is deleted."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from services.services import open_vendor_transport
from tests.integration.api.client import OWN_FETCH, Api
from tests.integration.api.conftest import OpenApi
from tests.servers import Simulator

WAIT_S = 20


@dataclass
class Sibling:
    """A vendor whose account shrinks from `before` to `after`, which loses `gone` items."""

    name: str
    account: str
    before: dict[str, int]
    after: dict[str, int]
    stored: int
    gone: int


# A base of the demo's second account has two tables.
AIRTABLE = Sibling("airtable", "usrBergstroemAnn2", {"bases": 3, "tables": 2}, {"bases": 2, "tables": 2}, 9, 3)
NOTION = Sibling("notion", "5f1c2a90-0000-4000-8000-000000000002", {"pages": 6}, {"pages": 5}, 6, 1)


@asynccontextmanager
async def syncing(api: Api, sibling: Sibling) -> AsyncIterator[str]:
    """Connected, loaded and verified; the address of its sync."""
    api.simulator.account(sibling.name, sibling.account, "seed", **sibling.before)
    headers = {"Accept": "application/json", **OWN_FETCH}
    started = (await api.get(f"/integrations/{sibling.name}/authorize", headers)).json()
    await api.come_back(api.simulator.decide(started["authorization_url"], account=sibling.account))
    path = f"/integrations/{sibling.name}/sync"
    assert (await api.http.put(path, json={})).status_code == 202
    await until_verified(api, path)
    yield path


async def until_verified(api: Api, path: str) -> dict[str, Any]:
    async with asyncio.timeout(WAIT_S):
        while not (state := await api.json(path))["verified_at"] or state["running"]:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    shown: dict[str, Any] = state
    return shown


async def run(api: Api, path: str, kind: str) -> dict[str, Any]:
    run_id = (await api.http.post(f"{path}/runs", json={"kind": kind})).json()["run_id"]
    async with asyncio.timeout(WAIT_S):
        while True:
            for run in (await api.json(f"{path}/runs"))["runs"]:
                if run["run_id"] == run_id and run["ended_at"]:
                    ended: dict[str, Any] = run
                    return ended
            await asyncio.sleep(0.05)


async def count(api: Api, path: str) -> int:
    state = await api.json(path)
    return sum(type_["counts"]["mirror"] for type_ in state["object_types"].values())


@dataclass
class Spoiling(httpx.AsyncBaseTransport):
    """A vendor whose answers have a first base or object that is not as documented, while `spoils` is set."""

    real: httpx.AsyncBaseTransport
    spoils: asyncio.Event

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer = await self.real.handle_async_request(request)
        if not self.spoils.is_set() or not request.url.path.endswith(("/meta/bases", "/v1/search")):
            return answer
        await answer.aread()
        body = answer.json()
        for first in (body.get("bases") or body.get("results"))[:1]:
            first.update(name=5, parent=5)
        return httpx.Response(answer.status_code, json=body)

    async def aclose(self) -> None:
        await self.real.aclose()


@pytest.fixture
def spoils(monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    spoils = asyncio.Event()
    monkeypatch.setattr(
        "services.services.open_vendor_transport", lambda settings: Spoiling(open_vendor_transport(settings), spoils)
    )
    return spoils


@pytest.mark.parametrize("sibling", [AIRTABLE, NOTION], ids=lambda sibling: sibling.name)
class TestSiblings:
    async def test_what_cannot_be_read_is_not_taken_for_deleted(
        self, open_api: OpenApi, spoils: asyncio.Event, sibling: Sibling
    ) -> None:
        async with open_api(worker="embedded") as api, syncing(api, sibling) as path:
            spoils.set()

            ended = [await run(api, path, "verify") for _ in range(3)]

            assert [(ended_run["state"], ended_run["deleted"]) for ended_run in ended] == [("incomplete", 0)] * 3
            assert await count(api, path) == sibling.stored

    async def test_everything_is_loaded_and_verified(self, open_api: OpenApi, sibling: Sibling) -> None:
        async with open_api(worker="embedded") as api, syncing(api, sibling) as path:
            state = await api.json(path)

            assert state["state"] == "live"
            assert await count(api, path) == sibling.stored

    async def test_an_item_is_gone_when_two_complete_loads_lack_it(
        self, open_api: OpenApi, simulator: Simulator, sibling: Sibling
    ) -> None:
        async with open_api(worker="embedded") as api, syncing(api, sibling) as path:
            simulator.account(sibling.name, sibling.account, "seed", **sibling.after)

            first = await run(api, path, "verify")
            assert (first["state"], first["deleted"], await count(api, path)) == ("complete", 0, sibling.stored)
            second = await run(api, path, "verify")

            assert (second["state"], second["deleted"]) == ("complete", sibling.gone)

    async def test_a_poll_is_complete_and_makes_the_records_as_new(self, open_api: OpenApi, sibling: Sibling) -> None:
        async with open_api(worker="embedded") as api, syncing(api, sibling) as path:
            before = await api.json(path)
            polled = await run(api, path, "poll")

            assert (polled["state"], polled["added"], polled["changed"]) == ("complete", 0, 0)
            assert (await api.json(path))["as_of"] > before["as_of"]
