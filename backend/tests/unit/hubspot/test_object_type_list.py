import random
from dataclasses import replace
from types import SimpleNamespace
from typing import cast

import httpx
import pytest

from core.cache import TtlCache
from hubspot.association_limit import AssociationLimits
from hubspot.custom_objects import SCHEMAS_SCOPE
from integrations.hubspot_portal import list_object_types
from oauth.connection import Connection
from services.services import Services
from tests.unit.hubspot.small_portal import SmallPortal
from tests.unit.hubspot.test_budget import Limiter
from tests.unit.hubspot.test_refused_parts import REFUSALS, refusing
from tests.unit.integrations.vendor import CONNECTION, PROVIDER


def listing_of(portal: SmallPortal, *, granted: tuple[str, ...] = ()) -> tuple[Services, Connection]:
    """What listing a portal's object types takes."""
    reader = portal.reader()
    services = SimpleNamespace(
        http=reader.client.http,
        settings=SimpleNamespace(
            hubspot_api_url=reader.client.endpoints.api_url,
            hubspot_api_version=reader.client.endpoints.version,
            hubspot_search_per_second=4,
        ),
        vault=SimpleNamespace(access_token=lambda _connection, rejected: reader.client.access_token(rejected)),
        providers={"hubspot": replace(PROVIDER, optional_scopes=(SCHEMAS_SCOPE,))},
        retriers={"hubspot": reader.client.retrier},
        clocks={"hubspot": reader.client.clock},
        limiter=Limiter(),
        association_limits=AssociationLimits(),
        names=reader.names,
        counts=reader.counts,
        parents=reader.parents,
        metadata=TtlCache(ttl_s=60.0, max_entries=10),
    )
    connection = replace(CONNECTION, granted_scopes=(*(reader.granted_scopes or ()), *granted))
    return cast("Services", services), connection


class TestObjectTypeList:
    @pytest.mark.parametrize(("status", "body"), [*REFUSALS, (500, b"{}")])
    async def test_a_count_that_is_refused_fails_nothing_else(self, status: int, body: bytes) -> None:
        portal = refusing("/deals/search", status=status, body=body)

        found = await list_object_types(*listing_of(portal), totals=True)

        totals = {type_.name: type_.total for type_ in found.object_types if type_.name in portal.records}
        assert totals == {"contacts": 30, "companies": 20, "deals": None}

    @pytest.mark.parametrize(
        ("status", "body", "readable"),
        [
            (403, b'{"category":"FORBIDDEN"}', False),
            (403, b"<html>", False),
            (400, b"{}", True),
            (404, b"<html>", True),
            (500, b"{}", True),
        ],
    )
    async def test_a_type_that_is_forbidden_is_unreadable_without_a_scope_to_grant(
        self, status: int, body: bytes, *, readable: bool
    ) -> None:
        portal = refusing("/deals/search", status=status, body=body)

        found = await list_object_types(*listing_of(portal), totals=True)

        deals = next(type_ for type_ in found.object_types if type_.name == "deals")
        assert (deals.readable, deals.missing_scopes) == (readable, [])

    @pytest.mark.parametrize(("status", "body"), REFUSALS)
    @pytest.mark.parametrize(
        ("granted", "code", "scopes"),
        [((), "scope_missing", [SCHEMAS_SCOPE]), ((SCHEMAS_SCOPE,), "object_type_unavailable", [])],
    )
    async def test_schemas_that_are_refused_are_named(
        self, status: int, body: bytes, granted: tuple[str, ...], code: str, scopes: list[str]
    ) -> None:
        portal = refusing("schemas", status=status, body=body)

        found = await list_object_types(*listing_of(portal, granted=granted), totals=False)

        assert {"contacts", "companies", "deals"} <= {type_.name for type_ in found.object_types}
        assert [(notice.code, notice.missing_scopes) for notice in found.warnings] == [(code, scopes)]

    async def test_one_odd_schema_does_not_lose_the_others(self) -> None:
        odd = {"objectTypeId": "2-1", "name": "car", "labels": None, "secondaryDisplayProperties": None}
        portal = SmallPortal(
            random.Random(1),
            hesitates=1,
            instead=lambda request: (
                httpx.Response(
                    200, json={"results": [odd, {"name": "no id"}, odd | {"objectTypeId": "2-2", "name": "b"}]}
                )
                if "schemas" in request.url.path
                else None
            ),
        )
        portal.seed(contacts=1)

        found = await list_object_types(*listing_of(portal), totals=False)

        assert [type_.name for type_ in found.object_types if type_.custom] == ["car", "b"]
        assert found.warnings == []
