"""Awaiting several calls side by side."""

from collections.abc import Awaitable, Iterable
from typing import Any, TypeVar, cast

from core.tasks import TaskGroup

T = TypeVar("T")
U = TypeVar("U")


async def together(calls: Iterable[Awaitable[T]]) -> list[T]:
    """The results in the calls' order. The first failure stops the others and is raised as it was, not in a group."""
    waiting = list(calls)
    if len(waiting) == 1:  # nothing to be beside: a task would be for nothing
        return [await waiting[0]]
    try:
        async with TaskGroup() as group:
            tasks = [group.create_task(_awaited(call)) for call in waiting]
    except BaseExceptionGroup as failed:
        raise failed.exceptions[0] from None
    return [task.result() for task in tasks]


async def _awaited(call: Awaitable[T]) -> T:
    return await call


async def both(first: Awaitable[T], second: Awaitable[U]) -> tuple[T, U]:
    """Like `together`, for two results of different types."""
    one, other = await together((cast("Awaitable[Any]", first), cast("Awaitable[Any]", second)))
    return one, other
