"""An overloaded process answers before the application is asked: no guard is entered, and the answer is ready.

A refusal by the guards costs five times as much, and of ten times as many requests as a process can answer, nine tenths
are refused. What cannot be answered rightly here, or not yet, is left to the middleware `Admit`.
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
from routes.problems import MEDIA_TYPE, build_problem, problem_headers

# As many refusals are kept ready: few paths are asked for again and again.
READY = 256
# Holds the reference's place. No path has it: it begins the fragment, which is not sent.
BLANK = "#"

Header = tuple[bytes, bytes]


class EarlyRefusal:
    """In front of the application and all its guards.

    Args:
        headers: that every answer has.
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
        """Answer, and count it as the guards do."""
        reference = choose_correlation_id(Headers(scope=scope).get(HEADER))
        headers, body = build_refusal(scope["raw_path"], len(reference), self._headers)
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
    """Not a page of another origin: CORS is the application's. Nor a request with a body, which `BodyEnd` ends."""
    return not (has_body(scope) or any(name == b"origin" for name, _ in scope["headers"]))


@lru_cache(READY)
def build_refusal(raw_path: bytes, reference_chars: int, headers: tuple[Header, ...]) -> tuple[list[Header], bytes]:
    """Headers and body but for the reference, whose place in the body is held."""
    scope = {"raw_path": raw_path, "state": {"correlation_id": BLANK * reference_chars}}
    problem = build_problem(OverloadedError(retry_after_s=RETRY_AFTER_S), scope)
    body = problem.model_dump_json().encode()
    own = {**problem_headers(problem), "Content-Type": MEDIA_TYPE, "Content-Length": str(len(body))}
    return [*((name.lower().encode(), value.encode()) for name, value in own.items()), *headers], body
