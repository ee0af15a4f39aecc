"""Ending tasks for certain.

One `cancel()` is not enough: before Python 3.12 `asyncio.wait_for`, and with it redis-py, can swallow it when what it
waits for completes at that moment; the task then goes on as if nothing had been said.
"""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Generator
from contextlib import asynccontextmanager, suppress
from types import TracebackType
from typing import Any, TypeVar

T = TypeVar("T")

ASK_AGAIN_S = 0.05


@asynccontextmanager
async def running(*background_tasks: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Run these beside the block, and end them with it."""
    tasks = [asyncio.create_task(work) for work in background_tasks]
    try:
        yield
    finally:
        await end_tasks(*tasks)


async def end_even_when_cancelled(*tasks: asyncio.Task[Any]) -> None:
    """As `end_tasks`; where the caller is cancelled meanwhile, and again and again, the ending goes on by itself."""
    await asyncio.shield(asyncio.create_task(end_tasks(*tasks)))


async def end_tasks(*tasks: asyncio.Task[Any]) -> None:
    """Cancel until they have ended. Their results and errors are not looked at here."""
    pending = {task for task in tasks if not task.done()}
    while pending:
        for task in pending:
            task.cancel()
        _, pending = await asyncio.wait(pending, timeout=ASK_AGAIN_S)


class TaskGroup(asyncio.TaskGroup):
    """As Python's, which cancels its tasks once, and then waits for ever for one that did not notice."""

    def __init__(self) -> None:
        super().__init__()
        self._running: set[asyncio.Task[Any]] = set()

    def create_task(
        self, coro: Generator[Any, None, T] | Coroutine[Any, Any, T], *, name: str | None = None, context: Any = None
    ) -> asyncio.Task[T]:
        task = super().create_task(coro, name=name, context=context)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if error is None:
            try:
                while self._running:
                    await asyncio.wait(self._running)
            except asyncio.CancelledError as cancelled:  # by whoever waits for the group, or because a task failed
                kind, error, traceback = type(cancelled), cancelled, cancelled.__traceback__
        if error is not None:
            with suppress(asyncio.CancelledError):
                await end_even_when_cancelled(*self._running)
        await super().__aexit__(kind, error, traceback)
