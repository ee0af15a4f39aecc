"""Why a request to a vendor has no usable response.

    ExchangeError
    ├── OriginNotAllowedError      the client may not call this address; nothing was sent
    ├── TransportError             connect, reset, truncated or protocol (`kind`)
    ├── DeadlineExceededError      no whole response in time
    └── ResponseTooLargeError      the decoded body is larger than the limit

Messages name the host at most: never a path, a header or a body.
"""

from typing import Literal

import aiohttp
import httpx

TransportFailure = Literal["connect", "reset", "truncated", "protocol"]


class ExchangeError(Exception):
    """No usable response. `outcome` is its name in the metrics."""

    outcome: str = "refused"


class OriginNotAllowedError(ExchangeError):
    """The address is not on the list handed to the client."""


class TransportError(ExchangeError):
    """The connection failed. With `kind` connect nothing was sent; otherwise the request may have been carried out."""

    def __init__(self, kind: TransportFailure) -> None:
        self.kind = self.outcome = kind
        super().__init__(f"the connection failed: {kind}")

    @classmethod
    def from_failure(cls, exc: Exception) -> "TransportError":
        """The error for a failure of httpx, aiohttp or the operating system."""
        return cls(_kind_of(origin_of(exc)))


class DeadlineExceededError(ExchangeError):
    """No whole response within the time allowed."""

    outcome = "deadline"


class ResponseTooLargeError(ExchangeError):
    """The decoded body is larger than the limit."""

    outcome = "too_large"


def origin_of(exc: BaseException) -> BaseException:
    """The error behind httpx's own: httpx-aiohttp maps each lost connection to `ConnectTimeout`."""
    return exc.__cause__ if isinstance(exc, httpx.HTTPError) and exc.__cause__ is not None else exc


def _kind_of(origin: BaseException) -> TransportFailure:
    match origin:
        case aiohttp.ClientConnectorError() | aiohttp.ClientProxyConnectionError() | aiohttp.ServerTimeoutError():
            return "connect"
        case httpx.ConnectError() | httpx.ConnectTimeout() | httpx.PoolTimeout() | httpx.ProxyError():
            return "connect"
        case aiohttp.ClientPayloadError():
            return "truncated"
        case aiohttp.ClientConnectionError() | OSError() | httpx.NetworkError() | httpx.TimeoutException():
            return "reset"
        case _:
            return "protocol"
