"""Run jobs inside the service or in a separate process (`python main.py worker`).

A failed worker starts again. When it must stop, it takes no more jobs; running jobs notice `Services.shutdown`, save
their position, and end. Jobs that do not end in time are cancelled, and another worker continues them.
"""

import asyncio
import logging
import os
import secrets
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import structlog
from docket import Worker
from docket._redis import redis_is_unavailable

from core.tasks import end_tasks
from services.shutdown import Shutdown
from sync.queue import JobQueue

# Simultaneous jobs of one process. Each holds its records in memory and mostly waits for its vendor.
CONCURRENCY = 32
# A job whose worker died is given to another one after this time, plus at most a quarter of it.
REDELIVER_AFTER = timedelta(seconds=12)
# Poll interval of an idle worker. Shorter than the client's timeout, which would count as a failure.
POLL = timedelta(milliseconds=400)
RESTART_AFTER_S = 1.0
RECONNECT_AFTER = timedelta(seconds=2)
# Time for running jobs to save their position when the service stops.
DRAIN_S = 10.0

log = structlog.get_logger(__name__)


@asynccontextmanager
async def running_worker(queue: JobQueue, shutdown: Shutdown) -> AsyncIterator[None]:
    """Run jobs while the body runs; at its end let running jobs save their position."""
    task = asyncio.create_task(_keep_working(queue, shutdown))
    try:
        yield
    finally:
        shutdown.set()
        await asyncio.wait([task], timeout=min(DRAIN_S, shutdown.left_s()))
        await end_tasks(task)


def without_traceback(record: logging.LogRecord) -> bool:
    """Remove the traceback of a log line if Redis did not answer, because it adds nothing."""
    error = record.exc_info[1] if record.exc_info else None
    if error is not None and redis_is_unavailable(error):
        record.exc_info, record.msg = None, f"{record.getMessage()} ({type(error).__name__})"
        record.args = ()
    return True


logging.getLogger("docket.worker").addFilter(without_traceback)


async def _keep_working(queue: JobQueue, shutdown: Shutdown) -> None:
    while not shutdown.is_set():
        try:
            await _work(queue, shutdown)
        except Exception as exc:
            log.error("the job worker failed and starts again", exc_info=exc)
            await asyncio.sleep(RESTART_AFTER_S)


async def _work(queue: JobQueue, shutdown: Shutdown) -> None:
    """Run jobs until the service must stop, and let running jobs end. Raises what the worker fails with."""
    tasks: list[asyncio.Task[Any]] = [asyncio.create_task(shutdown.wait())]
    try:
        async with _open_worker(queue) as worker:
            tasks.append(working := asyncio.create_task(worker.run_forever()))
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            # Ends a wait for jobs at once. If redis-py swallows it (see `core/tasks.py`), leaving the worker ends the
            # loop after that wait.
            working.cancel()
        await working
    finally:
        await end_tasks(*tasks)


def _open_worker(queue: JobQueue) -> Worker:
    return Worker(
        queue,
        name=f"{socket.gethostname()}#{os.getpid()}#{secrets.token_hex(4)}",
        concurrency=CONCURRENCY,
        redelivery_timeout=REDELIVER_AFTER,
        reconnection_delay=RECONNECT_AFTER,
        minimum_check_interval=POLL,
        scheduling_resolution=POLL,
        schedule_automatic_tasks=False,
    )
