"""What starts applications in tests ends them, too, when they swallow a cancellation as redis-py can."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest
from fastapi import FastAPI

from tests.lifespan import Lifespan


async def test_an_application_that_starts_late_in_spite_of_its_cancellation_is_ended() -> None:
    steps: list[str] = []

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        with suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
        steps.append("started")
        yield
        steps.append("ended")

    async with asyncio.timeout(10):
        with pytest.raises(TimeoutError):
            async with Lifespan(FastAPI(lifespan=lifespan), longest_s=0.01):
                pass

    assert steps == ["started", "ended"]
