"""A portal of a few records in memory, as HubSpot would answer for it, with the ways in which it may disappoint."""

import asyncio
import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Literal

import httpx
import msgspec

from core.api_client import Meter
from core.retry import PATIENT, Retrier, RetryBudget
from hubspot.association_limit import AssociationCounting
from hubspot.associations import open_parent_names
from hubspot.catalog import COMPANIES, CONTACTS, DEALS
from hubspot.client import HubSpotClient
from hubspot.mapper import Portal
from hubspot.metadata_cache import MetadataCache
from hubspot.object_type import ObjectType
from hubspot.reader import Reader
from hubspot.record_counts import RecordCounts
from tests.unit.hubspot.samples import ENDPOINTS, http_of
from tests.unit.hubspot.test_client import Budget, Vault

KINDS = (CONTACTS, COMPANIES, DEALS)
NOW_MS = 1_780_272_000_000
# The lists' order: by id, none, second half first, or by id in the first half only.
Order = Literal["id", "none", "turned", "half"]
_SCOPES = frozenset(scope for kind in KINDS for scope in kind.scopes)
_INLINE_MOST, _LINKS_A_PAGE = 4, 5
_DAY_MS = 86_400_000
_COMPARE: Mapping[str, Callable[[int, int], bool]] = {
    "GT": lambda entry, other: entry > other,
    "GTE": lambda entry, other: entry >= other,
    "LT": lambda entry, other: entry < other,
    "LTE": lambda entry, other: entry <= other,
}


@dataclass(slots=True, kw_only=True)
class Kept:
    """A record, as the portal has it."""

    kind: ObjectType
    id: str
    created_ms: int
    modified_ms: int
    archived_ms: int | None = None
    without_id: bool = False
    links: dict[str, list[str]] = field(default_factory=dict)
    primary: str | None = None

    @property
    def number(self) -> int:
        return int(self.id) if self.id.isdecimal() else 0

    @property
    def name(self) -> str:
        return f"{self.kind.item_type} {self.id}"

    @property
    def item_id(self) -> str:
        return self.kind.item_id(self.id)


class FickleBudget(Budget):
    """Changes its mind about how associations count between any two questions."""

    def __init__(self, rng: random.Random) -> None:
        super().__init__()
        self._rng = rng

    @property
    def associations(self) -> AssociationCounting:
        return self._rng.choice(("unknown", "exempt", "counted"))


@dataclass(slots=True)
class SmallPortal:
    """Contacts, companies and deals, linked at random.

    Args:
        rng: decides everything.
        order: of the lists.
        without_id: the share of records whose answers lack the id.
        odd: so many records of each type have an id that is no number.
        hidden: the share of records that the search leaves out, though it counts them.
        failing: the share of calls that fail, each in one of several ways.
        hesitates: before and after each answer others have their turn up to so many times.
        instead: an answer in place of the true one.
        hides_links: lists come without links, as where HubSpot ignores that it was asked for them.
    """

    rng: random.Random
    order: Order = "id"
    without_id: float = 0.0
    odd: int = 0
    hidden: float = 0.0
    failing: float = 0.0
    hesitates: int = 6
    instead: Callable[[httpx.Request], httpx.Response | None] = lambda _request: None
    hides_links: bool = False
    records: dict[str, list[Kept]] = field(init=False, default_factory=dict)
    archived: dict[str, list[Kept]] = field(init=False, default_factory=dict)
    _hidden: set[str] = field(init=False, default_factory=set)
    _listed: dict[tuple[str, bool], list[Kept]] = field(init=False, default_factory=dict)

    def seed(self, **sizes: int) -> None:
        """So many live records of each type, and a few archived ones."""
        for kind in KINDS:
            count = sizes.get(kind.name, 0)
            live = self._some(kind, count + count // 3)
            gone = [live.pop(self.rng.randrange(len(live))) for _ in range(count // 3)]
            gone.sort(key=lambda entry: entry.number)
            for record in gone:
                record.archived_ms = record.modified_ms + _DAY_MS
            for number in range(self.odd if live else 0):
                live.insert(
                    self.rng.randrange(len(live) + 1), replace(live[0], id=f"odd-{number}", without_id=False, links={})
                )
            self.records[kind.name], self.archived[kind.name] = live, gone
            self._hidden |= {entry.item_id for entry in live if self.rng.random() < self.hidden}
        for value in (*_each(self.records), *_each(self.archived)):
            self._link(value)

    def add(self, kind: ObjectType, count: int) -> None:
        """Live records of a further type, linked to nothing."""
        self.records[kind.path], self.archived[kind.path] = self._some(kind, count), []

    def _some(self, kind: ObjectType, count: int) -> list[Kept]:
        id_, found = 0, []
        for _ in range(count):
            id_ += self.rng.choice((1, 1, 2, 50, 900))
            created_ms = NOW_MS - self.rng.randrange(_DAY_MS, 1_000 * _DAY_MS)
            modified_ms = created_ms + self.rng.randrange(_DAY_MS)
            is_unnamed = self.rng.random() < self.without_id
            found.append(
                Kept(kind=kind, id=str(id_), created_ms=created_ms, modified_ms=modified_ms, without_id=is_unnamed)
            )
        return found

    def _link(self, record: Kept) -> None:
        for kind in KINDS:
            ids = [record_.id for record_ in self.records[kind.name] if not record_.without_id and record_.number]
            if kind is record.kind or not ids or self.rng.random() < 0.4:
                continue
            record.links[kind.name] = sorted({*self.rng.choices(ids, k=self.rng.choice((1, 1, 2, 7, 12)))})
            if kind is COMPANIES:
                record.primary = self.rng.choice([*record.links[kind.name], None])

    def reader(self) -> Reader:
        async def no_sleep(_seconds: float) -> None:
            await asyncio.sleep(0)

        policy = replace(PATIENT, base_s=0.0, cap_s=0.0)
        client = HubSpotClient(
            http=http_of(self._answer),
            endpoints=ENDPOINTS,
            budget=FickleBudget(self.rng),
            access_token=Vault().access_token,
            retrier=Retrier(policy, RetryBudget(1_000.0), self.rng, lambda: 0.0, no_sleep),
            meter=Meter(),
        )
        return Reader(
            client=client,
            counter=client,
            portal=Portal("1", "app.hubspot.com"),
            names=MetadataCache(),
            counts=RecordCounts(now_s=lambda: NOW_MS / 1000),
            parents=open_parent_names(),
            key="connection",
            granted_scopes=_SCOPES,
        )

    # --- answers

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        await self._hesitate()
        if self.rng.random() < self.failing:
            return self._failure()
        answer = self.instead(request) or httpx.Response(200, json=self.answer_of(request))
        await self._hesitate()
        return answer

    async def _hesitate(self) -> None:
        for _ in range(self.rng.randrange(self.hesitates)):
            await asyncio.sleep(0)

    def _failure(self) -> httpx.Response:
        match self.rng.randrange(5):
            case 0:
                return httpx.Response(429, json={"policyName": "SECONDLY"})
            case 1:
                return httpx.Response(401, json={"category": "EXPIRED_AUTHENTICATION"})
            case 2:
                return httpx.Response(200, content=b'{"results":[{"id":"1","prop')
            case 3:
                raise ConnectionResetError("reset")
            case _:
                return httpx.Response(500)

    def answer_of(self, request: httpx.Request) -> dict[str, Any]:
        body = msgspec.json.decode(request.content) if request.content else {}
        match request.url.path.split("/")[2:]:
            case ["objects", _, name]:
                return self._page(name, request.url.params)
            case ["objects", _, name, "search"]:
                return self._search(name, body)
            case ["objects", _, name, "batch", "read"]:
                return self._batch(name, body)
            case ["associations", _, name, partner, "batch", "read"]:
                return self._links(name, partner, body)
        return {"results": []}

    def _page(self, name: str, query: httpx.QueryParams) -> dict[str, Any]:
        """A cursor is an id where the list is by id, else a place."""
        listed = self._in_order(name, archived=query["archived"] == "true")
        by_id = self.order == "id" and not self.odd
        after, start = query.get("after", ""), 0
        if after.isdecimal() is by_id:
            start = (
                sum(entry.number < int(after) for entry in listed) if by_id else int(after.removeprefix("place-") or 0)
            )
        page, end = listed[start : start + int(query["limit"])], start + int(query["limit"])
        following = (str(page[-1].number + 1) if by_id else f"place-{end}") if end < len(listed) else None
        partners = [part for part in query.get("associations", "").split(",") if part and not self.hides_links]
        return _with_cursor({"results": [_wire(entry, partners) for entry in page]}, following)

    def _in_order(self, name: str, *, archived: bool) -> list[Kept]:
        if (name, archived) not in self._listed:
            listed = list((self.archived if archived else self.records)[name])
            half = len(listed) // 2
            match self.order:
                case "none":
                    self.rng.shuffle(listed)
                case "turned":
                    listed = listed[half:] + listed[:half]
                case "half":
                    listed[half:] = self.rng.sample(listed[half:], len(listed) - half)
            self._listed[name, archived] = listed
        return self._listed[name, archived]

    def _search(self, name: str, body: dict[str, Any]) -> dict[str, Any]:
        filters = [filter_ for group in body["filterGroups"] for filter_ in group["filters"]]
        words, records = body.get("query", ""), self.records.get(name, ())
        counted = [
            record for record in records if words in record.name and all(_matches(record, each) for each in filters)
        ]
        counted = sorted(counted, key=lambda entry: entry.number, reverse=_is_descending(body))
        found = [entry for entry in counted if entry.item_id not in self._hidden]
        start = int(body.get("after", 0))
        end = start + body["limit"]
        answer = {"total": len(counted), "results": [_wire(match) for match in found[start:end]]}
        return _with_cursor(answer, str(end) if end < len(found) else None)

    def _batch(self, name: str, body: dict[str, Any]) -> dict[str, Any]:
        asked = {input_["id"] for input_ in body["inputs"]}
        return {"results": [_wire(record) for record in self.records[name] if record.id in asked]}

    def _links(self, name: str, partner: str, body: dict[str, Any]) -> dict[str, Any]:
        by_id = {record_.id: record_ for record_ in (*self.archived[name], *self.records[name])}
        results = []
        for asked in body["inputs"]:
            record, start = by_id[asked["id"]], int(asked.get("after", 0))
            end = start + _LINKS_A_PAGE
            ids = record.links.get(partner, [])
            if page := ids[start:end]:
                to = [_linked(id_, is_primary=partner == COMPANIES.name and id_ == record.primary) for id_ in page]
                results.append(
                    _with_cursor({"from": {"id": record.id}, "to": to}, str(end) if end < len(ids) else None)
                )
        return {"results": results}


def iso(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _each(tables: Mapping[str, Sequence[Kept]]) -> Iterable[Kept]:
    return (entry for table in tables.values() for entry in table)


def _matches(record: Kept, asked: Mapping[str, str]) -> bool:
    values = {"hs_object_id": record.number, "createdate": record.created_ms}
    return _COMPARE[asked["operator"]](values.get(asked["propertyName"], record.modified_ms), int(asked["value"]))


def _is_descending(body: Mapping[str, Any]) -> bool:
    return any(sort["direction"] == "DESCENDING" for sort in body.get("sorts", ()))


def _wire(record: Kept, partners: Iterable[str] = ()) -> dict[str, Any]:
    found = {
        "id": record.id,
        "properties": {"firstname": record.name, "name": record.name, "dealname": record.name},
        "createdAt": iso(record.created_ms),
        "updatedAt": iso(record.modified_ms),
        "archived": record.archived_ms is not None,
        "archivedAt": None if record.archived_ms is None else iso(record.archived_ms),
    }
    if record.without_id:
        del found["id"]
    links = {name: _inline(record, name) for name in partners if record.links.get(name)}
    return found | ({"associations": links} if links else {})


def _inline(record: Kept, partner: str) -> dict[str, Any]:
    """A primary link is listed twice."""
    ids = record.links[partner]
    results = []
    for id_ in ids[:_INLINE_MOST]:
        if partner != COMPANIES.name or id_ == record.primary:
            results.append({"id": id_, "type": "contact_to_company"})
        if partner == COMPANIES.name:
            results.append({"id": id_, "type": "contact_to_company_unlabeled"})
    return _with_cursor({"results": results}, "more" if len(ids) > _INLINE_MOST else None)


def _linked(id_: str, *, is_primary: bool) -> dict[str, Any]:
    kinds = [{"category": "HUBSPOT_DEFINED", "typeId": 279, "label": None}]
    return {"toObjectId": id_, "associationTypes": kinds + ([kinds[0] | {"typeId": 1}] if is_primary else [])}


def _with_cursor(answer: dict[str, Any], after: str | None) -> dict[str, Any]:
    return answer | ({} if after is None else {"paging": {"next": {"after": after}}})
