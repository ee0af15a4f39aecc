"""A record that HubSpot cannot return with its values, whatever is tried: it is parked, and stops nothing else."""

import json
from dataclasses import dataclass, field

import httpx
import pytest

from core.retry import RetryBudget
from services.services import open_vendor_transport
from tests.integration.api.client import FIRST_PORTAL, problem
from tests.integration.sync.conftest import OpenSynced

ONLY_ID = ["hs_object_id"]


@dataclass
class FailingFor(httpx.AsyncBaseTransport):
    """HubSpot, which fails for each answer that would have the values of these records."""

    real: httpx.AsyncBaseTransport
    record_ids: set[str] = field(default_factory=set)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer = await self.real.handle_async_request(request)
        if "/objects/" not in request.url.path or "/associations/" in request.url.path:
            return answer
        await answer.aread()
        asked = json.loads(request.content or b"{}").get("properties") or request.url.params.get(
            "properties", ""
        ).split(",")
        has_values = asked != ONLY_ID and set(asked) != {"hs_object_id", "hs_merged_object_ids"}
        found = {record["id"] for record in answer.json().get("results", [])} if answer.is_success else set()
        if has_values and found & self.record_ids:
            return httpx.Response(500)
        headers = {name: value for name, value in answer.headers.items() if name.lower() != "content-encoding"}
        return httpx.Response(answer.status_code, headers=headers, content=answer.content)

    async def aclose(self) -> None:
        await self.real.aclose()


class NoJitter:
    """The shortest of all waits: 0."""

    def uniform(self, a: float, _b: float, /) -> float:
        return a


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Ids of records for which HubSpot fails."""
    record_ids: set[str] = set()
    monkeypatch.setattr("core.retry.random.SystemRandom", NoJitter)
    # An hour of other calls would refill it between two runs.
    monkeypatch.setattr(RetryBudget.__init__, "__defaults__", (1_000.0,))
    monkeypatch.setattr(
        "services.services.open_vendor_transport",
        lambda settings: FailingFor(open_vendor_transport(settings), record_ids),
    )
    return record_ids


async def test_it_is_parked_and_the_rest_is_loaded_polled_and_verified(
    open_synced: OpenSynced, failing: set[str]
) -> None:
    async with open_synced(seed={"contacts": 120, "companies": 1, "deals": 1}) as synced:
        odd, other, *_ = synced.simulator.export(FIRST_PORTAL, "contacts")[60:]
        failing.add(odd["id"])

        await synced.enable(object_types=["contacts"])
        loaded = await synced.until(lambda state: state["state"] == "live" and not state["running"], 60)
        synced.simulator.update(FIRST_PORTAL, "contacts", odd["id"], firstname="Odd")
        synced.simulator.update(FIRST_PORTAL, "contacts", other["id"], firstname="Other")
        polled = await synced.run("poll")
        verified = await synced.run("verify")

        [parked] = loaded["object_types"]["contacts"]["parked"]
        assert (parked["record_id"], parked["code"]) == (odd["id"], "record_unreadable")
        assert [run["error"] for run in (polled, verified)] == [None, None]
        stored = await synced.stored("contacts")
        assert (len(stored), stored[other["id"]]["properties"]["firstname"]) == (119, "Other")
        assert [change for change in await synced.changes() if change[0] == "deleted"] == []

        failing.clear()
        await synced.run("verify")

        await synced.assert_equal_to_truth("contacts")
        assert (await synced.state())["object_types"]["contacts"]["parked_count"] == 0


async def test_a_stream_of_stored_records_names_what_is_missing(open_synced: OpenSynced, failing: set[str]) -> None:
    async with open_synced(seed={"contacts": 60, "companies": 1, "deals": 1}) as synced:
        odd = synced.simulator.export(FIRST_PORTAL, "contacts")[30]["id"]
        failing.add(odd)
        await synced.enable(object_types=["contacts"])
        await synced.until(lambda state: state["state"] == "live" and not state["running"], 60)

        answer = await synced.api.get(
            "/integrations/hubspot/items",
            {"Accept": "application/x-ndjson"},
            object_types="contacts",
            max_age=600,
        )

        lines = [json.loads(line) for line in answer.text.splitlines()]
        receipt = lines[-1]["receipt"]
        assert lines[0]["plan"]["source"] == "mirror"
        assert (receipt["complete"], receipt["watermark"]) == (False, None)
        assert receipt["object_types"]["contacts"]["skipped"] == [
            {"code": "record_unreadable", "count": 1, "ids": [odd]}
        ]


async def test_asked_for_by_id_it_is_not_said_to_be_gone(open_synced: OpenSynced, failing: set[str]) -> None:
    async with open_synced(seed={"contacts": 3, "companies": 1, "deals": 1}) as synced:
        _, odd, other = (f"{record['id']}_Contact" for record in synced.simulator.export(FIRST_PORTAL, "contacts"))
        failing.add(odd.partition("_")[0])

        one = await synced.api.get(f"/integrations/hubspot/items/{odd}")
        several = await synced.api.json("/integrations/hubspot/items", ids=f"{odd},{other}")

    problem(one, 503, "upstream_unavailable")
    assert [item["id"] for item in several["items"]] == [other]
    assert [warning["code"] for warning in several["warnings"]] == ["record_unreadable"]
