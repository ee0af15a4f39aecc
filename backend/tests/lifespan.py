"""Start and end an application in this process."""

from typing import Any

from asgi_lifespan import LifespanManager
from fastapi import FastAPI

LONGEST_S = 20


class Lifespan(LifespanManager):
    """Ends also an application that does not start in time.

    It is cancelled once, which can be swallowed (`core/tasks.py`): it then starts, and would wait for its end for ever.
    """

    def __init__(self, app: FastAPI, longest_s: float = LONGEST_S) -> None:
        super().__init__(app, startup_timeout=longest_s, shutdown_timeout=LONGEST_S)
        self._is_late = False

    async def startup(self) -> None:
        try:
            await super().startup()
        except TimeoutError:
            self._is_late = True
            raise

    async def receive(self) -> Any:
        return {"type": "lifespan.shutdown"} if self._is_late else await super().receive()
