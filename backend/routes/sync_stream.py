"""The state of a sync as server-sent events: the whole state at first and after each change."""

import asyncio
import time
from collections.abc import AsyncGenerator

from redis.exceptions import RedisError
from starlette.responses import StreamingResponse

from core.counted import counted
from errors import RateLimitedError, ServiceError
from oauth.connection import Connection
from routes.change_stream import KEEP_ALIVE_S, LONGEST_S
from routes.negotiation import EVENT_STREAM
from routes.streams import UNBUFFERED
from routes.sync_views import SyncView, view_sync
from sync.syncs import Syncs

LOOK_EVERY_S = 1.0
# Each stream reads Redis once a second.
MOST_OF_OWNER, MOST_STREAMS = 5, 100
TOO_MANY = "Too many of these streams are open. Close one, or ask again without `text/event-stream`."


def stream_views(syncs: Syncs, connection: Connection, first: SyncView) -> StreamingResponse:
    """Send the state; ends when sync is turned off, when Redis or the service stops, and after ten minutes.

    Raises: RateLimitedError if the owner or the process has too many open streams.
    """
    open_ones, owner = syncs.streams, connection.owner
    if open_ones[owner] >= MOST_OF_OWNER or open_ones.total() >= MOST_STREAMS:
        raise RateLimitedError(TOO_MANY, retry_after_s=KEEP_ALIVE_S)
    headers = {"Cache-Control": "no-store", **UNBUFFERED}
    return StreamingResponse(_events(syncs, connection, first), media_type=EVENT_STREAM, headers=headers)


async def _events(syncs: Syncs, connection: Connection, first: SyncView) -> AsyncGenerator[bytes, None]:
    with counted(syncs.streams, connection.owner):
        shown = first.model_dump_json()
        yield _event(shown)
        began = sent_at = time.monotonic()
        while not syncs.services.shutdown.is_set() and time.monotonic() - began < LONGEST_S:
            await asyncio.sleep(LOOK_EVERY_S)
            try:
                connection = await syncs.refresh(connection)
                view = (await view_sync(syncs, connection, await syncs.get(connection))).model_dump_json()
            except (ServiceError, RedisError):  # the client opens the stream again
                return
            if view != shown:
                shown, sent_at = view, time.monotonic()
                yield _event(shown)
            elif time.monotonic() - sent_at >= KEEP_ALIVE_S:
                sent_at = time.monotonic()
                yield b": nothing new\n\n"


def _event(data: str) -> bytes:
    return f"event: state\ndata: {data}\n\n".encode()
