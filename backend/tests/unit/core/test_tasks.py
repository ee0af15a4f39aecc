import asyncio
from contextlib import suppress
from functools import partial

from structlog.testing import capture_logs

from core.tasks import end_tasks, running, start_detached


async def deaf(times: int, began: asyncio.Event) -> None:
    """What swallows the first cancellations and goes on."""
    began.set()
    for _ in range(times):
        with suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
    await asyncio.Event().wait()


async def fail() -> None:
    raise LookupError


class TestRunning:
    async def test_a_task_that_fails_is_logged_and_runs_again(self) -> None:
        again, pauses, failures = asyncio.Event(), list[float](), iter([LookupError("first"), OSError("second")])

        async def work() -> None:
            if (failure := next(failures, None)) is not None:
                raise failure
            again.set()
            await asyncio.Event().wait()

        async def sleep(seconds: float) -> None:
            pauses.append(seconds)

        with capture_logs() as lines:
            async with asyncio.timeout(5), running(work, sleep=sleep):
                await again.wait()

        assert pauses == [1.0, 2.0]
        assert [(line["log_level"], str(line["exc_info"])) for line in lines] == [
            ("error", "first"),
            ("error", "second"),
        ]

    async def test_pauses_grow_up_to_a_minute(self) -> None:
        pauses, enough = list[float](), asyncio.Event()

        async def sleep(seconds: float) -> None:
            pauses.append(seconds)
            if len(pauses) == 9:
                enough.set()
                await asyncio.Event().wait()

        async with running(fail, sleep=sleep):
            await enough.wait()

        assert pauses == [1, 2, 4, 8, 16, 32, 60, 60, 60]

    async def test_a_task_that_returns_is_not_run_again(self) -> None:
        runs: list[int] = []

        async def work() -> None:
            runs.append(1)

        async with running(work):
            for _ in range(5):
                await asyncio.sleep(0)

        assert runs == [1]

    async def test_its_end_ends_deaf_tasks(self) -> None:
        began = asyncio.Event()

        async with asyncio.timeout(5), running(partial(deaf, 2, began)):
            await began.wait()

        assert asyncio.all_tasks() == {asyncio.current_task()}


class TestDetached:
    async def test_its_failure_is_logged(self) -> None:
        with capture_logs() as lines:
            await asyncio.wait([start_detached(fail(), name="a fetch")])
            await asyncio.sleep(0)

        assert [(line["task"], type(line["exc_info"])) for line in lines] == [("a fetch", LookupError)]

    async def test_its_cancellation_is_not(self) -> None:
        with capture_logs() as lines:
            await end_tasks(start_detached(asyncio.sleep(60), name="a fetch"))
            await asyncio.sleep(0)

        assert lines == []
