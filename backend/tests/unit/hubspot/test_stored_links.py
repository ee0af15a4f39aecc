"""Associations of stored items, as they were read."""

from dataclasses import replace

from hubspot.associated import Associated
from hubspot.catalog import CONTACTS, DEALS
from hubspot.mapper import Mapper, Portal
from hubspot.metadata_cache import Names
from hubspot.object_type import ObjectType
from hubspot.stored_links import links_of
from hubspot.wire import Record
from integrations.integration_item import IntegrationItem


def test_they_are_those_of_the_item() -> None:
    links = {
        "companies": Associated(["3", "4"], primary_id="4", labels={"3": ["Billing"]}),
        "contacts": Associated(["8"]),
        "tickets": Associated([]),
    }

    assert links_of(DEALS, stored(DEALS, links)) == links


def test_a_type_that_was_not_read_is_absent() -> None:
    assert links_of(DEALS, stored(DEALS, {"contacts": Associated([])})) == {"contacts": Associated([])}


def test_ids_lose_an_earlier_label_of_their_type() -> None:
    machine = replace(CONTACTS, name="machine", item_type="Machine", type_id="2-7", custom=True)
    item = stored(replace(DEALS, custom_partners=(machine,)), {"machine": Associated(["8"], labels={"8": ["Sold"]})})
    renamed = replace(DEALS, custom_partners=(replace(machine, item_type="Device"),))

    assert links_of(renamed, item) == {"machine": Associated(["8"], labels={"8": ["Sold"]})}


def stored(object_type: ObjectType, links: dict[str, Associated]) -> IntegrationItem:
    mapper = Mapper(object_type, portal=Portal("1", "app.hubspot.com"), names=Names())
    return mapper.to_item(Record(id="1", properties={}), links)
