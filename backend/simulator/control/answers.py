"""How the control API answers: JSON; 400 `{"error": …}` for a wrong name or value, 404 for what does not exist."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable

import msgspec
from starlette.requests import Request
from starlette.responses import Response

Endpoint = Callable[[Request], Awaitable[Response]]
# Path under `/simulator`, method, endpoint.
Line = tuple[str, str, Endpoint]


class ControlError(Exception):
    """A control request that cannot be followed."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def checked(endpoint: Endpoint) -> Endpoint:
    async def answer(request: Request) -> Response:
        try:
            return await endpoint(request)
        except ControlError as exc:
            return in_json({"error": str(exc)}, exc.status)
        except (msgspec.DecodeError, re.error) as exc:
            return in_json({"error": str(exc)}, 400)

    return answer


def in_json(body: object, status: int = 200) -> Response:
    return Response(msgspec.json.encode(body), status, media_type="application/json")


def done() -> Response:
    return Response(status_code=204)
