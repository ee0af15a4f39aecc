"""Ending tasks for certain.

One `cancel()` is not enough: before Python 3.12 `asyncio.wait_for`, and with it redis-py, can swallow it when what it
waits for completes at that moment; the task then goes on as if nothing had been said.
"""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any

ASK_AGAIN_S = 0.05


@asynccontextmanager
async def running(*background_tasks: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Run these beside the block, and end them with it."""
    tasks = [asyncio.create_task(work) for work in background_tasks]
    try:
        yield
    finally:
        await end_tasks(*tasks)


async def end_tasks(*tasks: asyncio.Task[Any]) -> None:
    """Cancel until they have ended. Their results and errors are not looked at here."""
    pending = {task for task in tasks if not task.done()}
    while pending:
        for task in pending:
            task.cancel()
        _, pending = await asyncio.wait(pending, timeout=ASK_AGAIN_S)
