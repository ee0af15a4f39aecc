"""A whole portal as a stream: every record once, in bounded memory, at HubSpot's limit, with an honest receipt.

Order of events: counts, names and first pages in parallel → plan → for each type, in parallel: pages (`list_reader.py`,
or `search_reader.py` where only a search answers) → associations, the first with their page (`inline_associations.py`),
then for a thousand records at a time → items → receipt. A slow client slows the reading: a page is requested only when
an earlier one was taken. Every few thousand items, and when the load ends early (by an error or a shutdown), a
checkpoint tells where to resume; an error is raised after the receipt.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from datetime import UTC, datetime

from core.tasks import end_even_when_cancelled, end_tasks
from core.together import together
from errors import ShuttingDownError
from hubspot.associations import MAX_LOADED_PARENTS, LoadedParents
from hubspot.catalog import partners_of
from hubspot.endpoints import ASSOCIATIONS_BATCH_MAX, HISTORIES_BATCH_MAX, LIST_PAGE_MAX, SEARCH_PAGE_MAX
from hubspot.event_queue import EventQueue
from hubspot.list_reader import INDEX_LAG_S, LARGE
from hubspot.load_position import LoadPosition, first_position, read_position
from hubspot.object_type import ObjectType
from hubspot.query import Query
from hubspot.reader import Reader
from hubspot.type_load import TypeLoad
from hubspot.values import iso_moment
from integrations.load_events import CHECKPOINT_ITEMS, Checkpoint, LoadEvent, LoadPlan, LoadReceipt, Seal, TypePlan

TYPES_AT_ONCE = 4
# What a load comes to, for the plan: calls a second, and records a second of one list.
CALLS_PER_S, SEARCHES_PER_S, LIST_RECORDS_PER_S = 11, 4, 600


async def load(
    reader: Reader,
    query: Query,
    position: object = None,
    *,
    seal: Seal,
    stop: asyncio.Event | None = None,
    now_s: Callable[[], float] = time.time,
) -> AsyncGenerator[LoadEvent, None]:
    """Read everything the query asks for.

    Args:
        reader: of the portal; its client should retry patiently.
        query: what to read.
        position: of an interrupted load of the same query, to resume it.
        seal: makes a `resume` out of a position.
        stop: when set, the load ends with its receipt, or before its plan as if it had not begun.
        now_s: seconds since the epoch.

    Raises:
        ScopeMissingError: none of the object types may be read.
        InvalidCursorError: the position is none of ours.
        ShuttingDownError: it was told to stop before its plan.
        ServiceError: what ended the load early, after the receipt when the plan was delivered before it.
    """
    if position is None:
        begun = first_position(query.object_types, int(now_s() * 1000))
    else:
        begun = read_position(position, query.object_types)
    run = _Load(reader, query, begun, seal, now_s)
    worker = asyncio.create_task(run.run())
    stopper = asyncio.create_task(_cancel_when(stop, worker)) if stop is not None else None
    is_planned = False
    try:
        while (event := await run.out.next_event(worker)) is not None:
            is_planned = True
            if (reached := run.reached()) is not None:
                yield reached
            yield event
    finally:
        await end_even_when_cancelled(worker, *([stopper] if stopper is not None else []))
        failure = None if worker.cancelled() else worker.exception()
    if is_planned:
        yield run.receipt(ended_early=worker.cancelled() or failure is not None)
    elif failure is None:
        raise ShuttingDownError
    if failure is not None:
        raise failure


class _Load:
    """The types of a load, and what they share."""

    def __init__(
        self, reader: Reader, query: Query, position: LoadPosition, seal: Seal, now_s: Callable[[], float]
    ) -> None:
        self.out = EventQueue()
        self._reader = reader
        self._query = query
        self._position = position
        self._seal = seal
        self._told_at = self._position.delivered
        self._began_s = time.monotonic()
        parents = LoadedParents()
        parent_types = {kind.parent_type for kind in query.object_types}
        self._types = [
            TypeLoad(
                reader=reader,
                query=query,
                kind=kind,
                progress=position.types[kind.type_id],
                parents=parents,
                out=self.out,
                now_s=now_s,
                is_parent=kind.name in parent_types,
                ready=self._ready_for_links(kind),
            )
            for kind in query.object_types
        ]

    async def run(self) -> None:
        for notice in self._reader.opening_notices(self._query):
            self.out.put(notice)
        places = asyncio.Semaphore(TYPES_AT_ONCE)
        await together([self._plan(), *(_in_turn(places, one.run) for one in _parents_first(self._types))])
        self._leave_out_failed()

    def _leave_out_failed(self) -> None:
        """Raises: the failure, where every type failed: what is wrong is HubSpot's, or on the way to it."""
        failed = [(one, one.failure) for one in self._types if one.failure is not None]
        if len(failed) == len(self._types):
            raise failed[0][1]
        for one, _ in failed:
            one.leave_out()

    async def _plan(self) -> None:
        totals = await together(one.count() for one in self._types)
        by_type = {one.kind: total for one, total in zip(self._types, totals, strict=True)}
        self.out.open_with(_plan_of(self._query, by_type))
        owners = await self._reader.names.get(self._reader.client, self._reader.key, ())
        for notice in self._reader.owners_notices(owners):
            self.out.put(notice)

    def _ready_for_links(self, kind: ObjectType) -> Callable[[], Awaitable[None]]:
        """When the parents are among the records being read, their names come for nothing: wait for them."""

        async def ready() -> None:
            if self._query.by_search or self._query.archived or not self._query.associations:
                return
            parent = next((one for one in self._types if one.kind.name == kind.parent_type), None)
            if parent is None or parent.progress.parts == []:
                return
            total = (await parent.counted()).total
            if total is not None and total <= MAX_LOADED_PARENTS:
                await parent.read.wait()

        return ready

    def reached(self) -> Checkpoint | None:
        """Where to go on, once enough was taken since it was last told."""
        if self._position.delivered - self._told_at < CHECKPOINT_ITEMS or (resume := self._resume()) is None:
            return None
        self._told_at = self._position.delivered
        return Checkpoint(resume=resume)

    def _resume(self) -> str | None:
        """What the reader has taken is known at any time; what is left to read is not, where HubSpot lost its order.

        Such a type is read as one list, past ids in memory that are too many to hand to the reader.
        """
        if not all(one.can_go_on for one in self._types):
            return None
        return self._seal(self._position)

    def receipt(self, *, ended_early: bool) -> LoadReceipt:
        """What became of it. A load that lacks anything has no watermark: what it lacks would never be read."""
        watermark = _iso(self._position.started_ms - int(INDEX_LAG_S * 1000))
        receipts = {one.kind.name: one.receipt(watermark) for one in self._types}
        complete = not ended_early and all(one.complete for one in receipts.values())
        return LoadReceipt(
            complete=complete,
            object_types=receipts,
            requests=sum(one.requests for one in receipts.values()),
            retries=sum(one.retries for one in receipts.values()),
            duration_s=round(time.monotonic() - self._began_s, 3),
            watermark=watermark if complete else None,
            resume=self._resume() if ended_early else None,
        )


def _parents_first(types: list[TypeLoad]) -> list[TypeLoad]:
    """In an order in which none waits for one that has no place yet."""
    by_name = {one.kind.name: one for one in types}
    ordered: dict[str, TypeLoad] = {}
    for one in types:
        line = [one]
        while (parent := by_name.get(line[-1].kind.parent_type or "")) is not None and parent not in line:
            line.append(parent)
        ordered |= {each.kind.name: each for each in reversed(line) if each.kind.name not in ordered}
    return list(ordered.values())


async def _in_turn(places: asyncio.Semaphore, run: Callable[[], Awaitable[None]]) -> None:
    async with places:
        await run()


async def _cancel_when(stop: asyncio.Event, worker: "asyncio.Task[None]") -> None:
    await stop.wait()
    await end_tasks(worker)


def _plan_of(query: Query, totals: Mapping[ObjectType, int | None]) -> LoadPlan:
    """Estimates from HubSpot's limits: lists and names on one, associations and searches on their own."""
    types = {kind.name: TypePlan(total) for kind, total in totals.items()}
    known = {kind: total for kind, total in totals.items() if total is not None}
    if not known:
        return LoadPlan(object_types=types)
    pages = sum(-(-total // LIST_PAGE_MAX) for total in known.values())
    if query.property_history:
        pages += sum(-(-total // HISTORIES_BATCH_MAX) for total in known.values())
    links = sum(_links_of(query, kind, total) for kind, total in known.items())
    scans = any(total >= LARGE for total in known.values())
    pages_a_second = CALLS_PER_S + SEARCHES_PER_S * SEARCH_PAGE_MAX / LIST_PAGE_MAX * scans
    one_list_s = max((total / LIST_RECORDS_PER_S for total in known.values() if total < LARGE), default=0)
    return LoadPlan(
        object_types=types,
        requests=pages + links + 2 * len(known),
        seconds=round(max(pages / pages_a_second, one_list_s)) + 1,
    )


def _links_of(query: Query, kind: ObjectType, total: int) -> int:
    """Calls for links: those of a list's first page come with its records, all but which parent is the primary one."""
    if not query.associations:
        return 0
    linked = 0 if query.by_search else min(total, LIST_PAGE_MAX)
    batches = -(-(total - linked) // ASSOCIATIONS_BATCH_MAX)
    return batches * len(partners_of(kind)) + (linked > 0 and kind.parent_type is not None)


def _iso(ms: int) -> str:
    return iso_moment(datetime.fromtimestamp(ms / 1000, UTC))
