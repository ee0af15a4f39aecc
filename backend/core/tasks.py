"""Background tasks: every failure is logged, and each task ends for certain.

One `cancel()` is not enough: before Python 3.12 `asyncio.wait_for`, and with it redis-py, can swallow it when what it
waits for completes at that moment; the task then continues.

Not a task group of anyio (`together.py`), which must be left by the task that entered it: a generator or a fixture that
runs these tasks while it is suspended may be resumed by another task.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, TypeVar

import structlog

T = TypeVar("T")
Work = Callable[[], Coroutine[Any, Any, None]]
Sleep = Callable[[float], Awaitable[None]]

RESTART_PAUSE_S = 1.0
LONGEST_PAUSE_S = 60.0
ASK_AGAIN_S = 0.05

log = structlog.get_logger(__name__)


@asynccontextmanager
async def running(*work: Work, sleep: Sleep = asyncio.sleep) -> AsyncIterator[None]:
    """Run tasks until the block ends. A task that fails is logged and starts again after a pause."""
    tasks = [asyncio.create_task(keep_running(function, sleep)) for function in work]
    try:
        yield
    finally:
        await end_tasks(*tasks)


async def keep_running(work: Work, sleep: Sleep = asyncio.sleep) -> None:
    """Run it until it returns or is cancelled; after a failure again.

    The pause doubles with each failure, and is short again after a minute without one.
    """
    clock, pause_s = asyncio.get_running_loop().time, RESTART_PAUSE_S
    while True:
        began = clock()
        try:
            return await work()
        except Exception as exc:
            if clock() - began > LONGEST_PAUSE_S:
                pause_s = RESTART_PAUSE_S
            log.error("a background task failed and starts again", task=_name(work), pause_s=pause_s, exc_info=exc)
        await sleep(pause_s)
        pause_s = min(2 * pause_s, LONGEST_PAUSE_S)


def start_detached(work: Coroutine[Any, Any, T], *, name: str) -> asyncio.Task[T]:
    """A task that need not be awaited: what it raises is logged."""
    task = asyncio.create_task(work, name=name)
    task.add_done_callback(_log_failure)
    return task


def _log_failure(task: asyncio.Task[Any]) -> None:
    if not task.cancelled() and (exc := task.exception()) is not None:
        log.error("a background task failed", task=task.get_name(), exc_info=exc)


def _name(work: Work) -> str:
    function = work.func if isinstance(work, partial) else work
    return getattr(function, "__qualname__", repr(function))


async def end_tasks(*tasks: asyncio.Task[Any]) -> None:
    """Cancel the tasks until they have ended; their results and errors are ignored."""
    pending = {task for task in tasks if not task.done()}
    while pending:
        for task in pending:
            task.cancel()
        _, pending = await asyncio.wait(pending, timeout=ASK_AGAIN_S)
