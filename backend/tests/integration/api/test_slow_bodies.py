"""Callers that are answered before their body has arrived, and more connections than a process may have."""

import asyncio
import contextlib
import select
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from core.tasks import end_tasks
from main import OTHER_DESCRIPTORS
from routes.middleware.admission import BURST_S, CROWD
from routes.middleware.body_end import LINGERS_S
from tests.integration.api.test_process import answer, http_of
from tests.servers import Service, Simulator, running_service

SESSION = b"POST /session HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n{"
WHOLE = b"POST /session HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}"
FORM = (
    b"POST /integrations/hubspot/credentials HTTP/1.1\r\nHost: localhost\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\nu"
)
IDLE = b""
# As many as took every descriptor of a process with 1,024.
CROWD_OF_CALLERS = 620
EVICTED = "integrations_http_connections_evicted_total"
SHED_AS_FULL = 'integrations_http_requests_shed_total{reason="full"}'
UNAUTHORIZED = b"HTTP/1.1 401 Unauthorized"
# A service that gets little of a busy machine refuses some as overload, because it is late.
OVERLOADED = b"HTTP/1.1 503 Service Unavailable"
# Nothing is measured against it: what takes longer never ends.
HANGS_S = 30


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory, _simulator_process: Simulator) -> Iterator[Service]:
    with running_service(tmp_path_factory.mktemp("s"), _simulator_process) as service:
        yield service


class Caller:
    """A connection that sends something, and then a byte now and then for as long as it can."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer
        self._dripping = asyncio.create_task(self._drip())
        # From the start: when the connection is reset, a reader forgets what nobody has taken.
        self._reading = asyncio.create_task(self._read_to_the_end())

    async def _drip(self) -> None:
        arrived = select.poll()
        arrived.register(self.writer.get_extra_info("socket"), select.POLLIN)
        with contextlib.suppress(ConnectionError):
            while True:
                await asyncio.sleep(0.5)  # the caller's slowness is what is tested
                if arrived.poll(0):  # read first: a write to a closed connection would throw it away
                    continue
                self.writer.write(b"x")
                await self.writer.drain()

    async def answer_to_its_end(self) -> bytes:
        """All that comes until the server closes; what a reset leaves of it."""
        return await asyncio.shield(self._reading)

    async def _read_to_the_end(self) -> bytes:
        read = b""
        with contextlib.suppress(ConnectionError):
            while chunk := await self.reader.read(65_536):
                read += chunk
        return read

    async def close(self) -> None:
        await end_tasks(self._dripping, self._reading)
        self.writer.transport.abort()


@asynccontextmanager
async def callers(service: Service, sent: bytes, count: int) -> AsyncIterator[list[Caller]]:
    port = urlsplit(service.url).port
    opened: list[Caller] = []
    try:
        for _ in range(count):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(sent)
            opened.append(Caller(reader, writer))
        yield opened
    finally:
        for caller in opened:
            await caller.close()


class TestUnreadBody:
    async def test_hundreds_that_never_end_are_answered_and_closed_while_still_sent(self, service: Service) -> None:
        async with callers(service, SESSION, CROWD_OF_CALLERS) as crowd, asyncio.timeout(LINGERS_S + 20):
            answers = await asyncio.gather(*(caller.answer_to_its_end() for caller in crowd))

            health = await asyncio.to_thread(answer, f"{service.url}/livez")

        assert {answer.partition(b"\r\n")[0] for answer in answers} - {OVERLOADED} == {UNAUTHORIZED}
        assert all(b"\r\nconnection: close\r\n" in answer and answer.endswith(b"}") for answer in answers)
        assert health == 200

    async def test_slow_bodies_do_not_count_as_overload(self, service: Service) -> None:
        refused = metric(service, SHED_AS_FULL)
        async with callers(service, FORM, CROWD + 20):
            await asyncio.sleep(BURST_S + 1)  # so long that a crowd counts as one

            await asyncio.to_thread(answer, f"{service.url}/integrations")

        assert metric(service, SHED_AS_FULL) == refused

    async def test_a_connection_is_kept_after_a_refusal_whose_body_was_there(self, service: Service) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", urlsplit(service.url).port)
        async with asyncio.timeout(HANGS_S):
            for _ in range(4):
                writer.write(WHOLE)  # head and body at once
                head = (await reader.readuntil(b"\r\n\r\n")).lower()
                await reader.readexactly(int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0]))

                assert head.startswith(b"http/1.1 401 ")
                assert b"connection: close" not in head
        writer.close()

    def test_a_body_that_is_too_large_is_refused_to_a_caller_that_sends_it_all_first(self, service: Service) -> None:
        with http_of(service) as http:
            for _ in range(5):
                refused = http.post("/session", content=bytes(4 * 1024 * 1024))

                assert (refused.status_code, refused.json()["code"]) == (413, "payload_too_large")
                assert refused.headers["connection"] == "close"
            assert http.get("/livez").status_code == 200

    def test_a_parameter_that_is_wrong_in_a_body_that_was_read_keeps_the_connection(self, service: Service) -> None:
        with http_of(service) as http:
            refused = http.post("/integrations/hubspot/load", data={"credentials": "{"})

        assert refused.status_code == 422
        assert "connection" not in refused.headers

    async def test_a_caller_that_waits_to_be_asked_for_its_body_is_refused_without_being_asked(
        self, service: Service
    ) -> None:
        sent = SESSION[:-3] + b"Expect: 100-continue\r\n\r\n"
        reader, writer = await asyncio.open_connection("127.0.0.1", urlsplit(service.url).port)
        writer.write(sent)

        async with asyncio.timeout(LINGERS_S):
            refused = await reader.read()

        writer.close()
        assert refused.startswith(b"HTTP/1.1 401 ")


class TestTooManyConnections:
    @pytest.mark.parametrize("sent", [IDLE, SESSION, FORM], ids=["idle", "refused", "body"])
    async def test_health_is_answered_and_as_many_as_are_too_many_are_closed(
        self, tmp_path: Path, simulator: Simulator, sent: bytes
    ) -> None:
        with few_connections(tmp_path, simulator) as (service, limit):
            async with callers(service, sent, limit + 100) as crowd:
                statuses = [await asyncio.to_thread(answer, f"{service.url}/livez") for _ in range(5)]

                await are_closed(crowd, 100)
                assert statuses == [200] * 5
            # Because there were too many, not because their request had ended.
            assert metric(service, EVICTED) > 0
            assert "Traceback" not in service.output()
            service.kill()  # a proper end waits for the requests that are under way


def metric(service: Service, name: str) -> float:
    """Its value; 0 if it has none yet."""
    with http_of(service) as http:
        text = http.get("/metrics").text
    assert f"# TYPE {name.partition('{')[0]} counter" in text
    return next((float(line.split()[-1]) for line in text.splitlines() if line.startswith(name + " ")), 0)


async def are_closed(crowd: list[Caller], count: int) -> None:
    """Wait until the service has closed that many."""
    open_ones = {asyncio.create_task(caller.answer_to_its_end()) for caller in crowd}
    try:
        async with asyncio.timeout(HANGS_S):
            while len(crowd) - len(open_ones) < count:
                _, open_ones = await asyncio.wait(open_ones, return_when=asyncio.FIRST_COMPLETED)
    finally:
        await end_tasks(*open_ones)


@contextlib.contextmanager
def few_connections(folder: Path, simulator: Simulator) -> Iterator[tuple[Service, int]]:
    """A service that may open few descriptors; with how many connections it then has."""
    descriptors = OTHER_DESCRIPTORS + 100
    limit = f"import resource; resource.setrlimit(resource.RLIMIT_NOFILE, ({descriptors}, {descriptors}))"
    program = ("-c", f"{limit}; import main, sys; sys.exit(main.main())")
    with running_service(folder, simulator, program=program) as service:
        yield service, descriptors - OTHER_DESCRIPTORS
