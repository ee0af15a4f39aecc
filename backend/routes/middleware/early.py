"""An overloaded process answers before the application is asked: no task is made and no guard entered.

What cannot be answered rightly here, or not yet, is left to the guard `Overload`.
"""

from functools import lru_cache
from typing import Any, cast

from starlette.datastructures import Headers
from starlette.types import Scope
from uvicorn._types import ASGI3Application
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from core import metrics
from errors import OverloadedError
from routes.middleware.body_end import has_body
from routes.middleware.context import HEADER, choose_correlation_id, known, route_of
from routes.middleware.head import BoundedHead
from routes.middleware.overload import RETRY_AFTER_S, Admission
from routes.middleware.ready_answer import Header, ready_answer

# As many refusals are kept ready: few paths are asked for again and again.
READY = 256
# Holds the reference's place. No path has it: it begins the fragment, which is not sent.
BLANK = "#"


class EarlyRefusal(BoundedHead):
    """A connection whose requests are refused, when they are, as soon as their heads are read."""

    def __init__(self, *, admission: Admission, **more: Any) -> None:
        super().__init__(**more)
        self._admission = admission

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        """By uvicorn, for a request whose head is complete and whose turn it is on this connection."""
        if self.transport.is_closing():  # a refusal said so: nobody can be told what becomes of what follows it
            return
        if self._can_answer(cycle) and self._admission.refuses(cycle.scope["path"]):
            self._refuse(cycle)
        else:
            super()._start_asgi_task(cycle, app)

    def _can_answer(self, cycle: RequestResponseCycle) -> bool:
        """Not a page of another origin (CORS is the application's), nor who does not read, nor one of many in a row.

        Nor a request with a body: the guard `BodyEnd` ends its connection.
        """
        is_of_a_page = any(name == b"origin" for name, _ in cycle.scope["headers"])
        return not (is_of_a_page or has_body(cast(Scope, cycle.scope)) or self.flow.write_paused or self.pipeline)

    def _refuse(self, cycle: RequestResponseCycle) -> None:
        """Answer, and count it as the guards do."""
        scope: Any = cycle.scope
        reference = choose_correlation_id(Headers(scope=scope).get(HEADER))
        asked = (scope["method"], scope["raw_path"], len(reference))
        blank = build_refusal(*asked, self._headers, keep_alive=cycle.keep_alive)
        self.transport.write(blank.replace(BLANK.encode() * len(reference), reference.encode()))
        metrics.request_answered(
            method=known(scope["method"]), route=route_of(scope), status=OverloadedError.status, seconds=0.0
        )
        cycle.response_started = cycle.response_complete = True
        if not cycle.keep_alive:
            self.transport.close()
        self.on_response_complete()


@lru_cache(READY)
def build_refusal(
    method: str, raw_path: bytes, reference_chars: int, headers: tuple[Header, ...], *, keep_alive: bool
) -> bytes:
    """The whole response but for its reference, whose place is held."""
    scope = {"method": method, "raw_path": raw_path, "state": {"correlation_id": BLANK * reference_chars}}
    return ready_answer(OverloadedError(retry_after_s=RETRY_AFTER_S), scope, headers, keep_alive=keep_alive)
