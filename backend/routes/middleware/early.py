"""Refuse requests of an overloaded process before the application, with a prepared answer.

A refusal by the middleware costs five times as much, which matters when most requests are refused. Requests that cannot
be refused here are left to the middleware `Admit`.
"""

from collections.abc import Mapping
from functools import lru_cache

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core import metrics
from errors import OverloadedError
from routes.middleware.admission import RETRY_AFTER_S, Admission
from routes.middleware.body_end import has_body
from routes.middleware.context import HEADER, choose_correlation_id, known, route_of
from routes.problems import MEDIA_TYPE, PUBLIC_PATH, build_problem, problem_headers

# Maximum number of prepared refusals; the same few paths are requested repeatedly.
READY = 256
# Placeholder of the correlation id. No path contains it, because it begins the fragment, which is not sent.
BLANK = "#"

Header = tuple[bytes, bytes]


class EarlyRefusal:
    """Runs before the application and all its middleware.

    Args:
        headers: of every answer.
    """

    def __init__(self, app: ASGIApp, *, admission: Admission, headers: Mapping[str, str]) -> None:
        self._app = app
        self._admission = admission
        self._headers = tuple((name.lower().encode(), value.encode()) for name, value in headers.items())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and _can_answer(scope) and self._admission.refuses(scope["path"]):
            await self._refuse(scope, send)
        else:
            await self._app(scope, receive, send)

    async def _refuse(self, scope: Scope, send: Send) -> None:
        """Answer, and count the request as the middleware does."""
        reference = choose_correlation_id(Headers(scope=scope).get(HEADER))
        public_path = scope.get("state", {}).get(PUBLIC_PATH, "")
        headers, body = build_refusal(scope["raw_path"], public_path, len(reference), self._headers)
        start: Message = {
            "type": "http.response.start",
            "status": OverloadedError.status,
            "headers": [(HEADER.lower().encode(), reference.encode()), *headers],
        }
        await send(start)
        whole = body.replace(BLANK.encode() * len(reference), reference.encode())
        await send({"type": "http.response.body", "body": whole})
        metrics.request_answered(
            method=known(scope["method"]), route=route_of(scope), status=OverloadedError.status, seconds=0.0
        )


def _can_answer(scope: Scope) -> bool:
    """Not for requests with an origin (the application does CORS) or with a body (`BodyEnd` ends it)."""
    return not (has_body(scope) or any(name == b"origin" for name, _ in scope["headers"]))


@lru_cache(READY)
def build_refusal(
    raw_path: bytes, public_path: str, reference_chars: int, headers: tuple[Header, ...]
) -> tuple[list[Header], bytes]:
    """Headers and body with a placeholder for the correlation id."""
    scope = {"raw_path": raw_path, "state": {"correlation_id": BLANK * reference_chars, PUBLIC_PATH: public_path}}
    problem = build_problem(OverloadedError(retry_after_s=RETRY_AFTER_S), scope)
    body = problem.model_dump_json().encode()
    own = {**problem_headers(problem), "Content-Type": MEDIA_TYPE, "Content-Length": str(len(body))}
    return [*((name.lower().encode(), value.encode()) for name, value in own.items()), *headers], body
