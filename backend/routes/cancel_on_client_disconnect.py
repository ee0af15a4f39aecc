"""Cancel work when the client disconnects."""

from collections.abc import Awaitable
from typing import TypeVar

import anyio
from starlette.requests import ClientDisconnect, Request

from core.together import task_group

T = TypeVar("T")


async def while_connected(request: Request, work: Awaitable[T]) -> T:
    """The result of `work`, which is cancelled when the client disconnects.

    Only for a request whose body has been read, or that has none. Raises: ClientDisconnect, or the errors of `work`.
    """
    results: list[T] = []
    async with task_group() as group:
        group.start_soon(_cancel_when_gone, request, group.cancel_scope)
        results.append(await work)
        group.cancel_scope.cancel()
    if not results:
        raise ClientDisconnect
    return results[0]


async def _cancel_when_gone(request: Request, scope: anyio.CancelScope) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
    scope.cancel()
