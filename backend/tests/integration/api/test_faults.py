"""HubSpot in trouble, seen by a person who waits for a page: whole, or a problem that says what to do."""

import asyncio
import re
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.bench.stack import Usage
from tests.integration.api.client import Api
from tests.integration.api.conftest import OpenApi
from tests.integration.api.test_process import connect, http_of
from tests.servers import Simulator, running_service

PAGE = "/integrations/hubspot/items?object_types=contacts&associations=false&limit=50"
ON_PAGES = "/objects/.*/contacts$"
AT_ONCE = 10
MAY_GROW_MIB = 32


@pytest.fixture
async def api(open_api: OpenApi) -> AsyncIterator[Api]:
    """Connected, without HubSpot's limits: these tests are of its faults."""
    async with open_api() as api:
        api.simulator.settings(limits_enabled=False, burst_limit=10_000)
        await api.connect()
        await api.json(PAGE)  # the limit is learnt from the first answers
        yield api


async def ask(api: Api, pages: int) -> list[httpx.Response]:
    """So many pages, some at once."""
    room = asyncio.Semaphore(AT_ONCE)

    async def one() -> httpx.Response:
        async with room:
            return await api.get(PAGE)

    return list(await asyncio.gather(*(one() for _ in range(pages))))


def assert_nothing_lost(page: dict[str, Any], whole: list[str]) -> None:
    """Of the page's beginning, each record is delivered or named as left out; the next page has the rest."""
    named = [re.match(r"Contact (\d+) is left out", warning["detail"]) for warning in page["warnings"]]
    told = {item["id"] for item in page["items"]} | {f"{match[1]}_Contact" for match in named if match}
    assert told == set(whole[: len(told)])
    assert page["next"]


async def test_97_of_100_pages_come_while_30_percent_of_the_answers_fail_at_random(api: Api) -> None:
    api.simulator.fault("^/crm/", "status", status=503, times=None, probability=0.3)

    answers = await ask(api, 200)

    assert sum(answer.status_code == 200 for answer in answers) >= 0.97 * len(answers)
    assert {answer.status_code for answer in answers} <= {200, 503}


async def test_an_outage_costs_hubspot_at_most_a_tenth_more_calls_than_it_was_asked_for(api: Api) -> None:
    await ask(api, 20)  # all is well, and retries are saved up
    api.simulator.fault("^/crm/", "status", status=502, times=None)
    api.simulator.clear_log()

    answers = await ask(api, 200)

    assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {(503, "upstream_unavailable")}
    assert len(api.simulator.log("^/crm/")) <= 1.1 * len(answers)


@pytest.mark.parametrize("kind", ["reset", "lost", "truncated", "malformed", "html", "empty", "bomb"])
async def test_a_page_is_whole_or_a_problem_and_never_silently_shorter(api: Api, kind: str) -> None:
    whole = [item["id"] for item in (await api.json(PAGE))["items"]]
    api.simulator.fault(ON_PAGES, kind, times=None, probability=0.7)

    answers = await ask(api, 2 if kind == "bomb" else 30)  # a bomb costs a second of decoding

    for answer in answers:
        if answer.status_code == 200:
            assert_nothing_lost(answer.json(), whole)
        else:
            assert answer.status_code in {502, 503}
            assert answer.json()["code"].startswith("upstream_")
    assert len(api.simulator.log(ON_PAGES)) > 1


@pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")
def test_answers_that_grow_without_end_cost_little_memory(tmp_path: Path, simulator: Simulator, redis_url: str) -> None:
    with running_service(tmp_path, simulator, REDIS_URL=redis_url) as service, http_of(service) as http:
        connect(service, simulator)
        assert http.get(PAGE).status_code == 200
        simulator.fault("/contacts$", "bomb", times=None)
        usage = Usage(service.pid)

        # The page is requested in ever smaller sizes, and each answer is decoded up to the limit.
        refused = http.get(PAGE, timeout=120).json()

        assert refused["code"] == "upstream_response_too_large"
        assert usage.peak_mib() - usage.start_mib < MAY_GROW_MIB
