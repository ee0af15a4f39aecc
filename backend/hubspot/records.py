"""Decode the records of an answer: all at once if they are valid, else one by one.

One invalid record must not lose its page. Its readable part becomes a `PartialRecord`. A record that cannot be decoded
(text that is not UTF-8, a number out of range) is reported by its id; a record without an id is only counted.
"""

from collections.abc import Mapping
from itertools import islice
from typing import Any

import httpx
import msgspec
from msgspec import Struct, field

from errors import UpstreamMalformedError
from hubspot.protocol import check_batch, parse
from hubspot.salvage import salvage
from hubspot.wire import BatchProblem, Listing, Paging, PartialRecord, PropertyValue, Record

LONGEST_ID = 64


class Records(Listing[Record], frozen=True):
    """A page of a list or a search, or a batch.

    Args:
        errors: names a batch's inputs without a result.
        without_id: one entry for each record without an id: the number of results before it.
        unreadable: ids of records that could not be read.
        found_last: id of the last record, if it is no longer in the results.
        came_alone: HubSpot answered only without associations.
        size_bytes: of the answers that they were read from.
    """

    errors: list[BatchProblem] = field(default_factory=list)
    without_id: tuple[int, ...] = ()
    unreadable: tuple[str, ...] = ()
    found_last: str | None = None
    came_alone: bool = False
    size_bytes: int = 0

    @property
    def last_id(self) -> str | None:
        return self.found_last or (self.results[-1].id if self.results else None)

    def with_values_of(self, read: "Records") -> "Records":
        """The same records in the same order, with the values of `read`.

        A record that was archived or merged between the two calls is left out.
        """
        links = {record.id: record.associations for record in self.results}
        by_id = {record.id: record for record in read.results}
        kept = [by_id[id_] for id_ in links if id_ in by_id]
        without_id = tuple(sum(id_ in by_id for id_ in islice(links, at)) for at in self.without_id)
        for record in kept:
            record.associations = links[record.id]
        return msgspec.structs.replace(
            self,
            results=kept,
            without_id=without_id,
            unreadable=self.unreadable + read.unreadable,
            found_last=self.last_id,
            size_bytes=self.size_bytes + read.size_bytes,
        )


class _Unread(Struct, frozen=True):
    results: list[msgspec.Raw]
    paging: Paging | None = None
    total: int | None = None
    errors: list[BatchProblem] = field(default_factory=list)


class _OnlyId(Struct, frozen=True):
    id: str | int


_RECORDS = msgspec.json.Decoder(Records)
_UNREAD = msgspec.json.Decoder(_Unread)
_ONE = msgspec.json.Decoder(Record)
_ID = msgspec.json.Decoder(_OnlyId)


def parse_records(response: httpx.Response) -> Records:
    """Raises: ServiceError as `protocol.parse`; a batch's real failures as `protocol.check_batch`."""
    try:
        answer = parse(response, _RECORDS)
    except UpstreamMalformedError:
        # A truncated body, or one that is not from HubSpot, fails here again, and the client retries.
        answer = _one_by_one(parse(response, _UNREAD))
    check_batch(answer.errors, response)
    return msgspec.structs.replace(answer, size_bytes=len(response.content))


def parse_linked_records(response: httpx.Response) -> Records:
    """The same for a list with associations. HubSpot omits the field of a record without any; here it is `{}`.

    HubSpot may also ignore the request for associations. So if no record of a page has any, they are unknown.
    """
    answer = parse_records(response)
    if any(record.associations for record in answer.results):
        for record in answer.results:
            if record.associations is None and not isinstance(record, PartialRecord):
                record.associations = {}
    return answer


def _one_by_one(unread: _Unread) -> Records:
    named: list[Record] = []
    without_id: list[int] = []
    unreadable: list[str] = []
    last_id = None
    for raw in unread.results:
        match _record(raw):
            case Record() as record:
                named.append(record)
                last_id = record.id
            case str() as id_:
                unreadable.append(id_)
                last_id = id_
            case None:
                without_id.append(len(named))
    return Records(
        named, unread.paging, unread.total, unread.errors, tuple(without_id), tuple(unreadable), found_last=last_id
    )


def _record(raw: msgspec.Raw) -> Record | str | None:
    """The record, or its id if it cannot be decoded, or None if it has no id."""
    try:
        return _ONE.decode(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        try:
            return _salvaged(msgspec.json.decode(raw))
        except (msgspec.MsgspecError, UnicodeDecodeError):
            return _id_of_unreadable(raw)


def _id_of_unreadable(raw: msgspec.Raw) -> str | None:
    """The decoder does not decode unknown fields, so the id is readable even if the values are not."""
    try:
        return _id(_ID.decode(raw).id) or None
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None


def _salvaged(odd: object) -> PartialRecord | None:
    if not isinstance(odd, dict) or not (id_ := _id(odd.get("id"))):
        return None
    properties = odd.get("properties")
    values = _properties(properties) if isinstance(properties, dict) else {}
    plain = {name: value for name, value in odd.items() if name not in {"associations", "propertiesWithHistory"}}
    return salvage({**plain, "id": id_, "properties": values}, PartialRecord)


def _properties(odd: Mapping[str, Any]) -> dict[str, PropertyValue]:
    """Scalars unchanged, anything else as its JSON text."""
    return {
        name: value if value is None or isinstance(value, str | int | float) else msgspec.json.encode(value).decode()
        for name, value in odd.items()
    }


def _id(value: object) -> str:
    """Accept text or a whole number, but not `True`."""
    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    return text if 0 < len(text) <= LONGEST_ID else ""
