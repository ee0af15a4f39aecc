"""Associations with custom objects, between them, and within one type: each pair is read in both directions."""

import random
from dataclasses import replace

from hubspot.catalog import COMPANIES, CONTACTS
from hubspot.custom_objects import OBJECTS_SCOPE, associated_with, custom_object_types
from hubspot.object_type import ObjectType
from hubspot.query import Query
from hubspot.wire import Schema, SchemaAssociation
from integrations.integration_item import IntegrationItem
from integrations.load_events import Items
from tests.loads import load, receipt_of
from tests.unit.hubspot.small_portal import NOW_MS, SmallPortal

CAR = Schema(object_type_id="2-1", name="car", associations=[SchemaAssociation("2-1", "2-2")])
DRIVER = Schema(object_type_id="2-2", name="driver", associations=[SchemaAssociation("2-1", "2-2")])
CAR_TYPE, DRIVER_TYPE = custom_object_types([CAR, DRIVER])


def portal_of(*kinds: ObjectType) -> SmallPortal:
    portal = SmallPortal(random.Random(1))
    portal.seed(contacts=30, companies=30)
    for kind in kinds:
        portal.add(kind, 12)
    return portal


def link(portal: SmallPortal, one: ObjectType, other: ObjectType) -> tuple[str, str]:
    """Link the first record of each; their item ids."""
    first, second = portal.records[one.path][0], portal.records[other.path][-1]
    first.links[other.path], second.links[one.path] = [second.id], [first.id]
    return first.item_id, second.item_id


async def items_of(portal: SmallPortal, *kinds: ObjectType) -> dict[str, IntegrationItem]:
    reader = replace(portal.reader(), granted_scopes=None)
    events = load(reader, Query(object_types=kinds), now_s=lambda: NOW_MS / 1000)
    return {item.id: item async for event in events if isinstance(event, Items) for item in event.items}


async def test_custom_objects_come_with_their_links_to_each_other() -> None:
    portal = portal_of(CAR_TYPE, DRIVER_TYPE)
    car, driver = link(portal, CAR_TYPE, DRIVER_TYPE)

    items = await items_of(portal, CAR_TYPE, DRIVER_TYPE)

    assert items[car].associations == {"driver": [driver]}
    assert items[driver].associations == {"car": [car]}


async def test_contacts_come_with_links_to_a_custom_object_that_is_chosen() -> None:
    portal = portal_of(CAR_TYPE)
    contact, car = link(portal, CONTACTS, CAR_TYPE)

    items = await items_of(portal, associated_with(CONTACTS, [CAR_TYPE]))

    assert items[contact].associations == {"car": [car]}
    assert sum(item.associations == {"car": []} for item in items.values()) == len(items) - 1


async def test_a_chosen_type_that_may_not_be_read_is_named() -> None:
    reader = portal_of(CAR_TYPE).reader()
    kind = associated_with(CONTACTS, [COMPANIES, CAR_TYPE])

    chosen = reader.opening_notices(Query(object_types=(kind,), associations=("0-2", "2-1")))

    assert [(notice.code, notice.missing_scopes) for notice in chosen] == [("scope_missing", [OBJECTS_SCOPE])]
    assert "car" in chosen[0].detail


async def test_a_load_without_the_links_to_a_chosen_type_is_not_complete() -> None:
    kind = associated_with(CONTACTS, [COMPANIES, CAR_TYPE])
    query = Query(object_types=(kind,), associations=("0-2", "2-1"))

    receipt = receipt_of([event async for event in load(portal_of(CAR_TYPE).reader(), query)])

    missing = {"code": "associations_unavailable", "object_type": "car", "missing_scopes": [OBJECTS_SCOPE]}
    assert receipt.object_types["contacts"].skipped == [missing]
    assert not receipt.complete


async def test_companies_come_with_other_companies_when_they_are_chosen() -> None:
    portal = portal_of()
    parent, child = link(portal, COMPANIES, COMPANIES)

    items = await items_of(portal, associated_with(COMPANIES, [COMPANIES]))

    assert items[parent].associations == {"companies": [child]}
    assert items[child].associations == {"companies": [parent]}
    assert items[child].parent_id is None
