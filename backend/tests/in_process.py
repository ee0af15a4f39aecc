"""The other end of the HTTP client in this process: a function that answers requests, as an httpx transport."""

from collections.abc import Callable, Coroutine

import httpx

Handler = Callable[[httpx.Request], httpx.Response] | Callable[[httpx.Request], Coroutine[None, None, httpx.Response]]


class InProcess:
    """Makes transports of what answers in this process."""

    @staticmethod
    def of(handler: Handler) -> httpx.AsyncBaseTransport:
        return httpx.MockTransport(handler)
