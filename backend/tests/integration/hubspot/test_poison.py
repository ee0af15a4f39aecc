"""Records that are not as HubSpot documents them, among ordinary ones, on their way through a whole load."""

import json
import re
from typing import Any

import httpx

from core.http import HttpClient
from hubspot.catalog import CONTACTS
from hubspot.query import Query
from tests.integration.hubspot.access import connect
from tests.integration.hubspot.loading import load_all
from tests.servers import Simulator

QUERY = Query(object_types=(CONTACTS,), associations=False)


class Poisoned(HttpClient):
    """Real answers, in which the first records of a listed page are spoilt."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.spoilt: list[str] = []
        self.without_id: list[str] = []

    async def send(self, request: httpx.Request, **options: Any) -> httpx.Response:
        answer = await super().send(request, **options)
        if not re.search(r"/objects/[^?]*/contacts\?", str(request.url)):
            return answer
        page = json.loads(answer.content)
        self._spoil(page["results"])
        return httpx.Response(answer.status_code, json=page)

    def _spoil(self, records: list[dict[str, Any]]) -> None:
        first, second, third = records[:3]
        self.spoilt += [CONTACTS.item_id(first["id"]), CONTACTS.item_id(second["id"])]
        self.without_id.append(CONTACTS.item_id(third.pop("id")))
        first["properties"] = ["not", "an", "object"]
        second |= {"createdAt": 17, "updatedAt": None, "archived": "perhaps"}


async def test_they_are_delivered_as_far_as_they_can_be_named_and_stop_none_of_the_others(simulator: Simulator) -> None:
    simulator.settings(limits_enabled=False)
    async with Poisoned(allowed_origins=[simulator.url]) as http:
        portal = connect(http, simulator)
        simulator.seed(portal.portal_id, contacts=250, companies=0, deals=0)

        loaded = await load_all(portal, QUERY)

    assert loaded.error is None
    ids = {item.id for item in loaded.items}
    assert ids == portal.export(CONTACTS).keys() - set(http.without_id)
    assert set(http.spoilt) <= ids
    assert all(item.name for item in loaded.items)
    codes = [notice.code for notice in loaded.notices]
    assert codes.count("record_incomplete") == len(http.spoilt)
    assert codes.count("record_skipped") == len(http.without_id)
    assert not loaded.receipt.complete
