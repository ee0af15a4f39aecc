"""Structured concurrency with anyio: a task group that raises its first failure as it is, and calls side by side.

A group ends only when all its tasks have ended. It cancels a task again until it does, because before Python 3.12
`asyncio.wait_for`, and with it redis-py, can swallow a cancellation.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Iterable
from contextlib import asynccontextmanager
from typing import Any, TypeVar, cast

import anyio
from anyio.abc import TaskGroup

T = TypeVar("T")
U = TypeVar("U")


@asynccontextmanager
async def task_group() -> AsyncIterator[TaskGroup]:
    """A group whose first failure stops the others, and is raised as it was instead of in a group."""
    try:
        async with anyio.create_task_group() as group:
            yield group
    except BaseExceptionGroup as failed:
        error = failed.exceptions[0]
        raise error from error.__cause__


async def cancel_when(event: asyncio.Event, scope: anyio.CancelScope) -> None:
    """Cancel the scope as soon as the event is set."""
    await event.wait()
    scope.cancel()


async def together(calls: Iterable[Awaitable[T]]) -> list[T]:
    """The results in the calls' order. The first failure stops the others and is raised."""
    waiting = list(calls)
    if len(waiting) == 1:  # a task would gain nothing
        return [await waiting[0]]
    results: dict[int, T] = {}

    async def collect(index: int, call: Awaitable[T]) -> None:
        results[index] = await call

    async with task_group() as group:
        for index, call in enumerate(waiting):
            group.start_soon(collect, index, call)
    return [results[index] for index in range(len(waiting))]


async def both(first: Awaitable[T], second: Awaitable[U]) -> tuple[T, U]:
    """Like `together`, for two results of different types."""
    results = await together((cast("Awaitable[Any]", first), cast("Awaitable[Any]", second)))
    return results[0], results[1]
