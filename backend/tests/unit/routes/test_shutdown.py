"""Whom a service that stops hurries, and whom not."""

import asyncio
from functools import partial

import pytest
from starlette.types import Message, Receive, Scope, Send

from core.tasks import running
from errors import ShuttingDownError
from routes.middleware.shutdown import Shutdown, Waiting

REQUEST: Scope = {"type": "http", "path": "/", "method": "GET", "headers": []}
START: Message = {"type": "http.response.start", "status": 200, "headers": []}


async def hang(_scope: Scope, _receive: Receive, _send: Send) -> None:
    await asyncio.Event().wait()


async def receive() -> Message:
    return {"type": "http.request", "body": b""}


async def drop(_message: Message) -> None:
    """Nobody looks at the answer."""


class TestShutdown:
    async def test_who_waits_when_told_to_stop_is_told_in_time(self) -> None:
        waiting, stopping = Waiting(within_s=0.01), asyncio.Event()
        async with running(partial(waiting.end_with, stopping)):
            asked = asyncio.create_task(Shutdown(hang, waiting)(REQUEST, receive, drop))
            await asyncio.sleep(0)
            stopping.set()

            with pytest.raises(ShuttingDownError):
                await asked

    async def test_who_comes_later_has_what_is_left(self) -> None:
        waiting, stopping = Waiting(within_s=0.01), asyncio.Event()
        stopping.set()
        await waiting.end_with(stopping)

        with pytest.raises(ShuttingDownError):
            await Shutdown(hang, waiting)(REQUEST, receive, drop)

    async def test_an_answer_that_has_begun_is_not_cut(self) -> None:
        waiting, stopping = Waiting(within_s=0.0), asyncio.Event()

        async def answer(_scope: Scope, _receive: Receive, send: Send) -> None:
            await send(START)
            stopping.set()
            await waiting.end_with(stopping)
            await asyncio.sleep(0.01)
            await send({"type": "http.response.body", "body": b"whole"})

        sent: list[Message] = []

        async def keep(message: Message) -> None:
            sent.append(message)

        await Shutdown(answer, waiting)(REQUEST, receive, keep)

        assert sent[-1]["body"] == b"whole"

    async def test_a_time_limit_of_the_applications_own_is_not_taken_for_it(self) -> None:
        async def late(_scope: Scope, _receive: Receive, _send: Send) -> None:
            raise TimeoutError

        with pytest.raises(TimeoutError):
            await Shutdown(late, Waiting())(REQUEST, receive, drop)
