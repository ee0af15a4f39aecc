"""HubSpot's list and search of one object type over a set of ids, with the ways in which they may disappoint."""

import asyncio
import random
from bisect import bisect_left
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx
import msgspec

from core.api_client import Meter
from core.retry import Retrier, RetryBudget, RetryPolicy
from hubspot.client import HubSpotClient
from tests.unit.hubspot.samples import ENDPOINTS, http_of
from tests.unit.hubspot.test_client import Budget, Vault

LONG_AGO, NOW = "2020-01-01T00:00:00.000Z", "2026-06-01T00:00:00.000Z"
NOW_S = 1_780_272_000.0


@dataclass
class ListedHub:
    """Answers in a random order of arrival.

    Args:
        ids: of all records, ascending.
        not_indexed: ids the search does not know.
        fresh: how many of the highest ids are of records made just now.
        opaque_cursors: cursors are no ids, and an id is no cursor.
        shuffled: the list is in no order.
        turned: it begins with its second half.
        search_fails: every search is answered with 500.
        list_fails: every list is.
        unsorted_search: the search does not sort.
    """

    ids: list[int]
    not_indexed: Collection[int] = ()
    fresh: int = 0
    opaque_cursors: bool = False
    shuffled: bool = False
    turned: bool = False
    search_fails: bool = False
    list_fails: bool = False
    unsorted_search: bool = False
    seed: int = 1
    listed: int = 0
    searched: int = 0
    searched_ids: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._rng = random.Random(self.seed)
        self._order = self.ids.copy()
        if self.shuffled:
            self._rng.shuffle(self._order)
        if self.turned:
            half = len(self.ids) // 2
            self._order = self.ids[half:] + self.ids[:half]

    def client(self) -> HubSpotClient:
        async def no_sleep(_seconds: float) -> None:
            return None

        retrier = Retrier(RetryPolicy(), RetryBudget(0.0), self._rng, lambda: 0.0, no_sleep)
        return HubSpotClient(
            http=http_of(self._answer),
            endpoints=ENDPOINTS,
            budget=Budget(),
            access_token=Vault().access_token,
            retrier=retrier,
            meter=Meter(),
        )

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        for _ in range(self._rng.randrange(12)):
            await asyncio.sleep(0)
        if request.url.path.endswith("/search"):
            return self._search(msgspec.json.decode(request.content))
        return self._list(request.url.params)

    def _list(self, query: httpx.QueryParams) -> httpx.Response:
        self.listed += 1
        if self.list_fails:
            return httpx.Response(500)
        start = self._place(query.get("after"))
        limit = int(query["limit"])
        page = self._order[start : start + limit]
        following = start + limit
        after = self._cursor(following) if following < len(self._order) else None
        return self._records(page, after)

    def _place(self, after: str | None) -> int:
        if after is None:
            return 0
        if self._has_opaque_cursors:
            return int(after.removeprefix("place-")) if after.startswith("place-") else 0
        return bisect_left(self._order, int(after))

    @property
    def _has_opaque_cursors(self) -> bool:
        return self.opaque_cursors or self.shuffled or self.turned

    def _cursor(self, place: int) -> str:
        return f"place-{place}" if self._has_opaque_cursors else str(self._order[place - 1] + 1)

    def _search(self, body: dict[str, Any]) -> httpx.Response:
        self.searched += 1
        if self.search_fails:
            return httpx.Response(500)
        filters = [filter_ for group in body["filterGroups"] for filter_ in group["filters"]]
        found = [id_ for id_ in self.ids if id_ not in self.not_indexed and self._matches(id_, filters)]
        if "sorts" in body and body["sorts"][0]["direction"] == "DESCENDING":
            found.reverse()
        if self.unsorted_search:
            self._rng.shuffle(found)
        start = int(body.get("after", 0))
        page = found[start : start + body["limit"]]
        if body["limit"] > 1:
            self.searched_ids.update(page)
        return self._records(page, str(start + len(page)) if start + len(page) < len(found) else None)

    def _matches(self, id_: int, filters: Sequence[dict[str, str]]) -> bool:
        for filter_ in filters:
            match filter_["propertyName"], filter_["operator"]:
                case "hs_object_id", "GT":
                    if not id_ > int(filter_["value"]):
                        return False
                case "hs_object_id", "LT":
                    if not id_ < int(filter_["value"]):
                        return False
                case "createdate", "LTE":
                    if self._is_fresh(id_):
                        return False
                case _:
                    raise AssertionError(filter_)
        return True

    def _is_fresh(self, id_: int) -> bool:
        return self.fresh > 0 and id_ >= self.ids[-self.fresh]

    def _records(self, ids: Sequence[int], after: str | None) -> httpx.Response:
        results = [
            {"id": str(id_), "properties": {"createdate": NOW if self._is_fresh(id_) else LONG_AGO}} for id_ in ids
        ]
        paging = {"paging": {"next": {"after": after}}} if after else {}
        return httpx.Response(200, json={"total": len(self.ids), "results": results, **paging})
