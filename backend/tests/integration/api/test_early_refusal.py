"""Refusals made before the application is asked, byte for byte on real sockets."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

import pytest
import uvicorn
from starlette.types import Message, Receive, Scope, Send

from core.metrics import REGISTRY
from routes.middleware.admission import LATE_S, Admission, Admit
from routes.middleware.body_end import BodyEnd
from routes.middleware.context import RequestContext
from routes.middleware.early import EarlyRefusal
from routes.middleware.failures import Failures
from routes.middleware.headers import DEFAULTS, SecurityHeaders
from settings import Settings

HTTPS = {**DEFAULTS, "Strict-Transport-Security": "max-age=1"}
GET = b"GET /integrations?limit=1 HTTP/1.1\r\nHost: localhost\r\n%s\r\n"
GIVEN_UP_S = 5.0


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> dict[str, Any]:
        parsed: dict[str, Any] = json.loads(self.body)
        return parsed


class Application:
    """What is behind the protocol and the guards that make a refusal whole; it answers when it is told to."""

    def __init__(self) -> None:
        self.lag_s = 2 * LATE_S
        self.asked: list[str] = []
        self.entered, self.go = asyncio.Event(), asyncio.Event()
        self.go.set()
        self.admission = Admission(lag_s=lambda: self.lag_s)
        guarded = SecurityHeaders(Failures(Admit(self.answer, self.admission)), Settings())
        self.guarded = BodyEnd(RequestContext(guarded))
        self.reached_guards = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.reached_guards += 1
        await self.guarded(scope, receive, send)

    async def answer(self, scope: Scope, _receive: Receive, send: Send) -> None:
        self.asked.append(scope["path"])
        self.entered.set()
        await self.go.wait()
        start: Message = {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]}
        await send(start)
        await send({"type": "http.response.body"})


class Caller:
    """A connection, bytes in and answers out."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def ask(self, sent: bytes, *, is_head: bool = False) -> Answer:
        self.writer.write(sent)
        return await self.answer(is_head=is_head)

    async def answer(self, *, is_head: bool = False) -> Answer:
        first, *lines = (await self.reader.readuntil(b"\r\n\r\n")).decode().strip().split("\r\n")
        headers = dict(line.split(": ", 1) for line in lines)
        body = b"" if is_head else await self.reader.readexactly(int(headers["content-length"]))
        return Answer(int(first.split()[1]), headers, body)


@pytest.fixture
async def application() -> Application:
    return Application()


@pytest.fixture
async def caller(application: Application) -> AsyncIterator[Caller]:
    async with serving(application) as port, asyncio.timeout(GIVEN_UP_S):
        caller = Caller(*await asyncio.open_connection("127.0.0.1", port, limit=1024))
        yield caller
        caller.writer.transport.abort()


@asynccontextmanager
async def serving(application: Application) -> AsyncIterator[int]:
    """The port of a server in front of it."""
    entrance = EarlyRefusal(application, admission=application.admission, headers=HTTPS)
    config = uvicorn.Config(entrance, log_config=None, lifespan="off", server_header=False, timeout_graceful_shutdown=1)
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        await server.startup(sockets=[listening])
        yield listening.getsockname()[1]
        await server.shutdown(sockets=[listening])


def counted(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(f"integrations_{name}", labels) or 0.0


class TestRefusal:
    async def test_it_is_the_guards_and_reaches_no_guard(self, caller: Caller, application: Application) -> None:
        reference = b"X-Request-Id: from-the-proxy-1\r\n"

        early = await caller.ask(GET % reference)
        reached = application.reached_guards
        guards = await caller.ask(GET % (reference + b"Origin: http://localhost\r\n"))

        assert (reached, application.reached_guards) == (0, 1)
        assert early.status == guards.status == 503
        assert early.json() == guards.json()
        assert early.json()["code"] == "overloaded"
        assert early.json()["instance"] == "/integrations"
        assert early.headers["retry-after"] == "1"
        for answer in (early, guards):
            answer.headers.pop("date", None)
        assert early.headers == {**guards.headers, "strict-transport-security": "max-age=1"}

    @pytest.mark.parametrize("offered", [b"", b"X-Request-Id: short\r\n", b"X-Request-Id: no good here\r\n"])
    async def test_each_has_a_reference_of_its_own(self, caller: Caller, offered: bytes) -> None:
        references = set()
        for _ in range(3):
            answer = await caller.ask(GET % offered)
            assert answer.json()["correlation_id"] == answer.headers["x-request-id"]
            references.add(answer.headers["x-request-id"])

        assert {len(reference) for reference in references} == {32}
        assert len(references) == 3

    async def test_to_head_it_has_no_body(self, caller: Caller) -> None:
        head = await caller.ask(b"HEAD /integrations HTTP/1.1\r\nHost: localhost\r\n\r\n", is_head=True)
        get = await caller.ask(b"GET /integrations HTTP/1.1\r\nHost: localhost\r\n\r\n")

        assert (head.status, head.headers["content-length"]) == (503, get.headers["content-length"])

    async def test_it_is_counted_as_the_guards_count_it(self, caller: Caller) -> None:
        labels = {"method": "GET", "route": "other", "status": "503"}
        shed, requests = counted("http_requests_shed_total", reason="late"), counted("http_requests_total", **labels)

        for extra in (b"", b"Origin: http://localhost\r\n"):
            await caller.ask(GET % extra)

        assert counted("http_requests_shed_total", reason="late") - shed == 2
        assert counted("http_requests_total", **labels) - requests == 2


class TestLetIn:
    async def test_health_is(self, caller: Caller, application: Application) -> None:
        answer = await caller.ask(b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n")

        assert (answer.status, application.asked) == (200, ["/livez"])

    async def test_so_is_everybody_when_it_is_over(self, caller: Caller, application: Application) -> None:
        assert (await caller.ask(GET % b"")).status == 503

        application.lag_s = 0.0

        assert (await caller.ask(GET % b"")).status == 200


class TestConnection:
    @pytest.mark.parametrize(
        ("framing", "body"),
        [(b"Content-Length: 5\r\n", b"GET /"), (b"Transfer-Encoding: chunked\r\n", b"5\r\nGET /\r\n0\r\n\r\n")],
    )
    async def test_a_refused_body_that_is_there_is_read_to_its_end_and_the_next_request_answered(
        self, caller: Caller, application: Application, framing: bytes, body: bytes
    ) -> None:
        refused = await caller.ask(b"POST /session HTTP/1.1\r\nHost: localhost\r\n%s\r\n%s" % (framing, body))
        application.lag_s = 0.0

        answer = await caller.ask(GET % b"")

        assert (refused.status, answer.status) == (503, 200)
        assert application.asked == ["/integrations"]

    @pytest.mark.parametrize("framing", [b"Content-Length: 5\r\n", b"Transfer-Encoding: chunked\r\n"])
    async def test_a_refused_body_that_does_not_arrive_ends_the_connection(
        self, caller: Caller, application: Application, framing: bytes
    ) -> None:
        refused = await caller.ask(b"POST /session HTTP/1.1\r\nHost: localhost\r\n%s\r\n" % framing)

        assert (refused.status, refused.headers["connection"]) == (503, "close")
        assert await caller.reader.read() == b""
        assert application.asked == []

    async def test_requests_sent_in_a_row_are_answered_in_their_order(
        self, caller: Caller, application: Application
    ) -> None:
        application.lag_s = 0.0
        application.go.clear()
        caller.writer.write(GET % b"" * 3 + b"HEAD /livez HTTP/1.1\r\nHost: localhost\r\n\r\n")
        await application.entered.wait()
        application.lag_s = 2 * LATE_S
        application.go.set()

        statuses = [(await caller.answer(is_head=is_head)).status for is_head in (False, False, False, True)]

        assert statuses == [200, 503, 503, 200]
        assert application.asked == ["/integrations", "/livez"]

    async def test_thousands_in_a_row_are_answered_each(self, caller: Caller, application: Application) -> None:
        application.lag_s = 0.0
        application.go.clear()
        count = 3000
        caller.writer.write(GET % b"" * count)
        await application.entered.wait()
        application.lag_s = 2 * LATE_S
        application.go.set()

        statuses = [(await caller.answer()).status for _ in range(count)]

        assert statuses == [200] + [503] * (count - 1)

    @pytest.mark.parametrize("version", [b"HTTP/1.1\r\nConnection: close", b"HTTP/1.0"])
    async def test_who_wants_it_to_end_is_told_so_and_nothing_more_is_done_on_it(
        self, caller: Caller, application: Application, version: bytes
    ) -> None:
        follows = b"POST /livez HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n"

        answer = await caller.ask(b"GET /integrations %s\r\nHost: localhost\r\n\r\n%s" % (version, follows))

        assert (answer.status, answer.headers["connection"]) == (503, "close")
        assert await caller.reader.read() == b""
        assert application.asked == []

    async def test_who_reads_no_answer_is_not_read_either(self, caller: Caller, application: Application) -> None:
        caller.reader._transport.pause_reading()  # type: ignore[attr-defined]

        async def send_without_end() -> None:
            while True:
                caller.writer.write(GET % b"" * 1000)
                await caller.writer.drain()

        with pytest.raises(TimeoutError):
            await asyncio.wait_for(send_without_end(), 1)

        assert application.reached_guards == 0
