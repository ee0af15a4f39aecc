"""One object type of a load: its records read, linked, mapped and put out, and what became of it."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial

import msgspec

from core.api_client import Meter
from core.together import both
from errors import RepeatedPageError, ServiceError, UpstreamError
from hubspot.associations import AssociationReader, Links, Parents
from hubspot.client import HubSpotClient
from hubspot.endpoints import ASSOCIATIONS_BATCH_MAX, LIST_PAGE_MAX, Filter, Search
from hubspot.event_queue import EventQueue
from hubspot.histories import add_histories
from hubspot.inline_associations import linked_row
from hubspot.list_reader import ListReader
from hubspot.load_position import RecordProgress
from hubspot.mapper import Mapper
from hubspot.metadata_cache import OWNERS, PROPERTIES, Names
from hubspot.notices import (
    ASSOCIATIONS_UNAVAILABLE,
    HISTORY_UNAVAILABLE,
    NAMES_UNAVAILABLE,
    PAGES_REPEAT,
    PROPERTIES_UNAVAILABLE,
    RECORD_UNREADABLE,
    histories_missing,
    odd_records,
    pages_repeat,
    properties_unknown,
    type_left_out,
    type_names_left_out,
    type_unreadable,
    without_carried,
)
from hubspot.object_type import ObjectType
from hubspot.query import Query
from hubspot.reader import Reader
from hubspot.record_batch import BatchQueue, BatchSize, PageSlots, RecordBatch
from hubspot.record_pages import RecordPages
from hubspot.records import Records
from hubspot.refusals import REFUSALS, UNREADABLE
from hubspot.search_reader import read_search_results
from hubspot.skipped import RECORD_WITHOUT_ID, SkippedEntries
from hubspot.values import iso_moment
from integrations.integration_item import IntegrationItem
from integrations.load_events import Items, TypeReceipt

# Pages under way: a batch of links, those being read, and those the reader takes.
MOST_PAGES, FEWEST_PAGES = 36, 4
# What they may weigh together, by a rough weight of a record and of its properties.
PAGES_WEIGHT_BYTES = 16 * 1024 * 1024
RECORD_WEIGHT_BYTES, PROPERTY_WEIGHT_BYTES = 1_000, 150
# Longest wait for a batch of links to fill: two or three answers of HubSpot; and where each batch read takes a call
# from the lists, about what three types take to fill theirs.
LINGER_S, FULL_BATCH_LINGER_S = 0.5, 4.0
# A load begins with counts of at most this age: a page that has just shown them need not wait for others.
FRESH_COUNT_S = 5.0
# A shortfall is looked into again after these seconds: the counts come from the search index, which lags.
LOOK_AGAIN_AFTER_S = (0.0, 2.0, 5.0)


@dataclass(slots=True, kw_only=True)
class TypeLoad:
    """Loads one object type.

    Args:
        reader: of the portal.
        query: what to read.
        kind: the type.
        progress: how far the reader of the load has got; kept up to date.
        parents: names of parents this load has come across.
        out: takes items and notices.
        now_s: seconds since the epoch.
        is_parent: other types of the load have their parents among these records.
        ready: to be awaited before links are read.
    """

    reader: Reader
    query: Query
    kind: ObjectType
    progress: RecordProgress
    parents: Parents
    out: EventQueue
    now_s: Callable[[], float]
    is_parent: bool = False
    ready: Callable[[], Awaitable[object]]
    read: asyncio.Event = field(default_factory=asyncio.Event)
    _counted: asyncio.Event = field(init=False, default_factory=asyncio.Event)
    meter: Meter = field(init=False)
    _client: HubSpotClient = field(init=False)
    _counter: HubSpotClient = field(init=False)
    _pages: RecordPages = field(init=False)
    _association_reader: AssociationReader = field(init=False)
    _list_readers: ListReader | None = field(init=False, default=None)
    _links_are_refused: bool = field(init=False, default=False)
    _put: int = field(init=False)
    _ended: bool = field(init=False, default=False)
    _undefined: tuple[str, ...] = field(init=False, default=())
    skipped: SkippedEntries = field(init=False)
    failure: ServiceError | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self.meter = Meter(on_wait=self.out.report_rate_limit_wait, on_failure=self.out.report_failure_wait)
        self._client = self.reader.client.metered(self.meter)
        self._pages = RecordPages(self._client)
        self._counter = self.reader.counter.metered(self.meter)
        self._association_reader = AssociationReader(
            self._client, self.reader.granted_scopes, self.parents, self.reader.scopes_to_grant
        )
        self._put = self.progress.delivered
        self.skipped = SkippedEntries(self.progress.skipped)
        if self.progress.without_id:
            self.skipped.add({"code": RECORD_WITHOUT_ID, "count": self.progress.without_id})

    async def count(self) -> int | None:
        """How many records the load is about, as HubSpot has it when the load begins.

        A count is not worth failing over; a missing scope is told where the records are read.
        """
        if self.progress.total is None and not self.query.archived and not self.reader.missing_scopes(self.kind):
            with suppress(UpstreamError, *REFUSALS):
                await self._count_anew()
        self._counted.set()
        return self.progress.total

    async def _count_anew(self) -> None:
        if self.query.by_search:
            matches = self.query.search_after(self.kind, None, properties=(), limit=1)
            self.progress.total = (await self._counter.search(self.kind.path, matches)).total
        counted = await self.reader.counts.get(self._counter, self.reader.key, self.kind, newer_than_s=FRESH_COUNT_S)
        self.progress.live, self.progress.counted_ms = counted.total, counted.at_ms
        if not self.query.by_search:
            self.progress.total = counted.total

    async def counted(self) -> RecordProgress:
        """The progress, once `count` has added what it found."""
        await self._counted.wait()
        return self.progress

    async def run(self) -> None:
        """Everything, unless its scope is missing or HubSpot's answers cannot be read: `failure` has the error then."""
        try:
            if missing := self.reader.missing_scopes(self.kind):
                self.skipped.add({"code": "scope_missing", "missing_scopes": missing})
                return
            await self._run()
        except REFUSALS as exc:
            scopes = self.reader.scopes_to_grant(exc, self.kind)
            notice = type_left_out(self.kind, scopes, archived=self.query.archived)
            self.out.put(notice)
            self.skipped.add({"code": notice.code, "missing_scopes": scopes} if scopes else {"code": notice.code})
        except RepeatedPageError:
            self.out.put(pages_repeat(self.kind))
            self.skipped.add({"code": PAGES_REPEAT})
        except UNREADABLE as exc:
            self.failure = exc
        finally:
            self.read.set()

    def leave_out(self) -> None:
        """Report a type that failed, where others were read."""
        notice = type_unreadable(self.kind)
        self.out.put(notice)
        self.skipped.add({"code": notice.code})

    @property
    def can_go_on(self) -> bool:
        """Whether it is known what the reader has not taken yet, and nothing more is to be told of what he has."""
        if self._list_readers is not None and (
            self._list_readers.may_lack or (self._list_readers.lost and not self._ended)
        ):
            return False
        return self.progress.parts is not None

    def receipt(self, watermark: str) -> TypeReceipt:
        """`watermark` is where the next load continues from, if this one lacks nothing of the type."""
        complete, since = self._ended and self.skipped.is_complete, self.query.updated_since
        return TypeReceipt(
            complete=complete,
            total=self.progress.total,
            delivered=self.progress.delivered,
            requests=self.meter.requests,
            retries=self.meter.retries,
            watermark=watermark if complete else None if since is None else iso_moment(since),
            skipped=self.skipped.all,
        )

    async def _run(self) -> None:
        # One that goes on may have been read to its end before anybody asked whether that was all.
        if self.progress.parts != []:
            await self._load()
        self.read.set()
        if self.progress.total is None and self._list_readers is not None and self._list_readers.may_lack:
            self.skipped.add({"code": "order_lost"})
        if not await self._is_explained(self._put):
            self.skipped.add({"code": "unexplained_shortfall", "count": (self.progress.total or 0) - self._put})
        self.out.put(Items([]), self._all_taken)

    async def _load(self) -> None:
        names = asyncio.create_task(self.reader.names.get(self._client, self.reader.key, [self.kind]))
        # When the records fail too, nobody asks how the names went.
        names.add_done_callback(lambda task: task.cancelled() or task.exception())
        try:
            known = await names if self.query.needs_definitions else Names()
            asked = self.query.asked_properties(self.kind, known.of(self.kind))
            properties = self.query.read_properties(self.kind, asked)
            room, record_batches = PageSlots(_pages(len(properties))), BatchQueue()
            await both(self._read(properties, room, record_batches), self._deliver(names, asked, room, record_batches))
        finally:
            names.cancel()

    async def _read(self, properties: tuple[str, ...], room: PageSlots, record_batches: BatchQueue) -> None:
        # What is read is ahead of what was delivered.
        parts = [msgspec.structs.replace(part) for part in self.progress.parts or ()]
        before = self.progress.delivered
        try:
            if self.query.by_search:
                await read_search_results(
                    self._pages,
                    self.query,
                    self.kind,
                    properties=properties,
                    parts=parts,
                    room=room,
                    emit=record_batches.put,
                )
                return
            self._list_readers = list_readers = ListReader(
                self._client,
                partial(self._list_page, properties),
                self.kind,
                properties=properties,
                parts=parts,
                room=room,
                emit=record_batches.put,
                now_s=self.now_s,
            )
            await list_readers.read(self._left(), without_id=self.progress.without_id)
            if list_readers.relied_on_search and not await self._is_explained(before + list_readers.delivered):
                await list_readers.read_as_one_list()
        finally:
            record_batches.end()

    async def _list_page(self, properties: tuple[str, ...], after: str | None) -> Records:
        """Read a page of the list.

        The first brings its links, so that its items wait for nothing else. So do later ones where a batch read of
        links costs a call of the general limit, or may.
        """
        with_links = not self._links_are_refused and (after is None or self._client.budget.associations != "exempt")
        page = await self._pages.list(
            self.kind.path,
            limit=LIST_PAGE_MAX,
            after=after,
            properties=properties,
            archived=self.query.archived,
            associations=self._association_reader.inline_types(self.kind, self.query) if with_links else (),
        )
        self._links_are_refused |= page.came_alone
        return page

    async def _left(self) -> int | None:
        total = (await self.counted()).total
        return None if total is None else total - self._put

    async def _deliver(
        self, names: Awaitable[Names], asked: tuple[str, ...], room: PageSlots, record_batches: BatchQueue
    ) -> None:
        known = await names
        if not self._put:  # what an earlier part of a resumed load has seen is not known
            self._undefined = self.query.undefined_properties(known.of(self.kind))
        names_are_reported = False
        mapper = Mapper(self.kind, portal=self.reader.portal, names=known, properties=asked)
        await self.ready()
        async for batch in record_batches.batches(partial(self._batch_size, room)):
            # Not before there are records: where the type is refused, that alone is worth a notice.
            if not names_are_reported:
                self._report_names(known)
                names_are_reported = True
                first, *others = batch[0].cut(linked_row(self.kind, batch[0].records))
                if others:
                    await self._put_out(mapper, [first], room)
                    batch = [*others, *batch[1:]]  # noqa: PLW2901 what is left of it
            await self._put_out(mapper, batch, room)
        for notice in properties_unknown(self.kind, self._undefined):
            self.out.put(notice)

    def _batch_size(self, room: PageSlots) -> BatchSize:
        """How many records to link together: half of the room at most, so that reading goes on meanwhile.

        Where a batch read of links costs a call of the general limit, it is worth waiting until it is full.
        """
        most = room.pages // 2 * LIST_PAGE_MAX
        if self._client.budget.associations == "counted":
            return BatchSize(most, ASSOCIATIONS_BATCH_MAX, FULL_BATCH_LINGER_S)
        return BatchSize(min(most, ASSOCIATIONS_BATCH_MAX), ASSOCIATIONS_BATCH_MAX, LINGER_S)

    async def _put_out(self, mapper: Mapper, batch: Sequence[RecordBatch], room: PageSlots) -> None:
        to_items = await self._linked(mapper, batch)
        for record_batch in batch:
            self._report_odd(record_batch)
            self._undefined = without_carried(self._undefined, record_batch.records)
            items = to_items(record_batch)
            self._put += len(items)
            self.out.put(Items(items), partial(self._batch_taken, record_batch, len(items), room))
            # A batch is many milliseconds of mapping; others have their turn after each page.
            await asyncio.sleep(0)

    async def _linked(
        self, mapper: Mapper, batch: Sequence[RecordBatch]
    ) -> Callable[[RecordBatch], list[IntegrationItem]]:
        records = [record for record_batch in batch for record in record_batch.records]
        accepts = self.query.accepts
        self._report_histories(await add_histories(self._client, self.query, self.kind, records))
        if self.is_parent:
            self._association_reader.remember(self.kind, records)
        if not self.query.associations:
            return lambda record_batch: [mapper.to_item(one) for one in record_batch.records if accepts(one)]
        links = await self._association_reader.links(self.kind, records)
        for notice in links.notices:
            self.out.put(notice)
        self._report_missing(links)
        return lambda record_batch: [
            mapper.to_item(one, links.of(one.id), links.parent_name(one.id))
            for one in record_batch.records
            if accepts(one)
        ]

    def _report_histories(self, missing: Sequence[str]) -> None:
        is_first = all(entry["code"] != HISTORY_UNAVAILABLE for entry in self.skipped.all)
        if self.skipped.keep_records({"code": HISTORY_UNAVAILABLE}, missing) and is_first:
            self.out.put(histories_missing(self.kind))

    def _report_missing(self, links: Links) -> None:
        for partner in links.refused:
            self.skipped.keep({"code": ASSOCIATIONS_UNAVAILABLE, "object_type": partner})
        for partner, ids in links.missing.items():
            self.skipped.keep_records({"code": ASSOCIATIONS_UNAVAILABLE, "object_type": partner}, sorted(ids))
        if links.parents_left_out and self.skipped.keep({"code": NAMES_UNAVAILABLE, "names": ["parents"]}):
            for notice in type_names_left_out(self.kind, ["parents"]):
                self.out.put(notice)

    def _report_odd(self, record_batch: RecordBatch) -> None:
        unreadable = self.skipped.keep_records({"code": RECORD_UNREADABLE}, record_batch.unreadable)
        for notice in odd_records(self.kind, record_batch.records, record_batch.without_id, unreadable):
            self.out.put(notice)
        if record_batch.without_id:
            self.skipped.add({"code": RECORD_WITHOUT_ID, "count": record_batch.without_id})

    def _batch_taken(self, record_batch: RecordBatch, count: int, room: PageSlots) -> None:
        self.progress.parts = record_batch.rest
        self.progress.delivered += count
        self.progress.without_id += record_batch.without_id
        if record_batch.ends_page:
            room.give_back()

    def _all_taken(self) -> None:
        self.progress.parts = []
        self._ended = True

    def _report_names(self, known: Names) -> None:
        left_out = known.of(self.kind).left_out
        notices = [*self.reader.content_notices(self.kind), *type_names_left_out(self.kind, left_out)]
        for notice in notices if not self._put else ():
            self.out.put(notice)
        missing = sorted({*left_out, *({OWNERS} if known.owners_left_out is not None else ())})
        if missing:
            self.skipped.keep({"code": NAMES_UNAVAILABLE, "names": missing})
        if PROPERTIES in left_out and self.query.needs_definitions:
            self.skipped.keep({"code": PROPERTIES_UNAVAILABLE})

    async def _is_explained(self, delivered: int) -> bool:
        """Whether, when there are fewer records than HubSpot counted, as many were archived or merged since."""
        total = (await self.counted()).total
        if total is None:
            return True
        for wait_s in LOOK_AGAIN_AFTER_S:
            short = total - delivered - self.skipped.records
            if short <= 0:
                return True
            await asyncio.sleep(wait_s)
            gone = await self._gone()
            if gone is not None and gone >= short:
                return True
        return False

    async def _gone(self) -> int | None:
        """How many left the type since they were counted: those there were and came, less those there are."""
        try:
            came = Filter(self.kind.created_property, "GTE", str(self.progress.counted_ms))
            created, live = await both(self._count(Search(filters=(came,), limit=1)), self._count(Search(limit=1)))
        except (UpstreamError, *REFUSALS):
            return None
        if self.progress.live is None or created is None or live is None:
            return None
        return self.progress.live + created - live

    async def _count(self, search: Search) -> int | None:
        return (await self._client.search(self.kind.path, search)).total


def _pages(properties: int) -> int:
    page_bytes = LIST_PAGE_MAX * (RECORD_WEIGHT_BYTES + PROPERTY_WEIGHT_BYTES * properties)
    return max(FEWEST_PAGES, min(MOST_PAGES, PAGES_WEIGHT_BYTES // page_bytes))
