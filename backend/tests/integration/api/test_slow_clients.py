"""Callers who send or read slowly, over real sockets: given up in time, while others are answered."""

import asyncio
import logging
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from structlog.testing import capture_logs

from core.tasks import end_tasks
from routes.middleware.failures import Failures
from routes.middleware.limits import Limits

RECEIVE_S = SEND_S = 0.3
# Far beyond both, far below what a test waits: whoever is not given up is noticed.
GIVEN_UP_S = 5.0
CHUNK = bytes(64 * 1024)


@asynccontextmanager
async def serving(app: ASGIApp, *, send_s: float = SEND_S) -> AsyncIterator[int]:
    """The port of a server whose application is behind the guard, with short times."""
    guarded = Failures(Limits(app, receive_s=RECEIVE_S, send_s=send_s))
    config = uvicorn.Config(guarded, log_config=None, lifespan="off", timeout_graceful_shutdown=1)
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        await server.startup(sockets=[listening])
        yield listening.getsockname()[1]
        await server.shutdown(sockets=[listening])


async def read_all(_scope: Scope, receive: Receive, send: Send) -> None:
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body"})


async def write_without_end(_scope: Scope, _receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    while True:
        await send({"type": "http.response.body", "body": CHUNK, "more_body": True})


async def drip(writer: asyncio.StreamWriter) -> None:
    while True:
        writer.write(b"x")
        await asyncio.sleep(RECEIVE_S / 10)


async def test_a_body_that_drips_is_answered_408_at_the_deadline() -> None:
    async with serving(read_all) as port, asyncio.timeout(GIVEN_UP_S):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n")
        dripping = asyncio.create_task(drip(writer))

        head = await reader.readuntil(b"\r\n\r\n")

        await end_tasks(dripping)
        writer.close()
    assert head.startswith(b"HTTP/1.1 408 ")
    assert b"application/problem+json" in head


async def test_a_reader_who_takes_nothing_loses_the_connection(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.INFO, "uvicorn.error"):
        async with serving(write_without_end) as port, asyncio.timeout(GIVEN_UP_S):
            reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1024)
            writer.write(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            await asyncio.sleep(3 * SEND_S)  # the caller's pause is what is tested

            taken = await reader.read()  # up to the end of the connection

            writer.close()
    assert taken.startswith(b"HTTP/1.1 200 ")
    assert not taken.endswith(b"0\r\n\r\n")
    assert not any(record.exc_info for record in caplog.records)


async def test_a_reader_who_takes_nothing_until_the_end_of_the_service_is_cut_off_without_a_traceback(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with capture_logs() as lines, caplog.at_level(logging.INFO, "uvicorn.error"):
        async with asyncio.timeout(GIVEN_UP_S), serving(write_without_end, send_s=10 * GIVEN_UP_S) as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1024)
            writer.write(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            await reader.readuntil(b"\r\n\r\n")
        writer.transport.abort()
        await asyncio.sleep(0)

    assert [line["event"] for line in lines] == ["an answer was cut off, it was not read to its end in time"]
    assert not any(record.exc_info for record in caplog.records)
