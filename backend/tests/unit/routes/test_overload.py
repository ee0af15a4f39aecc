"""Whom an overloaded process refuses, and whom never."""

import asyncio
from typing import Any

import pytest
from starlette.types import Receive, Scope, Send

from errors import OverloadedError
from routes.guards.overload import LATE_S, MAX_RUNNING, Overload


async def nothing(*_: object) -> Any:
    """A side of a connection that is never used."""


class Waiting:
    """An application whose answers wait until the test lets them go."""

    def __init__(self) -> None:
        self.entered = 0
        self.full, self.go = asyncio.Event(), asyncio.Event()

    async def __call__(self, _scope: Scope, _receive: Receive, _send: Send) -> None:
        self.entered += 1
        if self.entered == MAX_RUNNING:
            self.full.set()
        await self.go.wait()


def scope(path: str) -> Scope:
    return {"type": "http", "path": path, "method": "GET", "headers": []}


class TestOverload:
    async def test_late_loop_refuses_before_the_application_is_asked(self) -> None:
        app = Waiting()
        guard = Overload(app, lag_s=lambda: LATE_S * 1.1)

        with pytest.raises(OverloadedError) as refused:
            await guard(scope("/integrations"), nothing, nothing)

        assert app.entered == 0
        assert refused.value.retry_after_s == 1.0

    @pytest.mark.parametrize(
        "path",
        [
            "/livez",
            "/readyz",
            "/metrics",
            "/integrations/hubspot/oauth2callback",
            "/integrations/hubspot/flows/AbC-123",
        ],
    )
    async def test_health_and_the_end_of_a_connect_flow_are_always_let_in(self, path: str) -> None:
        app = Waiting()
        app.go.set()
        guard = Overload(app, lag_s=lambda: LATE_S * 10)

        await guard(scope(path), nothing, nothing)

        assert app.entered == 1

    async def test_no_more_than_so_many_run_at_once_and_one_that_ends_makes_room(self) -> None:
        app = Waiting()
        guard = Overload(app, lag_s=lambda: 0.0)
        async with asyncio.TaskGroup() as running:
            for _ in range(MAX_RUNNING):
                running.create_task(guard(scope("/integrations"), nothing, nothing))
            await app.full.wait()

            with pytest.raises(OverloadedError):
                await guard(scope("/integrations"), nothing, nothing)

            app.go.set()

        await guard(scope("/integrations"), nothing, nothing)
        assert app.entered == MAX_RUNNING + 1
