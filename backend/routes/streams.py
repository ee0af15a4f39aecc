"""A whole load as one response, in bounded memory: as lines of JSON, or as a table.

The response begins after the load's first event, so that early failures are problem documents. Later errors are the
last line (NDJSON) or close the connection (CSV). Nothing is read ahead of the client: the next event is requested when
the last chunk was sent. A client that disconnects or reads too slowly (`reader_pace.py`) ends the load.
"""

import csv
import io
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import fields
from typing import Any

import msgspec
import structlog
from pydantic import BaseModel, RootModel
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from core import metrics
from integrations.integration_item import IntegrationItem, Notice
from integrations.load_events import Checkpoint, Items, LoadEvent, LoadPlan, LoadReceipt
from routes.csv_cells import CELLS, Cells
from routes.line_breaks import escape_line_breaks
from routes.middleware.connections import find_connection
from routes.negotiation import CSV, NDJSON
from routes.problems import Problem, as_service_error, build_problem, note_late_failure
from routes.reader_pace import ReaderPace, SlowReaderError

ALL_FIELDS = tuple(field.name for field in fields(IntegrationItem))
# The 14 fields of the format, in its order.
ITEM_FIELDS = ALL_FIELDS[: ALL_FIELDS.index("visibility") + 1]
# Columns of every table; the properties come after them.
TABLE_FIELDS = (*ITEM_FIELDS, "object_type", "record_id")
LAST_FIELDS = ("labels", "associations", "association_labels", "property_history")
NOTE = "#note"
# Source: nginx, ngx_http_proxy_module, proxy_buffering. It would hold lines back until a buffer is full.
UNBUFFERED = {"X-Accel-Buffering": "no"}
INCOMPLETE = "This table is not complete. Load it as application/x-ndjson to see what is missing."

log = structlog.get_logger(__name__)
_JSON = msgspec.json.Encoder()


class PlanLine(BaseModel):
    """The first line."""

    plan: LoadPlan


class ItemLine(BaseModel):
    item: IntegrationItem


class NoticeLine(BaseModel):
    notice: Checkpoint | Notice


class ReceiptLine(BaseModel):
    """The last line of a load that ended, also if it ended early."""

    receipt: LoadReceipt


class ErrorLine(BaseModel):
    """The last line of a load that failed."""

    error: Problem


class StreamLine(RootModel[PlanLine | ItemLine | NoticeLine | ReceiptLine | ErrorLine]):
    """One line of a load as application/x-ndjson: an object with exactly one of these keys."""


class ClosedStream(StreamingResponse):
    """A stream whose generators are always closed at its end.

    If the client disconnects while a chunk is sent, the generators stay suspended, and their tasks and vendor
    connections would only end with the next garbage collection. The load is closed as well: generators that have not
    started (disconnect before the second chunk) do not pass the closing on.
    """

    def __init__(
        self, chunks: AsyncGenerator[bytes, None], load: AsyncGenerator[Any, None], *, name: str, **more: Any
    ) -> None:
        super().__init__(chunks, **more)
        self._chunks = chunks
        self._load = load
        self._name = name

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async with aclosing(self._load), aclosing(self._chunks):
            try:
                await super().__call__(scope, receive, ReaderPace(send).send)
            except SlowReaderError:
                metrics.slow_readers.labels(self._name).inc()
                log.warning("load ended, its reader takes too little", provider=self._name)
                # A normal close would first send buffered data to a reader that takes nothing.
                if (connection := find_connection(scope)) is not None:
                    await connection.aborted()


async def stream_ndjson(scope: Scope, name: str, events: AsyncGenerator[LoadEvent, None]) -> StreamingResponse:
    """One JSON object with exactly one key per line. Raises: the errors of the load's first event."""
    first = await anext(events)
    watched = counted(all_events(first, events), name, "ndjson")
    headers = _headers(name, "ndjson")
    return ClosedStream(_lines(scope, watched), events, name=name, media_type=NDJSON, headers=headers)


async def stream_csv(
    name: str, events: AsyncGenerator[LoadEvent, None], properties: Sequence[str] | None, cells: Cells = "safe"
) -> StreamingResponse:
    """A header and one row per item. Raises: the errors of the load's first event."""
    first = await anext(events)
    watched = counted(all_events(first, events), name, "csv")
    headers = _headers(name, "csv")
    return ClosedStream(_rows(watched, properties, CELLS[cells]), events, name=name, media_type=CSV, headers=headers)


async def all_events(first: LoadEvent, rest: AsyncGenerator[LoadEvent, None]) -> AsyncGenerator[LoadEvent, None]:
    async with aclosing(rest):
        yield first
        async for event in rest:
            yield event


async def counted(events: AsyncGenerator[LoadEvent, None], name: str, format_: str) -> AsyncGenerator[LoadEvent, None]:
    """The same events, counted in the metrics; an early end is also logged."""
    outcome = "left"
    try:
        async with aclosing(events):
            async for event in events:
                match event:
                    case Items():
                        metrics.items_delivered(len(event.items), provider=name, format_=format_)
                    case LoadReceipt():
                        outcome = "complete" if event.complete else "incomplete"
                yield event
    except Exception as exc:
        outcome = "failed"
        note_late_failure(exc, "load ended early")
        raise
    finally:
        metrics.load_ended(provider=name, format_=format_, outcome=outcome)


async def _lines(scope: Scope, events: AsyncGenerator[LoadEvent, None]) -> AsyncGenerator[bytes, None]:
    try:
        async with aclosing(events):
            async for event in events:
                yield escape_line_breaks(encode_lines(event))
    except Exception as exc:  # noqa: BLE001 the client gets its code; `counted` has logged it
        yield _JSON.encode_lines([{"error": build_problem(as_service_error(exc), scope).model_dump()}])


def encode_lines(event: LoadEvent) -> bytes:
    """The event's lines: one for a plan, notice or receipt, one for each of its items."""
    match event:
        case Items():
            return _JSON.encode_lines([{"item": item} for item in event.items])
        case LoadPlan():
            return _JSON.encode_lines([{"plan": event}])
        case Notice():
            return _JSON.encode_lines([{"notice": event}])
        case LoadReceipt():
            return _JSON.encode_lines([{"receipt": event}])


async def _rows(
    events: AsyncGenerator[LoadEvent, None], properties: Sequence[str] | None, to_cell: Callable[[Any], str]
) -> AsyncGenerator[bytes, None]:
    named = () if properties is None or "*" in properties else properties
    columns = [*TABLE_FIELDS, *(map(_column_of, named) if named else ["properties"]), *LAST_FIELDS]
    yield _encode_rows([[to_cell(name) for name in columns]])
    async with aclosing(events):
        async for event in events:
            match event:
                case Items():
                    yield _encode_rows([_row(item, named, to_cell) for item in event.items])
                case LoadReceipt(complete=False):
                    yield _encode_rows([[NOTE, INCOMPLETE]])


def _column_of(name: str) -> str:
    """The property's name; that of no other column, because readers find cells by it."""
    return f"properties.{name}" if name in ALL_FIELDS else name


def _row(item: IntegrationItem, named: Sequence[str], to_cell: Callable[[Any], str]) -> list[str]:
    fixed = [getattr(item, name) for name in TABLE_FIELDS]
    values = [item.properties.get(name) for name in named] if named else [item.properties]
    return [to_cell(value) for value in (*fixed, *values, *(getattr(item, name) for name in LAST_FIELDS))]


def _encode_rows(rows: Sequence[Sequence[str]]) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer).writerows(rows)
    return buffer.getvalue().encode()


def _headers(name: str, extension: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}-items.{extension}"', **UNBUFFERED}
