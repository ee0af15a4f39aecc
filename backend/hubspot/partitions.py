"""Track which records of an object type remain to be read, so that several readers deliver each record once. Pure.

The ids of a type are split into parts, in ascending order. List readers read a part from its lower end, page by page;
the search reader reads a part from its upper end. Each page is cut to its part's remaining ids, so that nothing is
delivered twice or lost where two readers meet.

HubSpot does not promise the following, so it is checked here:

lists are in ascending id order   each page continues after the one before it
the search finds all records      where list and search meet, the list has no record that the search missed

If a check fails, all parts are dropped and the type is read again as one list.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from msgspec.structs import replace

from hubspot.id_range import IdRange, OrderLostError, number_of, numbers
from hubspot.record_batch import RecordBatch
from hubspot.records import Records
from hubspot.wire import Record


@dataclass(slots=True, eq=False)
class SearchScan:
    """Ids from below `top` down to `bottom`, descending, returned by searches.

    `is_over` when the scan has met a list reader or the type's lower end.
    """

    top: int
    bottom: int
    ids: "array[int]" = field(default_factory=lambda: array("q"))
    is_over: bool = False

    def has(self, id_: int) -> bool:
        index = bisect_left(self.ids, -id_, key=lambda scanned: -scanned)
        return index < len(self.ids) and self.ids[index] == id_

    def covers(self, id_: int) -> bool:
        return self.bottom <= id_ < self.top


class Partitions:
    """The remaining parts of one object type, and the count of delivered records.

    Args:
        parts: remaining parts, lowest first; the whole type at the beginning.
        without_id: number of records without an id that earlier loads found.
    """

    def __init__(self, parts: list[IdRange] | None = None, *, without_id: int = 0) -> None:
        self.parts = parts if parts is not None else [IdRange()]
        self.accounted = 0  # records that were delivered, or came without an id, or could not be read
        # Whether the parts are valid; once they are not, earlier batches cannot report what remains either.
        self.are_exact = True
        # An earlier, interrupted load may have counted unread records as delivered.
        self.may_lack = False
        self._first_parts = self._copy()
        self._listed_to: dict[IdRange, int] = {}
        self._ids = array("q")
        self._scans: list[SearchScan] = []
        self._without_id, self._without_id_again = without_id, 0
        self._unreadable: set[str] = set()
        # By id, whether the second reading of the list has contained it.
        self._seen: dict[str, bool] = {}

    # --- pages

    def take_list_page(self, part: IdRange, page: Records) -> RecordBatch | None:
        """The records to deliver from the page after `part.after`; None if there are none."""
        if part not in self.parts:  # they were dropped meanwhile
            return None
        try:
            ids = numbers(record.id for record in page.results)
            chosen = self.take_ascending(part, ids, page.after)
        except OrderLostError:
            self._drop_parts()
            return None
        # A record without an id counts with the record before it, so only one of two readers reports it.
        first = chosen.start + 1 if chosen.start else 0
        without_id = sum(first <= index <= chosen.stop for index in page.without_id)
        batch = self._batch(page, page.results[chosen], ids[chosen], without_id)
        self._compare_with_search(ids[chosen.stop :])
        return batch

    def take_search_page(self, scan: SearchScan, page: Records) -> RecordBatch | None:
        """The records to deliver from a search page below `scan.bottom`, descending. Raises: OrderLostError."""
        ids = numbers(record.id for record in page.results)
        if any(first <= second for first, second in pairwise([scan.bottom, *ids])):
            raise OrderLostError
        part = self._part_below(scan.bottom)
        kept = self.take_descending(part, ids) if part is not None else 0
        scan.ids.extend(ids[:kept])
        scan.bottom = ids[kept - 1] if kept else scan.bottom
        scan.is_over = kept < len(ids) or not ids
        without_id = sum(index < kept for index in page.without_id)
        return self._batch(page, page.results[:kept], ids[:kept], without_id)

    def begin_again(self) -> None:
        """Start to read the type again as one list in any order; `take_unordered_page` takes its pages."""
        self.are_exact = False
        self._without_id_again = self._without_id
        self._seen = {str(id_): False for id_ in self._ids}

    def shows_new(self, page: Records) -> bool:
        """Whether the page has a record that the list has not contained before."""
        return any(not self._seen.get(record.id) for record in page.results)

    def take_unordered_page(self, page: Records) -> RecordBatch | None:
        """The records of the page that neither this load nor an earlier, interrupted one has delivered."""
        listed = {record.id: record for record in page.results}  # a page may name a record twice
        fresh = [record for id_, record in listed.items() if id_ not in self._seen and self._was_left(id_)]
        self._seen.update(dict.fromkeys(listed, True))
        return self._batch(page, fresh, (), len(page.without_id))

    def _batch(self, page: Records, records: list[Record], ids: Sequence[int], without_id: int) -> RecordBatch | None:
        again = min(without_id, self._without_id_again)
        self._without_id_again -= again
        without_id -= again
        self._without_id += without_id
        unreadable = tuple(id_ for id_ in page.unreadable if id_ not in self._unreadable)
        self._unreadable.update(unreadable)
        self._ids.extend(ids)
        self.accounted += len(records) + without_id + len(unreadable)
        if not (records or without_id or unreadable):
            return None
        rest = self._copy() if self.are_exact else None
        return RecordBatch(records, without_id, rest, unreadable, page.size_bytes)

    def _was_left(self, id_: str) -> bool:
        """Whether the id remained to be read at the beginning; always true for an id that is not a number."""
        number = number_of(id_)
        return number is None or any(part.holds(number) for part in self._first_parts)

    # --- parts

    def take_ascending(self, part: IdRange, ids: Sequence[int], after: str | None) -> slice:
        """The ids of a list page to deliver. The part is done if the page passes its end or is the last page.

        Raises: OrderLostError, also if the page begins before the end of the previous page.
        """
        if ids:
            if ids[0] < self.listed_to(part) or any(first >= second for first, second in pairwise(ids)):
                raise OrderLostError
            self._listed_to[part] = ids[-1]
        below = bisect_right(ids, part.last)
        above = len(ids) if part.end is None else max(below, bisect_right(ids, part.end - 1))
        if after is None or above < len(ids):
            self.parts.remove(part)
        part.after = after
        if above > below:
            part.last = ids[above - 1]
        return slice(below, above)

    def take_descending(self, part: IdRange, ids: Sequence[int]) -> int:
        """The number of descending ids below the part's end to deliver; the part then ends at the last of them."""
        kept = sum(id_ > part.last for id_ in ids)
        if kept:
            part.end = ids[kept - 1]
        return kept

    def listed_to(self, part: IdRange) -> int:
        """The last id of the part that the list has returned."""
        return self._listed_to.get(part, -1)

    def split(self, at: int, after: str) -> IdRange | None:
        """Create a part that begins at the id `at` and is read from the list cursor `after`.

        None if those ids have been read already, or if no ids would remain below them.
        """
        for index, part in enumerate(self.parts):
            if part.last + 1 < at and (part.end is None or at < part.end):
                upper = IdRange(after, at - 1, part.end)
                part.end = at
                self.parts.insert(index + 1, upper)
                return upper
        return None

    def highest(self) -> IdRange | None:
        """The highest part, except the newest records, which the search does not read."""
        has_tail = bool(self._scans) and len(self.parts) > 1 and self.parts[-1].end is None
        return self.parts[-2 if has_tail else -1] if self.parts else None

    def _part_below(self, end: int) -> IdRange | None:
        return next((part for part in self.parts if part.end == end and part.last + 1 < end), None)

    def _copy(self) -> list[IdRange]:
        return [replace(part) for part in self.parts]

    # --- list and search compared

    def begin_scan(self, end: int) -> SearchScan:
        self._scans.append(SearchScan(end, end))
        return self._scans[-1]

    def next_scan_end(self) -> int | None:
        """The upper end of the highest part whose list reader has not met a scan."""
        met = {scan.bottom for scan in self._scans}
        return max((part.end for part in self.parts if part.end is not None and part.end not in met), default=None)

    @property
    def relied_on_search(self) -> bool:
        """Whether the search has read any records."""
        return any(scan.ids for scan in self._scans)

    def needs_look_beyond(self, part: IdRange) -> bool:
        """Whether to read one more list page for comparison, because the part ended where a scan has read."""
        if not self.are_exact or part.after is None or part.end is None:
            return False
        return any(scan.covers(part.end) for scan in self._scans)

    def look_beyond(self, page: Records) -> None:
        """Compare the list page after a part with the ids that scans have read."""
        try:
            self._compare_with_search(numbers(record.id for record in page.results))
        except OrderLostError:
            self._drop_parts()

    def _compare_with_search(self, listed: Iterable[int]) -> None:
        if any(scan.covers(id_) and not scan.has(id_) for id_ in listed for scan in self._scans):
            self._drop_parts()

    def _drop_parts(self) -> None:
        """Drop all parts: the type must be read again as one list."""
        self.are_exact = False
        self.may_lack = not any(part.is_whole for part in self._first_parts)
        self.parts.clear()
