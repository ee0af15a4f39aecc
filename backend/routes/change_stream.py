"""Read the change feed for one client: a page, a long-polled page, or a stream of pages.

Order of events of a stream: pages until the end, each with a checkpoint → `up_to_date` → (live) wait for the next
change, and so on. The state of the sync is read before each page, so that its `as_of` holds for the page.
"""

import time
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractContextManager, aclosing
from dataclasses import dataclass
from typing import Self

import msgspec
from starlette.responses import StreamingResponse
from starlette.types import Scope

from core import metrics
from errors import SyncNotEnabledError, UnknownObjectTypeError
from mirror.feed import Changes
from oauth.connection import Connection
from routes.change_views import FeedCheckpoint, Freshness, UpToDate, freshness_of, view_change, view_page
from routes.line_breaks import escape_line_breaks
from routes.negotiation import EVENT_STREAM, NDJSON
from routes.problems import build_problem, note_late_failure
from routes.streams import UNBUFFERED, ClosedStream
from services.services import Services
from sync.syncs import Syncs

STREAM_PAGE = 1_000
# Proxies close connections that are silent for a minute.
KEEP_ALIVE_S = 15.0
# The client reopens the stream from its last cursor, so a stream does not outlive its sign-in for long.
LONGEST_S = 600.0

_Page = tuple[Changes, Freshness]
Pages = AsyncGenerator[_Page, None]

_JSON = msgspec.json.Encoder()


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedReader:
    """One client's view of a connection's feed. `names` are the chosen object types, `types` their ids."""

    services: Services
    syncs: Syncs
    connection: Connection
    names: tuple[str, ...]
    types: tuple[str, ...]
    with_items: bool

    @classmethod
    async def open(
        cls, services: Services, syncs: Syncs, connection: Connection, names: tuple[str, ...], *, with_items: bool
    ) -> Self:
        """Raises: SyncNotEnabledError; UnknownObjectTypeError for a type that is not synced."""
        synced = (await syncs.get(connection)).wanted.types
        by_id = {type_id: name for name, type_id in synced.items()}
        names = tuple(dict.fromkeys(by_id.get(name, name) for name in names))
        if unknown := [name for name in names if name not in synced]:
            raise UnknownObjectTypeError(f"“{unknown[0][:40]}” is not in sync. In sync are: {', '.join(synced)}.")
        return cls(
            services=services,
            syncs=syncs,
            connection=connection,
            names=names,
            types=tuple(synced[name] for name in names),
            with_items=with_items,
        )

    async def read(self, after: str | None, limit: int) -> _Page:
        """A page, and the freshness of the sync before the page was read. Raises: SyncNotEnabledError."""
        freshness = freshness_of(await self.syncs.get(self.connection), self.names)
        feed, connection_id = self.services.mirror.feed, self.connection.connection_id
        try:
            return await feed.changes(connection_id, after=after, limit=limit, types=self.types), freshness
        except SyncNotEnabledError:
            await self.syncs.get(self.connection)  # the worker has not begun, or sync was just turned off
            return feed.nothing_yet(connection_id, after=after, types=self.types), freshness

    async def wait(self, page: Changes, seconds: float) -> None:
        """Wait until a change may follow this page."""
        await self.services.mirror.watch.wait(self.connection.connection_id, page.reached, seconds)

    async def long_poll(
        self, after: str | None, limit: int, wait_s: float, *, while_waiting: AbstractContextManager[None]
    ) -> bytes:
        """A page as JSON; an empty page only after `wait_s` seconds, or if the service stops."""
        ends_at = time.monotonic() + wait_s
        page, freshness = await self.read(after, limit)
        if not page.changes and wait_s:
            with self.services.feed_readers.place(self.connection.owner), while_waiting:
                while not page.changes and (left_s := ends_at - time.monotonic()) > 0:
                    if page.up_to_date and self.services.shutdown.is_set():
                        break
                    if page.up_to_date:
                        await self.wait(page, left_s)
                    page, freshness = await self.read(page.next, limit)
        metrics.changes_delivered.labels(self.connection.provider).inc(len(page.changes))
        return _JSON.encode(view_page(page, freshness, with_items=self.with_items))

    async def pages(self, after: str | None, *, live: bool) -> Pages:
        """Pages until the end; a live stream continues, with an empty page every 15 seconds without changes."""
        ends_at, silent_until = time.monotonic() + LONGEST_S, 0.0
        with self.services.feed_readers.place(self.connection.owner):
            while True:
                page, freshness = await self.read(after, STREAM_PAGE)
                after = page.next
                is_over = time.monotonic() > ends_at or self.services.shutdown.is_set()
                # The wake-up may be caused by other object types.
                if page.changes or not page.up_to_date or is_over or time.monotonic() >= silent_until:
                    yield page, freshness
                    silent_until = time.monotonic() + KEEP_ALIVE_S if page.up_to_date else 0.0
                if is_over or (page.up_to_date and not live):
                    return
                if page.up_to_date:
                    await self.wait(page, max(0.0, silent_until - time.monotonic()))


@dataclass(frozen=True, slots=True)
class Format:
    """The writers of a format: one for a change, one for the end of a page (name, value, cursor)."""

    media_type: str
    write: Callable[[str, object, str | None], bytes]


def _write_line(name: str, value: object, _cursor: str | None = None) -> bytes:
    return _JSON.encode({name: value}) + b"\n"


def _write_event(name: str, value: object, cursor: str | None = None) -> bytes:
    """Changes have no id, so a browser resumes an interrupted page from its beginning."""
    id_line = b"" if cursor is None else b"id: " + cursor.encode() + b"\n"
    return id_line + b"event: " + name.encode() + b"\ndata: " + _JSON.encode(value) + b"\n\n"


LINES = Format(NDJSON, _write_line)
EVENTS = Format(EVENT_STREAM, _write_event)


async def stream(scope: Scope, reader: FeedReader, after: str | None, form: Format, *, live: bool) -> StreamingResponse:
    """All pages after the cursor in this format. Raises: the errors of the first page."""
    pages = reader.pages(after, live=live)
    first = await anext(pages)
    chunks = _chunks(scope, reader, first, pages, form)
    return ClosedStream(chunks, pages, name=reader.connection.provider, media_type=form.media_type, headers=UNBUFFERED)


async def _chunks(
    scope: Scope, reader: FeedReader, first: _Page, pages: Pages, form: Format
) -> AsyncGenerator[bytes, None]:
    """A chunk for each page; an error is the last one."""
    try:
        yield _chunk(reader, *first, form)
        async with aclosing(pages):
            async for page, freshness in pages:
                yield _chunk(reader, page, freshness, form)
    except Exception as exc:  # noqa: BLE001 (logged there)
        error = note_late_failure(exc, "a change feed ended early")
        yield form.write("error", build_problem(error, scope).model_dump(), None)


def _chunk(reader: FeedReader, page: Changes, freshness: Freshness, form: Format) -> bytes:
    metrics.changes_delivered.labels(reader.connection.provider).inc(len(page.changes))
    changes = [form.write("change", view_change(change, with_item=reader.with_items), None) for change in page.changes]
    return escape_line_breaks(b"".join([*changes, _end_of(page, freshness, form)]))


def _end_of(page: Changes, freshness: Freshness, form: Format) -> bytes:
    if not page.up_to_date:
        return form.write("checkpoint", FeedCheckpoint(next=page.next), page.next)
    end = UpToDate(next=page.next, as_of=freshness.as_of, verified_at=freshness.verified_at)
    return form.write("up_to_date", end, page.next)
