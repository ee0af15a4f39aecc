"""Reads the parts of an object type by list, each from its lower end.

Several readers run at the same time, because one list cannot use all of HubSpot's limit. A reader without a part splits
the highest part in two, at an id found by search, and starts a list at that id. HubSpot does not promise that this
works, so the first record of each such list must be exactly the expected one.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import anyio

from core.progress import Progress
from hubspot.endpoints import LIST_PAGE_MAX
from hubspot.id_range import IdRange
from hubspot.partitions import Partitions
from hubspot.record_batch import BatchSender
from hubspot.records import Records
from hubspot.search_reader import IdSearch

LIST_READERS = 3
# The least records worth splitting off for another reader, and HubSpot's last search result.
SMALLEST_SPLIT, LARGEST_SPLIT = 500, 9_900
# Attempts to split a part: the expected first record may have just been deleted.
MOST_ENTRIES = 3

ListPage = Callable[[str | None], Awaitable[Records]]


@dataclass(slots=True, kw_only=True)
class ListReader:
    """Reads one object type; `read` may run several times at once.

    Args:
        list_page: reads the list page after a cursor, or the first page.
        ids: finds the id at which to split a part.
        total: approximate number of records left at the beginning; 0 if unknown.
    """

    list_page: ListPage
    ids: IdSearch
    partitions: Partitions
    sender: BatchSender
    total: int = 0
    _claimed: set[IdRange] = field(init=False, default_factory=set)
    _splitting: anyio.Lock = field(init=False, default_factory=anyio.Lock)

    async def read(self) -> None:
        """Read part after part until every part has a reader and none is worth splitting."""
        parts = self.partitions.parts
        while True:
            part = next((part for part in parts if part not in self._claimed), None)
            if part is None and (part := await self._split()) is None:
                return
            self._claimed.add(part)
            await self._read_part(part)

    async def enter(self, *, at: int, first: int) -> IdRange | None:
        """Create a part that begins at id `at`; its first page must begin with the record `first`."""
        page = await self.list_page(str(first))
        if not page.results or page.results[0].id != str(first):
            return None
        entered = self.partitions.split(at, str(first))
        if entered is not None:
            self._claimed.add(entered)
            await self.sender.send(self.partitions.take_list_page, entered, page)
        return entered

    def release(self, part: IdRange) -> None:
        """Release the part for the next reader."""
        self._claimed.discard(part)

    async def read_as_one_list(self) -> None:
        """Read the whole list, in any order, and send the records that were not delivered yet."""
        self.partitions.begin_again()
        after, progress = None, Progress()
        while True:
            page = await self.list_page(after)
            is_new = self.partitions.shows_new(page)
            await self.sender.send(self.partitions.take_unordered_page, page)
            if page.after is None:
                return
            progress.check(page.after, is_new=is_new)
            after = page.after

    async def _read_part(self, part: IdRange) -> None:
        progress = Progress()
        while part in self.partitions.parts:
            listed_to = self.partitions.listed_to(part)
            page = await self.list_page(part.after)
            await self.sender.send(self.partitions.take_list_page, part, page)
            if page.after is not None:
                progress.check(page.after, is_new=self.partitions.listed_to(part) > listed_to)
        if self.partitions.needs_look_beyond(part):
            self.partitions.look_beyond(await self.list_page(part.after))

    async def _split(self) -> IdRange | None:
        """Split the highest part in the middle, if it is large enough."""
        async with self._splitting:
            for _ in range(MOST_ENTRIES):
                size = min((self.total - self.partitions.accounted) // (2 * LIST_READERS), LARGEST_SPLIT)
                highest = self.partitions.highest()
                if size < SMALLEST_SPLIT or highest is None:
                    return None
                # A whole number of pages below the middle.
                middle = await self.ids.above(highest, size - size % LIST_PAGE_MAX)
                if middle is None:
                    return None
                if (entered := await self.enter(at=middle, first=middle)) is not None:
                    return entered
            return None
