"""SIGTERM while a lot is under way: whoever waits is answered, loads say where to go on, and it ends in time."""

import asyncio
import json
import os
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.integration.api.client import FIRST_PORTAL, problem
from tests.integration.api.test_process import connect, own_redis, took_until
from tests.servers import Process, Service, Simulator, running_service

# Whoever stops us kills after this. Source: docs/operations.md.
ENDS_WITHIN_S = 28
NDJSON = {"Accept": "application/x-ndjson"}
CONTACTS = "/integrations/hubspot/items?object_types=contacts&associations=false"
PAGE = f"{CONTACTS}&limit=5"
READERS = 3
SHORT = 30


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(timeout=60, trust_env=False, limits=limits) as client:
        yield client


@pytest.fixture
def stack(tmp_path: Path, simulator: Simulator) -> Iterator[tuple[Service, Process]]:
    """A connected service, and the process of its Redis."""
    with own_redis(tmp_path) as (redis, url), running_service(tmp_path, simulator, REDIS_URL=url) as service:
        connect(service, simulator)
        yield service, redis


@contextmanager
def ending_in_time(service: Service) -> Iterator[None]:
    """Tell the service to stop, and see it gone before it would be killed, with nothing wrong in its log."""
    told_s = time.monotonic()
    service.popen.send_signal(signal.SIGTERM)
    yield
    left_s = ENDS_WITHIN_S - (time.monotonic() - told_s)
    assert service.popen.wait(max(0.0, left_s)) == 0, service.output()
    assert "Traceback" not in service.output()


async def lines_read_slowly(http: httpx.AsyncClient, service: Service, begun: asyncio.Event) -> list[dict[str, Any]]:
    """Every line of a load, by somebody who takes a pause after each chunk."""
    text = b""
    async with http.stream("GET", service.url + CONTACTS, headers=NDJSON) as answer:
        async for chunk in answer.aiter_raw(65_536):
            text += chunk
            begun.set()
            await asyncio.sleep(0.02)
    return [json.loads(line) for line in text.split(b"\n") if line]


def told_when_sent(event: asyncio.Event) -> Callable[[str, Any], Awaitable[None]]:
    """For httpx's `trace`: the request is on its way as a whole."""

    async def trace(step: str, _details: Any) -> None:
        if step == "http11.send_request_body.complete":
            event.set()

    return trace


async def until_seen(simulator: Simulator, path: str, count: int) -> None:
    """The vendor has so many requests of this kind."""
    await asyncio.to_thread(took_until, lambda: len(simulator.log(path)) >= count, 20)


async def test_under_load_everybody_is_answered_and_loads_end_with_a_place_to_go_on(
    stack: tuple[Service, Process], simulator: Simulator, http: httpx.AsyncClient
) -> None:
    service, _ = stack
    simulator.seed(FIRST_PORTAL, contacts=20_000)
    simulator.settings(latency_ms=300, limits_enabled=False, burst_limit=10_000)
    begun = [asyncio.Event() for _ in range(READERS)]
    loads = [asyncio.create_task(lines_read_slowly(http, service, event)) for event in begun]
    await asyncio.gather(*(event.wait() for event in begun))
    before = len(simulator.log("/contacts$"))
    short = [asyncio.create_task(http.get(service.url + PAGE)) for _ in range(SHORT)]
    await until_seen(simulator, "/contacts$", before + SHORT)

    with ending_in_time(service):
        answers = await asyncio.gather(*short)
        ended = await asyncio.gather(*loads)

    assert [answer.status_code for answer in answers] == [200] * SHORT
    for lines in ended:
        receipt = lines[-1]["receipt"]
        assert (receipt["complete"], bool(receipt["resume"])) == (False, True)


@pytest.mark.slow
async def test_a_vendor_that_hangs_holds_nobody_and_a_refresh_in_flight_is_kept(
    stack: tuple[Service, Process], simulator: Simulator, http: httpx.AsyncClient, tmp_path: Path
) -> None:
    service, _ = stack
    simulator.fault("^/crm/", "hang", times=None)
    asked = [asyncio.create_task(http.get(service.url + PAGE)) for _ in range(SHORT)]
    load = asyncio.create_task(http.get(service.url + CONTACTS, headers=NDJSON))
    await until_seen(simulator, "/contacts$", SHORT)
    simulator.expire(FIRST_PORTAL)
    simulator.clear_faults()
    simulator.fault("/token$", "delay", delay_s=5)
    simulator.clear_log()
    refreshing = asyncio.create_task(http.get(service.url + PAGE))
    await until_seen(simulator, "/token$", 1)
    simulator.fault("^/crm/", "hang", times=None)

    with ending_in_time(service):
        answers = await asyncio.gather(*asked, refreshing)
        not_begun = await load

    for answer in [*answers, not_begun]:
        problem(answer, 503, "shutting_down")
    simulator.clear_faults()
    with running_service(tmp_path, simulator, REDIS_URL=f"unix://{tmp_path / 'own.sock'}") as again:
        assert (await http.get(again.url + PAGE)).status_code == 200
    assert len(simulator.log("/token$")) == 1


async def test_a_redis_that_hangs_holds_nobody(
    stack: tuple[Service, Process], simulator: Simulator, http: httpx.AsyncClient
) -> None:
    service, redis = stack
    os.kill(redis.pid, signal.SIGSTOP)
    try:
        sent = [asyncio.Event() for _ in range(SHORT)]
        asked = [
            asyncio.create_task(http.get(service.url + PAGE, extensions={"trace": told_when_sent(event)}))
            for event in sent
        ]
        await asyncio.gather(*(event.wait() for event in sent))
        await http.get(f"{service.url}/livez")  # what was sent before it has arrived before it

        with ending_in_time(service):
            answers = await asyncio.gather(*asked)
    finally:
        os.kill(redis.pid, signal.SIGCONT)

    assert {answer.status_code for answer in answers} == {503}
