"""Runs jobs: inside the service, or as a process of its own (`python main.py worker`).

A worker that fails starts again. When it is told to stop, it takes no more jobs; those that run are told by
`Services.shutdown`, save how far they got, and end. What is left after that is cancelled: another worker takes it over.
"""

import asyncio
import logging
import os
import secrets
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import structlog
from docket import Worker
from docket._redis import redis_is_unavailable

from core.tasks import end_tasks
from services.shutdown import Shutdown
from sync.queue import JobQueue

# Jobs of one process at a time. Each has its own records in memory, and waits for its vendor most of the time.
CONCURRENCY = 32
# A job whose worker is gone is given to another one after this time, and at most a quarter more.
REDELIVER_AFTER = timedelta(seconds=12)
# How often an idle worker asks Redis. Shorter than the client's own timeout, which would end the wait as a failure.
POLL = timedelta(milliseconds=400)
RESTART_AFTER_S = 1.0
RECONNECT_AFTER = timedelta(seconds=2)
# For running jobs to save their place, once the service stops.
DRAIN_S = 10.0

log = structlog.get_logger(__name__)


@asynccontextmanager
async def running_worker(queue: JobQueue, shutdown: Shutdown, *, concurrency: int = CONCURRENCY) -> AsyncIterator[None]:
    """Run jobs beside the body; at its end let running jobs save their place."""
    task = asyncio.create_task(_keep_working(queue, shutdown, concurrency))
    try:
        yield
    finally:
        shutdown.set()
        task.cancel()  # no further jobs; the worker waits for those that run
        await asyncio.wait([task], timeout=min(DRAIN_S, shutdown.left_s()))
        await end_tasks(task)


def without_traceback(record: logging.LogRecord) -> bool:
    """Let the line through; where Redis did not answer, its traceback says nothing more."""
    error = record.exc_info[1] if record.exc_info else None
    if error is not None and redis_is_unavailable(error):
        record.exc_info, record.msg = None, f"{record.getMessage()} ({type(error).__name__})"
        record.args = ()
    return True


logging.getLogger("docket.worker").addFilter(without_traceback)


async def _keep_working(queue: JobQueue, shutdown: Shutdown, concurrency: int) -> None:
    while not shutdown.is_set():
        try:
            async with _open_worker(queue, concurrency) as worker:
                await worker.run_forever()
        except Exception as exc:
            log.error("the job worker failed and starts again", exc_info=exc)
            await asyncio.sleep(RESTART_AFTER_S)


def _open_worker(queue: JobQueue, concurrency: int) -> Worker:
    return Worker(
        queue,
        name=f"{socket.gethostname()}#{os.getpid()}#{secrets.token_hex(4)}",
        concurrency=concurrency,
        redelivery_timeout=REDELIVER_AFTER,
        reconnection_delay=RECONNECT_AFTER,
        minimum_check_interval=POLL,
        scheduling_resolution=POLL,
        schedule_automatic_tasks=False,
    )
