"""An error's whole response as bytes, for what is answered before the application is asked."""

from collections.abc import Iterable
from http import HTTPStatus

from starlette.types import Scope

from errors import ServiceError
from routes.middleware.context import HEADER
from routes.problems import MEDIA_TYPE, build_problem, problem_headers

Header = tuple[bytes, bytes]


def ready_answer(error: ServiceError, scope: Scope, headers: Iterable[Header], *, keep_alive: bool) -> bytes:
    """What guards and routes would answer; without its body where the method is HEAD.

    `scope` has its `correlation_id` in the state, `headers` are those that every answer has. Without `keep_alive` the
    response says that the connection ends with it.
    """
    problem = build_problem(error, scope)
    body = problem.model_dump_json().encode()
    own = {
        HEADER: problem.correlation_id,
        **problem_headers(problem),
        "Content-Type": MEDIA_TYPE,
        "Content-Length": str(len(body)),
        **({} if keep_alive else {"Connection": "close"}),
    }
    lines = [
        f"HTTP/1.1 {error.status} {HTTPStatus(error.status).phrase}".encode(),
        *(f"{name.lower()}: {value}".encode() for name, value in own.items()),
        *(b"%s: %s" % header for header in headers),
    ]
    return b"\r\n".join([*lines, b"", b"" if scope.get("method") == "HEAD" else body])
