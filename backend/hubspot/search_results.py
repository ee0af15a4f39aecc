"""Read all results of a search in ascending id order, whatever their number.

Each search begins after the last id instead of at an offset; see `Query.search_after`.
"""

from itertools import pairwise

from msgspec.structs import replace

from errors import UpstreamMalformedError
from hubspot.endpoints import SEARCH_PAGE_MAX
from hubspot.id_range import IdRange, number_of
from hubspot.object_type import ObjectType
from hubspot.query import Query
from hubspot.record_batch import BatchSender, RecordBatch
from hubspot.record_pages import RecordPages
from hubspot.records import Records


async def search_after(
    pages: RecordPages,
    query: Query,
    object_type: ObjectType,
    last_id: str | None,
    *,
    properties: tuple[str, ...],
    limit: int,
) -> Records:
    """The next matches, at most 200; `after` is None if they are the last.

    Raises: UpstreamMalformedError if HubSpot did not keep the order (records would be lost), or if no record has an
    id to continue after.
    """
    search = query.search_after(object_type, last_id, properties=properties, limit=limit)
    found = await pages.search(object_type.path, search)
    numbers = (number_of(record.id) for record in found.results)
    ids = [int(last_id or "0"), *(number for number in numbers if number is not None)]
    if any(first >= second for first, second in pairwise(ids)):
        raise UpstreamMalformedError("HubSpot's search did not keep the order of ids. Try again.")
    if found.after is None:
        return found
    reached = max(ids[-1], number_of(found.last_id or "") or 0)
    if reached == ids[0]:
        raise UpstreamMalformedError("HubSpot's search found records without an id. Try again.")
    # Records without an id at the end are found again after the last record with an id.
    without_id = tuple(index for index in found.without_id if index < len(found.results))
    return replace(found, without_id=without_id, found_last=str(reached))


async def read_search_results(
    pages: RecordPages,
    query: Query,
    object_type: ObjectType,
    *,
    properties: tuple[str, ...],
    parts: list[IdRange],
    sender: BatchSender,
) -> None:
    """Send every match after the last id of the first part. Raises: as `search_after`."""
    last = parts[0].last if parts else None
    while last is not None:
        found = await search_after(
            pages,
            query,
            object_type,
            str(last) if last >= 0 else None,
            properties=properties,
            limit=SEARCH_PAGE_MAX,
        )
        last = int(found.last_id) if found.after is not None and found.last_id is not None else None
        rest = [] if last is None else [IdRange(last=last)]
        await sender.send(RecordBatch, found.results, len(found.without_id), rest, found.unreadable, found.size_bytes)
