"""The last net: whatever a guard or a route raises becomes a problem document, never a bare 500."""

import asyncio

import structlog
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from errors import ServiceError
from routes.problems import answer_problem

log = structlog.get_logger(__name__)


class Failures:
    """Catches what the framework's own handlers do not see: errors of the guards, and the unexpected."""

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
            # By the server, which waits so long for its last answers and no longer. Nothing broke: nobody read it.
            log.warning("an answer was cut off, it was not read to its end in time")
        except Exception as exc:
            # Too late for an answer: the server breaks the connection, so the caller sees it is cut short.
            if started and isinstance(exc.__cause__, ServiceError):  # as the framework hands on what came too late
                return  # the stream it ended has told the log
            if started or scope["type"] != "http":
                raise
            response = await answer_problem(Request(scope), exc)
            await response(scope, receive, send)
