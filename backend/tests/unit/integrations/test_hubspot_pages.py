"""Pages of HubSpot's records, one request after another."""

import random
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import httpx
import pytest
from pydantic import SecretStr

from core.crypto import Keyring
from core.http import HttpClient
from core.retry import Retrier, RetryBudget, RetryPolicy
from core.vendor_clock import VendorClock
from errors import RepeatedPageError
from hubspot.associations import open_parent_names
from hubspot.metadata_cache import MetadataCache
from hubspot.record_counts import RecordCounts
from integrations.hubspot import get_items_hubspot
from integrations.integration import ItemsQuery
from services.services import Services
from settings import Settings
from tests.unit.integrations.vendor import CONNECTION, PROVIDER, OpenLimiter

PORTAL = replace(CONNECTION, granted_scopes=("crm.objects.contacts.read",))


async def access_token(*_: Any, **__: Any) -> SecretStr:
    return SecretStr("token")


def services(answer: Any) -> Services:
    """What a page takes of the services."""
    settings = Settings()
    transport = httpx.MockTransport(answer)
    found = SimpleNamespace(
        settings=settings,
        http=HttpClient(allowed_origins=[settings.hubspot_api_url], transport=transport),
        limiter=OpenLimiter(),
        vault=SimpleNamespace(access_token=access_token),
        providers={"hubspot": PROVIDER},
        retriers={"hubspot": Retrier(RetryPolicy(), RetryBudget(), random.Random(1))},
        clocks={"hubspot": VendorClock()},
        association_limits={},
        names=MetadataCache(),
        counts=RecordCounts(),
        parents=open_parent_names(),
        keyring=Keyring({"k1": bytes(range(32))}),
    )
    return cast("Services", found)


def alternating(request: httpx.Request) -> httpx.Response:
    """A list whose cursors are 7 and 8 in turns."""
    after = "8" if request.url.params.get("after") == "7" else "7"
    return httpx.Response(200, json={"results": [{"id": after}], "paging": {"next": {"after": after}}})


async def follow_pages(hubspot: Services) -> None:
    after = None
    for _ in range(5):
        query = ItemsQuery(object_types=("contacts",), associations=False, after=after)
        after = (await get_items_hubspot(hubspot, PORTAL, query)).next


async def test_a_caller_who_follows_pages_whose_cursors_alternate_is_stopped() -> None:
    with pytest.raises(RepeatedPageError):
        await follow_pages(services(alternating))
