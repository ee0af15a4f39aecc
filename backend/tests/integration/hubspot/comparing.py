"""Items against what the portal really holds, without using the product's own reading of values."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from hubspot.catalog import partners_of
from hubspot.object_type import ObjectType
from integrations.integration_item import IntegrationItem

Truth = Mapping[str, Mapping[str, Any]]


def assert_each_once(items: Iterable[IntegrationItem], ids: Iterable[str]) -> None:
    delivered = Counter(item.id for item in items)
    assert delivered == Counter(list(ids))


def assert_true(items: Iterable[IntegrationItem], truth: Truth, kind: ObjectType) -> None:
    """Values and associations of each item are the record's."""
    for item in items:
        record = truth[item.id]
        assert (item.creation_time, item.last_modified_time) == (record["createdAt"], record["updatedAt"])
        for name, value in item.properties.items():
            assert means(value, record["properties"].get(name)), (item.id, name, value)
        assert item.associations is not None
        assert {name: set(ids) for name, ids in item.associations.items()} == expected_links(record, kind), item.id
        assert all(len(ids) == len(set(ids)) for ids in item.associations.values())


def expected_links(record: Mapping[str, Any], kind: ObjectType) -> dict[str, set[str]]:
    """By partner type, whatever there is of it."""
    partners = partners_of(kind)
    linked = record["associations"]
    return {partner.name: {partner.item_id(id_) for id_ in linked.get(partner.name, ())} for partner in partners}


def means(value: object, raw: str | None) -> bool:
    """Whether a typed value says what the portal's text says."""
    match value:
        case None:
            return not raw
        case bool():
            return raw == str(value).lower()
        case list():
            return raw is not None and [part for part in raw.split(";") if part] == value
        case int() | float():
            return raw is not None and Decimal(raw) == Decimal(repr(value))
        case _:
            return value == raw or moment(str(value)) == moment(raw or "")


def moment(text: str) -> datetime | None:
    """A moment or a day, written in any of HubSpot's ways; None for no text of that kind."""
    try:
        return datetime.fromtimestamp(int(Decimal(text)) / 1000, UTC)
    except InvalidOperation:
        pass
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
