"""The other end of our HTTP client in this process: a function or an application, through httpx' own stand-ins."""

from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import cast

import httpx
from multidict import CIMultiDict
from yarl import URL

from core.http import Answer, HttpRequest

Handler = Callable[[httpx.Request], httpx.Response] | Callable[[httpx.Request], Coroutine[None, None, httpx.Response]]


class InProcess:
    """Hands requests to one of httpx' transports."""

    def __init__(self, transport: httpx.AsyncBaseTransport) -> None:
        self._transport = transport

    @classmethod
    def of(cls, handler: Handler) -> "InProcess":
        return cls(httpx.MockTransport(handler))

    @asynccontextmanager
    async def exchange(self, request: HttpRequest, url: URL) -> AsyncIterator[Answer]:
        sent = httpx.Request(request.method, str(url), headers=request.headers, content=request.body or None)
        response = await self._transport.handle_async_request(sent)
        # Not `aiter_raw`: it cannot be had of a response that was made whole.
        chunks = aiter(cast(httpx.AsyncByteStream, response.stream))
        yield Answer(response.status_code, CIMultiDict(response.headers.multi_items()), chunks)

    async def aclose(self) -> None:
        await self._transport.aclose()
