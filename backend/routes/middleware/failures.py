"""Turn every exception of a middleware or route into a problem document, never a bare 500."""

import asyncio

import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from errors import ServiceError
from routes.problems import answer_problem

CUT_OFF = "an answer was cut off, it was not read to its end in time"

log = structlog.get_logger(__name__)


class Failures:
    """Catches exceptions that the framework's handlers do not: those of middleware, and unexpected ones."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def watched_send(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, watched_send)
        except asyncio.CancelledError:
            if not started:
                raise
            # Cancelled by the server, whose time for last answers is over. Not a failure: the client did not read.
            log.warning(CUT_OFF)
        except Exception as exc:
            if started and isinstance(exc, ClientDisconnect):
                log.warning(CUT_OFF)
                return
            # Too late for an answer: the server closes the connection, so the client notices the cut.
            if started and isinstance(exc.__cause__, ServiceError):  # the framework wraps late errors like this
                return  # the stream has logged it
            if started or scope["type"] != "http":
                raise
            response = await answer_problem(Request(scope), exc)
            await response(scope, receive, send)
