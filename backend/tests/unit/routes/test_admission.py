"""Which requests are admitted, and which are hurried when the service stops."""

import asyncio
from functools import partial
from typing import Any

import pytest
from starlette.types import Message, Receive, Scope, Send
from structlog.testing import capture_logs

from core.tasks import running
from errors import OverloadedError, ShuttingDownError
from routes.middleware.admission import BURST_S, CROWD, LATE_S, MAX_RUNNING, MOST_SIGNED, Admission, Admit
from routes.middleware.context import is_quiet


async def nothing(*_: object) -> Any:
    """A side of a connection that is never used."""


class SlowApplication:
    """An application whose answers wait until the test lets them go."""

    def __init__(self) -> None:
        self.entered = 0
        self.full, self.begin, self.go = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        self.entered += 1
        if self.entered == MAX_RUNNING:
            self.full.set()
        await self.begin.wait()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await self.go.wait()


def scope(path: str) -> Scope:
    return {"type": "http", "path": path, "method": "GET", "headers": []}


def fill(admission: Admission, requests: int) -> None:
    """So many come; those that are not refused stay."""
    for _ in range(requests):
        if not admission.refuses("/integrations"):
            admission.people.enter()


class TestOverload:
    async def test_late_loop_refuses_before_the_application_is_asked(self) -> None:
        app = SlowApplication()
        guard = Admit(app, Admission(lag_s=lambda: LATE_S * 1.1))

        with pytest.raises(OverloadedError) as refused:
            await guard(scope("/integrations"), nothing, nothing)

        assert app.entered == 0
        assert refused.value.retry_after_s == 1.0

    async def test_request_whose_body_is_awaited_is_not_running(self) -> None:
        admission, seen = Admission(lag_s=lambda: 0.0), []
        waits, arrived = asyncio.Event(), asyncio.Event()

        async def receive() -> Message:
            waits.set()
            await arrived.wait()
            return {"type": "http.request", "body": b"x", "more_body": False}

        async def app(_scope: Scope, receive: Receive, send: Send) -> None:
            seen.append(admission.people.running)
            await receive()
            seen.append(admission.people.running)
            await send({"type": "http.response.start", "status": 200, "headers": []})

        task = asyncio.create_task(Admit(app, admission)(scope("/session"), receive, nothing))
        await asyncio.wait_for(waits.wait(), 5)
        seen.append(admission.people.running)
        arrived.set()
        await task

        assert [*seen, admission.people.running] == [1, 0, 1, 0]

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
        app = SlowApplication()
        app.begin.set()
        app.go.set()
        guard = Admit(app, Admission(lag_s=lambda: LATE_S * 10))

        await guard(scope(path), nothing, nothing)

        assert app.entered == 1

    async def test_no_more_than_so_many_run_at_once_and_one_that_ends_makes_room(self) -> None:
        app = SlowApplication()
        guard = Admit(app, Admission(lag_s=lambda: 0.0))
        async with asyncio.TaskGroup() as running:
            for _ in range(MAX_RUNNING):
                running.create_task(guard(scope("/integrations"), nothing, nothing))
            await app.full.wait()

            with pytest.raises(OverloadedError):
                await guard(scope("/integrations"), nothing, nothing)

            app.begin.set()
            app.go.set()

        await guard(scope("/integrations"), nothing, nothing)
        assert app.entered == MAX_RUNNING + 1

    @pytest.mark.parametrize(("crowded_s", "let_in"), [(BURST_S * 0.9, MAX_RUNNING), (BURST_S, CROWD)])
    def test_a_burst_is_let_in_and_a_crowd_that_stays_gets_no_larger(self, crowded_s: float, let_in: int) -> None:
        now = 0.0
        admission = Admission(lag_s=lambda: 0.0, clock=lambda: now)
        fill(admission, CROWD)

        now += crowded_s
        fill(admission, 10 * MAX_RUNNING - CROWD)

        assert admission.people.running == let_in

    def test_after_a_crowd_has_gone_there_is_room_for_a_burst_again(self) -> None:
        now = 0.0
        admission = Admission(lag_s=lambda: 0.0, clock=lambda: now)
        fill(admission, MAX_RUNNING)
        now += BURST_S

        for _ in range(MAX_RUNNING - CROWD // 2):
            admission.people.leave()
        fill(admission, MAX_RUNNING)
        while_it_is_half_gone = admission.people.running
        while admission.people.running >= CROWD // 2:
            admission.people.leave()
        fill(admission, MAX_RUNNING)

        assert (while_it_is_half_gone, admission.people.running) == (CROWD, MAX_RUNNING)

    async def test_an_answer_that_has_begun_takes_no_room(self) -> None:
        app = SlowApplication()
        guard = Admit(app, Admission(lag_s=lambda: 0.0))
        async with asyncio.TaskGroup() as running:
            streams = [running.create_task(guard(scope("/stream"), nothing, nothing)) for _ in range(MAX_RUNNING)]
            await app.full.wait()
            app.begin.set()
            await asyncio.sleep(0)

            last = running.create_task(guard(scope("/integrations"), nothing, nothing))
            await asyncio.sleep(0)

            assert app.entered == MAX_RUNNING + 1
            assert not any(task.done() for task in (*streams, last))
            app.go.set()

    async def test_one_that_fails_before_it_answers_makes_room_too(self) -> None:
        async def failing(*_: object) -> None:
            raise LookupError

        guard = Admit(failing, Admission(lag_s=lambda: 0.0))
        for _ in range(MAX_RUNNING + 1):
            with pytest.raises(LookupError):
                await guard(scope("/integrations"), nothing, nothing)

    async def test_refusals_are_counted_each_and_told_once_a_second(self) -> None:
        guard = Admit(nothing, Admission(lag_s=lambda: LATE_S * 2))
        refused = scope("/integrations")

        with capture_logs() as lines:
            for _ in range(100):
                with pytest.raises(OverloadedError):
                    await guard(refused, nothing, nothing)

        assert [(line["event"], line["reason"]) for line in lines] == [("overloaded, refusing requests", "late")]
        assert is_quiet(refused)


class TestWebhooks:
    PATH = "/webhooks/hubspot"

    def test_they_come_in_while_the_process_is_late_or_full_of_other_requests(self) -> None:
        admission = Admission(lag_s=lambda: LATE_S * 4)
        for _ in range(MAX_RUNNING):
            admission.people.enter()

        assert admission.refuses("/integrations")
        assert not admission.refuses(self.PATH)

    def test_more_than_their_share_are_refused_and_keep_nobody_else_out(self) -> None:
        admission = Admission(lag_s=lambda: 0.0)
        for _ in range(MOST_SIGNED):
            admission.signed.enter()

        assert admission.refuses(self.PATH)
        assert not admission.refuses("/integrations")

    async def test_each_gives_its_place_back(self) -> None:
        admission, seen = Admission(lag_s=lambda: 0.0), []

        async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
            seen.append((admission.signed.running, admission.people.running))
            await send({"type": "http.response.start", "status": 200, "headers": []})

        await Admit(app, admission)(scope(self.PATH), nothing, nothing)

        assert [*seen, (admission.signed.running, admission.people.running)] == [(1, 0), (0, 0)]


REQUEST: Scope = {"type": "http", "path": "/", "method": "GET", "headers": []}
START: Message = {"type": "http.response.start", "status": 200, "headers": []}


async def hang(_scope: Scope, _receive: Receive, _send: Send) -> None:
    await asyncio.Event().wait()


async def receive() -> Message:
    return {"type": "http.request", "body": b""}


async def drop(_message: Message) -> None:
    """Nobody looks at the answer."""


def build_admission(answered_within_s: float = 12.0) -> Admission:
    return Admission(lag_s=lambda: 0.0, answered_within_s=answered_within_s)


class TestShutdown:
    async def test_a_request_that_waits_at_the_signal_is_answered_in_time(self) -> None:
        admission, stopping = build_admission(answered_within_s=0.01), asyncio.Event()
        async with running(partial(admission.end_with, stopping)):
            asked = asyncio.create_task(Admit(hang, admission)(REQUEST, receive, drop))
            await asyncio.sleep(0)
            stopping.set()

            with pytest.raises(ShuttingDownError):
                await asked

    async def test_a_later_request_has_the_time_that_is_left(self) -> None:
        admission, stopping = build_admission(answered_within_s=0.01), asyncio.Event()
        stopping.set()
        await admission.end_with(stopping)

        with pytest.raises(ShuttingDownError):
            await Admit(hang, admission)(REQUEST, receive, drop)

    async def test_an_answer_that_has_begun_is_not_cut(self) -> None:
        admission, stopping = build_admission(answered_within_s=0.0), asyncio.Event()

        async def answer(_scope: Scope, _receive: Receive, send: Send) -> None:
            await send(START)
            stopping.set()
            await admission.end_with(stopping)
            await asyncio.sleep(0.01)
            await send({"type": "http.response.body", "body": b"whole"})

        sent: list[Message] = []

        async def keep(message: Message) -> None:
            sent.append(message)

        await Admit(answer, admission)(REQUEST, receive, keep)

        assert sent[-1]["body"] == b"whole"

    async def test_a_time_limit_of_the_applications_own_is_not_taken_for_it(self) -> None:
        async def late(_scope: Scope, _receive: Receive, _send: Send) -> None:
            raise TimeoutError

        with pytest.raises(TimeoutError):
            await Admit(late, build_admission())(REQUEST, receive, drop)
