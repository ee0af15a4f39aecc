"""Work for a caller who is still there: when they go away, it ends too."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from starlette.requests import Request

from core.tasks import end_tasks
from routes.problems import CallerGoneError

T = TypeVar("T")


async def while_connected(request: Request, work: Awaitable[T]) -> T:
    """The result of `work`, which is cancelled as soon as the caller goes away.

    Only for a request whose body has been read, or that has none. Raises: CallerGoneError, or what `work` raises.
    """
    task = asyncio.ensure_future(work)
    watcher = asyncio.create_task(_until_gone(request))
    try:
        await asyncio.wait({task, watcher}, return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            raise CallerGoneError
        return task.result()
    finally:
        await end_tasks(task, watcher)
        if not task.cancelled():
            task.exception()  # how abandoned work ended is nobody's concern


async def _until_gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
