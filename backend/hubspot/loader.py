"""Load a whole portal as a stream: every record once, in bounded memory, at HubSpot's limit, with an exact receipt.

Order of events: counts, names and first pages in parallel → plan → for each type, in parallel, a pipeline from pages to
items (`type_load.py`) → receipt. All pipelines send to one unbuffered stream: they wait until the caller takes the next
event. Every few thousand items, and when the load ends early (an error or a shutdown), a checkpoint holds the position
to resume from. An error is raised after the receipt.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import aclosing
from dataclasses import replace
from datetime import UTC, datetime

import anyio
from anyio.abc import TaskGroup

from core.api_client import Meter
from core.together import cancel_when, task_group, together
from errors import ShuttingDownError
from hubspot.associations import MAX_LOADED_PARENTS, LoadedParents
from hubspot.load_plan import plan_load
from hubspot.load_position import LoadPosition, first_position, read_position
from hubspot.notices import failure_wait, rate_limit_wait
from hubspot.object_type import ObjectType
from hubspot.query import Query
from hubspot.reader import Reader
from hubspot.search_reader import INDEX_LAG_S
from hubspot.type_load import TypeItems, TypeLoad
from hubspot.values import iso_moment
from integrations.integration_item import Notice
from integrations.load_events import (
    CHECKPOINT_ITEMS,
    Checkpoint,
    Items,
    LoadEvent,
    LoadReceipt,
    Seal,
)

TYPES_AT_ONCE = 4
# Shorter waits get no notice.
LONG_WAIT_S = 1.0


async def load(
    reader: Reader,
    query: Query,
    position: object = None,
    *,
    seal: Seal,
    stop: asyncio.Event | None = None,
    now_s: Callable[[], float] | None = None,
    since: Mapping[str, datetime] | None = None,
) -> AsyncGenerator[LoadEvent, None]:
    """Read everything that the query selects.

    Args:
        reader: of the portal; its client should retry patiently.
        query: what to read.
        position: of an interrupted load of the same query, to resume it.
        seal: turns a position into a `resume` cursor.
        stop: when set, the load ends with its receipt; with an error if it cannot be resumed or has no plan yet.
        now_s: seconds since the epoch; by default HubSpot's clock, which its search compares times with.
        since: by type id, where it is later than the query's `updated_since`.

    Raises:
        ScopeMissingError: none of the object types may be read.
        InvalidCursorError: the position belongs to another load.
        ShuttingDownError: `stop` was set before the plan, or the load cannot be resumed.
        ServiceError: the failure that ended the load; raised after the receipt if the plan was delivered.
    """
    portal = _PortalLoad(reader, query, position, seal, now_s or reader.client.clock.now_s, since or {})
    # The caller may take each event in a different task, so the pipelines run in a separate task.
    worker = asyncio.create_task(portal.run(stop))
    is_planned = False
    try:
        async with aclosing(portal.events()) as events:
            async for event in events:
                is_planned = True
                yield event
    finally:
        worker.add_done_callback(portal.close)  # also where the caller is cancelled once more
        worker.cancel()
        await asyncio.wait([worker])
    failure = None if worker.cancelled() else worker.exception()
    can_resume = False
    if is_planned:
        yield (receipt := portal.receipt())
        can_resume = receipt.resume is not None
    if failure is not None:
        raise failure
    if not portal.is_finished and not can_resume:
        raise ShuttingDownError


class _PortalLoad:
    """The types of a load and their shared state."""

    def __init__(
        self,
        reader: Reader,
        query: Query,
        position: object,
        seal: Seal,
        now_s: Callable[[], float],
        since: Mapping[str, datetime],
    ) -> None:
        self._reader = reader
        self._query = query
        self._is_new = position is None
        self._position = _position(position, query, now_s)
        self._seal = seal
        self._checkpoint_at = self._position.delivered
        self._began_s = time.monotonic()
        self._now_s = now_s
        self.is_finished = False
        self._sender, self._receiver = anyio.create_memory_object_stream[LoadEvent | TypeItems]()
        self._planned = anyio.Event()
        self._waits_until = 0.0
        self._group: TaskGroup | None = None
        parents = LoadedParents()
        parent_types = {object_type.parent_type for object_type in query.object_types}
        self._types = [
            TypeLoad(
                reader=reader,
                query=replace(query, updated_since=since.get(object_type.type_id, query.updated_since)),
                object_type=object_type,
                progress=self._position.types[object_type.type_id],
                parents=parents,
                meter=self._meter(),
                send=self._send,
                now_s=now_s,
                is_parent=object_type.name in parent_types,
                parents_known=self._parents_known(object_type),
            )
            for object_type in query.object_types
        ]

    # --- for the caller

    async def events(self) -> AsyncGenerator[LoadEvent, None]:
        """The events of the pipelines; an event counts as delivered when the caller requests the next one."""
        async for event in self._receiver:
            if not isinstance(event, TypeItems):
                yield event
                continue
            if event.items:
                if (checkpoint := self._checkpoint()) is not None:
                    yield checkpoint
                yield Items(event.items)
            self._position.types[event.object_type.type_id] = event.progress

    def close(self, worker: "asyncio.Task[None]") -> None:
        """Release the stream when the pipelines have ended, with or without an error."""
        self._sender.close()
        self._receiver.close()
        if not worker.cancelled():
            worker.exception()  # reported by `load`, or of no interest to a caller that is gone

    def receipt(self) -> LoadReceipt:
        """The receipt. An incomplete load has no watermark, because its missing records would never be read again."""
        began_ms = self._position.started_ms - int(INDEX_LAG_S * 1000)
        watermark = iso_moment(datetime.fromtimestamp(began_ms / 1000, UTC))
        delivered = {type_id: progress.delivered for type_id, progress in self._position.types.items()}
        receipts = {
            type_load.object_type.name: type_load.receipt(delivered[type_load.object_type.type_id], watermark)
            for type_load in self._types
        }
        complete = self.is_finished and all(receipt.complete for receipt in receipts.values())
        return LoadReceipt(
            complete=complete,
            object_types=receipts,
            requests=sum(receipt.requests for receipt in receipts.values()),
            retries=sum(receipt.retries for receipt in receipts.values()),
            duration_s=round(time.monotonic() - self._began_s, 3),
            watermark=watermark if complete else None,
            resume=None if self.is_finished else self._resume(),
        )

    def _checkpoint(self) -> Checkpoint | None:
        """The position to resume from, if enough was delivered since the last checkpoint."""
        if self._position.delivered - self._checkpoint_at < CHECKPOINT_ITEMS or (resume := self._resume()) is None:
            return None
        self._checkpoint_at = self._position.delivered
        return Checkpoint(resume=resume, requests=sum(type_load.meter.requests for type_load in self._types))

    def _resume(self) -> str | None:
        """None if HubSpot lost its order: such a type is read as one list, with too many delivered ids for a cursor."""
        return self._seal(self._position) if all(type_load.can_resume for type_load in self._types) else None

    # --- in the worker's task

    async def run(self, stop: asyncio.Event | None) -> None:
        with self._sender:
            async with task_group() as group:
                self._group = group
                try:
                    if stop is not None:
                        group.start_soon(cancel_when, stop, group.cancel_scope)
                    await self._run()
                    self.is_finished = True
                    group.cancel_scope.cancel()
                finally:
                    # Other loads may still wait for what this one began to read, and its calls report waits.
                    self._group = None

    async def _run(self) -> None:
        notices = self._reader.opening_notices(self._query)
        places = anyio.Semaphore(TYPES_AT_ONCE)
        await together(
            [self._plan(notices), *(_in_turn(places, type_load.run) for type_load in _parents_first(self._types))]
        )
        await self._leave_out_failed()

    async def _leave_out_failed(self) -> None:
        """Raises: the failure, if every type failed: then HubSpot or the network is at fault."""
        failed = [(type_load, type_load.failure) for type_load in self._types if type_load.failure is not None]
        if len(failed) == len(self._types):
            raise failed[0][1]
        for type_load, _ in failed:
            await type_load.leave_out()

    async def _plan(self, notices: list[Notice]) -> None:
        totals = await together(type_load.count.read() for type_load in self._types)
        by_type = {type_load.object_type: total for type_load, total in zip(self._types, totals, strict=True)}
        if self._is_new:  # the first answers have set HubSpot's clock
            self._position.started_ms = int((self._now_s() - (time.monotonic() - self._began_s)) * 1000)
        await self._sender.send(plan_load(self._query, by_type, self._reader.client.budget.associations))
        self._planned.set()
        owners = await self._reader.read_names()
        for notice in [*notices, *self._reader.owners_notices(owners)]:
            await self._send(notice)

    async def _send(self, event: Notice | TypeItems) -> None:
        await self._planned.wait()
        await self._sender.send(event)

    def _parents_known(self, object_type: ObjectType) -> Callable[[], Awaitable[None]]:
        """If the parents are among the loaded records, wait for them: their names then need no extra calls."""

        async def wait() -> None:
            if self._query.by_search or self._query.archived or not self._query.associations:
                return
            parent = next(
                (type_load for type_load in self._types if type_load.object_type.name == object_type.parent_type), None
            )
            if parent is None or parent.progress.parts == []:
                return
            total = await parent.count.get()
            if total is not None and total <= MAX_LOADED_PARENTS:
                await parent.is_read.wait()

        return wait

    def _meter(self) -> Meter:
        return Meter(
            on_wait=lambda seconds: self._report_wait(rate_limit_wait, seconds),
            on_failure=lambda seconds: self._report_wait(failure_wait, seconds),
        )

    def _report_wait(self, notice: Callable[[float], Notice], seconds: float) -> None:
        """Send one notice for simultaneous waits of several calls."""
        now_s = time.monotonic()
        if self._group is not None and seconds >= LONG_WAIT_S and now_s >= self._waits_until:
            self._waits_until = now_s + seconds
            self._group.start_soon(self._send, notice(seconds))


def _position(position: object, query: Query, now_s: Callable[[], float]) -> LoadPosition:
    """Raises: InvalidCursorError."""
    if position is None:
        return first_position(query.object_types, int(now_s() * 1000))
    return read_position(position, query.object_types)


def _parents_first(types: list[TypeLoad]) -> list[TypeLoad]:
    """Sort the types so that none waits for a type that has not started."""
    by_name = {type_load.object_type.name: type_load for type_load in types}

    def depth(type_load: TypeLoad) -> int:
        parent = by_name.get(type_load.object_type.parent_type or "")
        return 0 if parent is None else 1 + depth(parent)

    return sorted(types, key=depth)


async def _in_turn(places: anyio.Semaphore, run: Callable[[], Awaitable[None]]) -> None:
    async with places:
        await run()
