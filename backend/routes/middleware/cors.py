"""CORS for the stock UI's origin in local mode; other preflights are refused with a problem document."""

from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from errors import CrossSiteBlockedError
from routes.problems import answer_problem


class Cors(CORSMiddleware):
    """Starlette's middleware with our refusal."""

    def preflight_response(self, request_headers: Headers) -> Response:
        answer = super().preflight_response(request_headers)
        return answer if answer.status_code == 200 else _Refusal()


class _Refusal(Response):
    """A refusal that is built when it is sent, because it contains the request's id."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await answer_problem(Request(scope), CrossSiteBlockedError())
        await response(scope, receive, send)
