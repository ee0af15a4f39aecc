"""All records of one object type, each once, at the speed HubSpot allows.

A small type is one list, page after page. A large one is read in several places at once, because one list cannot use up
the limit, and the search has a limit of its own beside the list's:

    climbers   each reads a part of the list from below; an idle one cuts a part in two, at an id that the search names
    scan    searches from the top downwards, two hundred at a time, until it meets a climber
    tail       the newest records, which the search may not know yet, are a part for climbers

Two things that HubSpot does not promise are watched: that lists come by ascending id and can be entered at an id (each
entry must begin with the very record it aims at), and that the search knows all older records (where climber and
scan meet, the list must hold nothing the search left out). Where the first fails, everything is read again as one
list and what was delivered is passed over; where the second fails, climbers read what the scan had read.
"""

import asyncio
import time
from array import array
from bisect import bisect_left
from collections.abc import Awaitable, Callable, Sequence
from itertools import compress, pairwise

from core.progress import Progress
from core.tasks import TaskGroup
from errors import UpstreamError
from hubspot.client import HubSpotClient
from hubspot.endpoints import SEARCH_PAGE_MAX, Filter, Search
from hubspot.object_type import ObjectType
from hubspot.partitions import IdRange, OrderLostError, Partitions, number_of, numbers
from hubspot.record_batch import Emit, PageSlots, RecordBatch
from hubspot.records import Records
from hubspot.refusals import REFUSALS
from hubspot.search_scans import SearchScan, SearchScans
from hubspot.wire import Record

# With fewer records than this a single list is about as fast.
LARGE = 3_000
CLIMBERS = 3
# A piece worth cutting off for another climber, and HubSpot's last search result.
SMALLEST_CUT, LARGEST_CUT = 500, 9_900
# An entry that does not begin with its record may have lost it a moment ago; after so many, entries do not work.
MOST_WRONG_ENTRIES = 3
# Source: HubSpot search: new records are found "a few moments" after; connectors trail by minutes.
INDEX_LAG_S = 600.0
# So many of the newest records are left to the list whatever their age says: a creation date can be written by anybody.
TAIL = 500


class ListReader:
    """Reads one object type once.

    Args:
        client: of the portal.
        list_page: reads the page of the list after a cursor, without one the first.
        kind: the type.
        properties: to ask a search for.
        parts: what is left to read; all of it at the beginning.
        room: for pages under way; the taker of a record_batch gives its place back.
        emit: takes the record_batches.
        now_s: seconds since the epoch.
    """

    def __init__(
        self,
        client: HubSpotClient,
        list_page: Callable[[str | None], Awaitable[Records]],
        kind: ObjectType,
        *,
        properties: tuple[str, ...],
        parts: list[IdRange],
        room: PageSlots,
        emit: Emit,
        now_s: Callable[[], float] = time.time,
    ) -> None:
        self._client = client
        self._list_page = list_page
        self._kind = kind
        self._properties = properties
        self._partitions = Partitions(parts)
        self._begun_with = self._partitions.copy()
        self._room = room
        self._emit = emit
        self._now_s = now_s
        self.delivered = 0
        self._ids = array("q")
        self._unnamed = 0
        self._unnamed_again = 0
        self._left = 0
        self._climbed: set[IdRange] = set()
        self._cutting = asyncio.Lock()
        self._wrong_entries = 0
        self._scans = SearchScans()
        self._trusts_search = True
        # What is left to read is not what the parts say; nor was it when they were emitted with earlier record_batches.
        self.lost = False
        # Earlier loads may have passed over records, as if they had been delivered.
        self.may_lack = False

    async def read(self, total: Awaitable[int | None], *, without_id: int = 0) -> None:
        """Emit every record.

        Args:
            total: how many there are, which may become known meanwhile.
            without_id: how many without an id were met by the loads this one goes on from.

        Raises: ServiceError as it was, not in a group.
        """
        self._unnamed = without_id
        try:
            async with TaskGroup() as group:
                begun_whole = len(self._partitions.parts) == 1
                group.create_task(self._climb_on())
                self._left = await total or 0
                if self._left >= LARGE:
                    for _ in range(CLIMBERS - 1):
                        group.create_task(self._climb_on())
                    if begun_whole:
                        group.create_task(self._descend())
        except BaseExceptionGroup as failed:
            _, others = failed.split(OrderLostError)
            if others is not None:
                raise others.exceptions[0] from None
            self.may_lack = not any(part.is_whole for part in self._begun_with)
            await self.read_as_one_list()

    @property
    def relied_on_search(self) -> bool:
        """Whether records were left to the search, and not read again by list."""
        return self._trusts_search and bool(self._scans)

    # --- climbing

    async def _climb_on(self) -> None:
        """Climb one part after another, until all have their climber and none is worth cutting."""
        while True:
            part = next((one for one in self._partitions.parts if one not in self._climbed), None)
            if part is None and (part := await self._cut()) is None:
                return
            self._climbed.add(part)
            progress = Progress()
            while part in self._partitions.parts:
                before = self._partitions.climbed_to(part)
                page = await self._page(part.after)
                self._take(part, page)
                if page.after is not None:
                    progress.check(page.after, is_new=self._partitions.climbed_to(part) > before)
            await self._look_further(part)

    async def _page(self, after: str | None) -> Records:
        async with self._room.for_one_page():
            return await self._list_page(after)

    def _take(self, part: IdRange, page: Records) -> None:
        with self._room.unless_it_fails():
            ids = numbers(record.id for record in page.results)
            if part.end is not None:
                self._check_the_search(ids[bisect_left(ids, part.end) :])
            chosen = self._partitions.climb(part, ids, page.after)
        records, fresh = page.results[chosen], ids[chosen]
        if not self._trusts_search:
            new = [not self._scans.have(id_) for id_ in fresh]
            records, fresh = list(compress(records, new)), list(compress(fresh, new))
        # One without an id belongs to the record before it: so of two who read its page one tells of it.
        without_id = sum(chosen.start <= at <= chosen.stop for at in page.without_id)
        self._deliver(records, fresh, without_id, page.unreadable)

    def _deliver(self, records: list[Record], ids: Sequence[int], without_id: int, unreadable: tuple[str, ...]) -> None:
        self.delivered += len(ids)
        self._ids.extend(ids)
        self._left -= len(ids)
        without_id = self._not_met_before(without_id)
        if records or without_id or unreadable:
            rest = self._partitions.copy() if not self.lost else None
            self._emit(RecordBatch(records, without_id, rest, unreadable=unreadable))
        else:
            self._room.give_back()

    def _not_met_before(self, without_id: int) -> int:
        """So many of these, where some come again because what was read is read once more."""
        again = min(without_id, self._unnamed_again)
        self._unnamed_again -= again
        self._unnamed += without_id - again
        return without_id - again

    # --- cutting

    async def _cut(self) -> IdRange | None:
        """Enter the list in the middle of the highest part, where that is worth it."""
        async with self._cutting:
            while self._wrong_entries < MOST_WRONG_ENTRIES:
                size = min(self._left // (2 * CLIMBERS), LARGEST_CUT)
                if size < SMALLEST_CUT or not self._partitions.parts:
                    return None
                wrong_before = self._wrong_entries
                pivot = await self._id_above(self._highest(), size)
                if pivot is None:
                    return None
                entered = await self._enter(at=pivot, first=pivot)
                if entered is not None or self._wrong_entries == wrong_before:
                    return entered
            return None

    def _highest(self) -> IdRange:
        """The highest part but for the tail."""
        parts = self._partitions.parts
        return parts[-2] if len(parts) > 1 and parts[-1].end is None and self._scans.all else parts[-1]

    async def _id_above(self, part: IdRange, count: int) -> int | None:
        """The id so many records above the part's lower end, by the search; it need only be about right."""
        filters = [Filter("hs_object_id", "GT", str(part.last))] if part.last >= 0 else []
        filters += [Filter("hs_object_id", "LT", str(part.end))] if part.end is not None else []
        search = Search(
            filters=tuple(filters), sort_by="hs_object_id", properties=("hs_object_id",), limit=1, after=str(count)
        )
        return await self._found_id(search)

    async def _found_id(self, search: Search) -> int | None:
        try:
            found = (await self._client.search(self._kind.path, search)).results
        except (UpstreamError, *REFUSALS):
            # The search only makes it faster.
            return None
        return numbers([found[0].id])[0] if found else None

    async def _enter(self, *, at: int, first: int) -> IdRange | None:
        """Make a part of the ids from `at` on, and read its first page, which must begin with the record `first`."""
        page = await self._page(str(first))
        with self._room.unless_it_fails():
            ids = numbers(record.id for record in page.results[:1])
        self._wrong_entries += ids != [first]
        entered = self._partitions.split(at, str(first)) if ids == [first] else None
        if entered is None:
            self._room.give_back()
            return None
        self._climbed.add(entered)
        self._take(entered, page)
        return entered

    # --- descending

    async def _descend(self) -> None:
        """Search from the top downwards; when the search fails or wavers, the climbers do it all."""
        top = await self._settled_top()
        tail = None if top is None else await self._enter(at=top + 1, first=top)
        if top is None or tail is None:
            return
        self._climbed.discard(tail)
        end: int | None = top + 1
        while end is not None and self._trusts_search:
            scan = self._scans.begin(end)
            try:
                while not scan.met and self._trusts_search:
                    await self._descend_further(scan)
            except (UpstreamError, *REFUSALS, OrderLostError):
                return
            end = self._scans.next_end(self._partitions.parts)

    async def _settled_top(self) -> int | None:
        """The highest id below which the search surely knows every record."""
        settled_ms = int((self._now_s() - INDEX_LAG_S) * 1000)
        search = Search(
            filters=(Filter(self._kind.created_property, "LTE", str(settled_ms)),),
            sort_by="hs_object_id",
            descending=True,
            properties=("hs_object_id",),
            limit=1,
            after=str(TAIL),
        )
        return await self._found_id(search)

    async def _descend_further(self, scan: SearchScan) -> None:
        """One search below what was delivered. It has met the climber where what it finds is delivered already.

        Raises: OrderLostError.
        """
        page = await self._page_below(scan.bottom)
        with self._room.unless_it_fails():
            ids = numbers(record.id for record in page.results)
            if any(first <= second for first, second in pairwise([scan.bottom, *ids])):
                raise OrderLostError
        # Not a page that was under way when the search was found to leave something out.
        part = self._partitions.below(scan.bottom) if self._trusts_search else None
        kept = self._partitions.descend(part, ids) if part is not None else 0
        scan.ids.extend(ids[:kept])
        scan.bottom = ids[kept - 1] if kept else scan.bottom
        scan.met = kept < len(ids) or not ids
        without_id = sum(at < kept for at in page.without_id)
        scan.without_id += without_id
        self._deliver(page.results[:kept], ids[:kept], without_id, page.unreadable)

    async def _page_below(self, id_: int) -> Records:
        search = Search(
            filters=(Filter("hs_object_id", "LT", str(id_)),),
            sort_by="hs_object_id",
            descending=True,
            properties=self._properties,
            limit=SEARCH_PAGE_MAX,
        )
        async with self._room.for_one_page():
            return await self._client.search(self._kind.path, search)

    async def _look_further(self, part: IdRange) -> None:
        """A page more of the list, where the part ended at what a scan has delivered."""
        if self._trusts_search and part.after is not None and self._scans.meet_at(part.end):
            page = await self._page(part.after)
            self._room.give_back()
            self._check_the_search(numbers(record.id for record in page.results))

    def _check_the_search(self, listed: Sequence[int]) -> None:
        """Where the list holds what a scan has passed over, the climbers read all scans again."""
        if not self._trusts_search or not self._scans.left_out_any(listed):
            return
        self._trusts_search, self.lost = False, True
        self._unnamed_again += sum(one.without_id for one in self._scans.all)
        for part in self._scans.as_parts():
            self._partitions.add(part)

    # --- without any order

    async def read_as_one_list(self) -> None:
        """Emit what was not delivered yet, here or by a load this one goes on from, from the list's beginning on."""
        self.lost = True
        self._unnamed_again = self._unnamed
        # By id, whether this list has shown it.
        seen = {str(id_): False for id_ in self._ids}
        after: str | None = None
        progress = Progress()
        while True:
            page = await self._page(after)
            is_new = any(not seen.get(record.id) for record in page.results)
            fresh = [one for one in page.results if one.id not in seen and self._was_left(one.id)]
            seen.update((record.id, True) for record in page.results)
            self.delivered += len(fresh)
            self._deliver(fresh, [], len(page.without_id), page.unreadable)
            if page.after is None:
                return
            progress.check(page.after, is_new=is_new)
            after = page.after

    def _was_left(self, id_: str) -> bool:
        """Whether it was still to be read when this began, as is each that has no place among the parts."""
        number = number_of(id_)
        return number is None or any(part.holds(number) for part in self._begun_with)
