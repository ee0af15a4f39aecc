"""More requests than one process can serve, over real sockets: who is refused, who never, and that it passes.

How much it still serves at ten times its capacity is a figure: `make load`.
"""

import asyncio
import errno
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import httpx
import pytest
import uvicorn
import uvloop

from main import LISTENERS, listen
from routes.middleware.admission import MAX_RUNNING
from tests.integration.api.client import problem
from tests.integration.api.test_process import answer, connect, took_until
from tests.servers import Service, Simulator, running_service

PAGE = "/integrations/hubspot/items?object_types=contacts&associations=false&limit=1"


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(timeout=60, trust_env=False, limits=limits) as client:
        yield client


@pytest.fixture
def service(tmp_path: Path, simulator: Simulator, redis_url: str) -> Iterator[Service]:
    with running_service(tmp_path, simulator, REDIS_URL=redis_url) as service:
        connect(service, simulator)
        yield service


async def test_who_is_one_too_many_is_refused_at_once_and_health_and_callbacks_are_not(
    service: Service, simulator: Simulator, http: httpx.AsyncClient
) -> None:
    begun = (
        await http.get(f"{service.url}/integrations/hubspot/authorize", headers={"Accept": "application/json"})
    ).json()
    come_back = simulator.decide(begun["authorization_url"])
    simulator.fault("/contacts$", "hang", times=None)
    waiting = [asyncio.create_task(http.get(service.url + PAGE)) for _ in range(MAX_RUNNING)]
    await asyncio.to_thread(took_until, lambda: answer(f"{service.url}/integrations") == 503, 20)

    refused = [await http.get(f"{service.url}/integrations") for _ in range(100)]
    alive, ready, page = [await http.get(url) for url in (f"{service.url}/livez", f"{service.url}/readyz", come_back)]
    flow = await http.get(f"{service.url}/integrations/hubspot/flows/{begun['flow_id']}")

    for entry in refused:
        assert problem(entry, 503, "overloaded")["retryable"] is True
        assert entry.headers["Retry-After"] == "1"
    assert [value.status_code for value in (alive, ready, page)] == [200, 200, 200]
    assert flow.json()["status"] == "connected"
    assert service.output().count("overloaded, refusing requests") < len(refused) / 10

    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    await asyncio.to_thread(took_until, lambda: answer(f"{service.url}/integrations") == 200, 5)


def test_connections_that_wait_are_taken_several_in_a_turn_of_the_loop() -> None:
    turns = uvloop.run(turns_to_take(64))

    assert turns <= 64 / LISTENERS + 2


@pytest.mark.skipif(not hasattr(socket, "TCP_USER_TIMEOUT"), reason="only Linux has it")
def test_a_connection_whose_reader_takes_nothing_is_ended_by_the_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("main.UNREAD_S", 1.0)
    with ExitStack() as ending:
        listening = [
            ending.enter_context(entry) for entry in listen(uvicorn.Config("main:app", host="127.0.0.1", port=0))
        ]
        listening[0].listen()
        caller = ending.enter_context(socket.create_connection(listening[0].getsockname()))
        accepted = ending.enter_context(listening[0].accept()[0])
        accepted.settimeout(0)
        with suppress(BlockingIOError):
            while accepted.send(bytes(65_536)):
                pass

        took_until(lambda: accepted.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == errno.ETIMEDOUT, 20)

        assert caller.fileno() >= 0


async def turns_to_take(connections: int) -> int:
    """How often the loop goes round until all that wait at our sockets are taken."""
    loop, taken, turns, all_taken = asyncio.get_running_loop(), 0, set(), asyncio.Event()
    turn = 0

    class Taken(asyncio.Protocol):
        def connection_made(self, _transport: asyncio.BaseTransport) -> None:
            nonlocal taken
            taken += 1
            turns.add(turn)
            if taken == connections:
                all_taken.set()

    def count_turns() -> None:
        nonlocal turn
        turn += 1
        if not all_taken.is_set():
            loop.call_soon(count_turns)

    with ExitStack() as ending:
        listening = listen(uvicorn.Config("main:app", host="127.0.0.1", port=0))
        servers = [await loop.create_server(Taken, sock=entry) for entry in listening]
        for _ in range(connections):
            ending.enter_context(socket.create_connection(listening[0].getsockname()))
        count_turns()
        await asyncio.wait_for(all_taken.wait(), 5)
        for server in servers:
            server.close()
    for entry in listening:
        entry.close()
    return len(turns)
