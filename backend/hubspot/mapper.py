"""Map records to items. Pure: fetches nothing and never raises, even for an invalid record.

`delta` is a hash of the record's own content: modification time, archived or not, values, and associations with their
labels, in any order. Other names (of an owner, a stage, the parent) and past values are not part of it. Reads of the
same properties and associations give the same `delta` for the same record, whichever way it was read.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any
from urllib.parse import quote

import msgspec

from hubspot.associated import Associated
from hubspot.catalog import partners_of
from hubspot.markup import visible_text
from hubspot.metadata_cache import OWNER_PROPERTY, Definition, Names
from hubspot.object_type import ObjectType
from hubspot.values import Parser, parse_bool, parse_moment
from hubspot.wire import PropertyValue, Record, ValueWithTimestamp
from integrations.integration_item import IntegrationItem, PropertyVersion

LONGEST_NAME = 200
DELTA_BYTES = 12

Associations = Mapping[str, Associated]
# How to map one property of every record: its name, the parser of its values, their labels.
_Column = tuple[str, Parser | None, Mapping[str, str] | None]
_encoded = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Portal:
    """The account the records belong to, and the host of its web application, one of HubSpot's own."""

    portal_id: str
    ui_domain: str


class Mapper:
    """Items of one object type of one portal.

    Args:
        properties: those to deliver; None for all.
    """

    def __init__(
        self,
        object_type: ObjectType,
        *,
        portal: Portal,
        names: Names,
        properties: Sequence[str] | None = None,
    ) -> None:
        self._type = object_type
        self._portal_id = portal.portal_id
        self._mime_type = object_type.mime_type
        self._suffix = object_type.item_id("")
        self._origin = f"https://{portal.ui_domain}/"
        self._page_url = self._origin + object_type.page_path.replace(
            "{portal_id}", quote(portal.portal_id, safe="")
        ).replace("{type_id}", quote(object_type.type_id, safe=""))
        definitions = names.of(object_type).definitions.values()
        self._parsers = {
            definition.name: definition.parse for definition in definitions if definition.parse is not None
        }
        self._texts = _texts_by_name(object_type, names)
        self._columns = self._columns_of(None if properties is None else {*properties, *object_type.always})
        # Read to name the record, but not requested.
        self._unasked = () if properties is None else tuple(sorted(object_type.naming - {*properties}))
        read = None if properties is None else {*properties, *object_type.naming, *object_type.always}
        self._version_columns = None if read is None else sorted(read)
        self._suffixes = {partner.name: partner.item_id("") for partner in partners_of(object_type)}

    def to_item(
        self, record: Record, associations: Associations | None = None, parent_name: str | None = None
    ) -> IntegrationItem:
        """Map as much of the record as can be read.

        Args:
            record: from HubSpot; not changed.
            associations: by object type; an absent type was not read. None: not requested.
            parent_name: of the primary record of the parent's type.
        """
        object_type = self._type
        wire = _without_empty(record.properties)
        properties, labels = self._values(wire)
        associated = None if associations is None else self._associated(associations)
        parent = None if associations is None else self._parent_id(associations)
        return IntegrationItem(
            id=record.id + self._suffix,
            type=object_type.item_type,
            directory=object_type.directory,
            parent_path_or_name=parent_name if parent else None,
            parent_id=parent,
            name=name_of(record, object_type),
            creation_time=_time(record.created_at or record.properties.get(object_type.created_property)),
            last_modified_time=_time(record.updated_at or record.properties.get(object_type.modified_property)),
            url=self._url(record),
            children=None if associated is None else self._children(associated),
            mime_type=self._mime_type,
            delta=self._delta(record, wire, associations, parent),
            drive_id=self._portal_id,
            visibility=not record.archived,
            object_type=object_type.name,
            record_id=record.id,
            properties=properties,
            labels=labels,
            associations=associated,
            association_labels=None if associations is None else self._association_labels(associations),
            property_history=None if record.properties_with_history is None else self._property_history(record),
        )

    def _columns_of(self, wanted: Collection[str] | None) -> tuple[_Column, ...]:
        """Only the properties that need parsing or labels."""
        needing = self._parsers.keys() | self._texts.keys()
        chosen = needing if wanted is None else needing.intersection(wanted)
        return tuple((name, self._parsers.get(name), self._texts.get(name)) for name in sorted(chosen))

    def _values(self, wire: Mapping[str, PropertyValue]) -> tuple[dict[str, Any], dict[str, str | list[str]]]:
        values: dict[str, Any] = dict(wire)
        labels: dict[str, str | list[str]] = {}
        for name in self._unasked:
            values.pop(name, None)
        for name, parse, texts in self._columns:
            value = values.get(name)
            if not isinstance(value, str):
                continue
            if parse is not None:
                values[name] = value = parse(value)
            if texts is not None and (text := _text(value, texts)) is not None:
                labels[name] = text
        return values, labels

    def _associated(self, associations: Associations) -> dict[str, list[str]]:
        found = {}
        for name, suffix in self._suffixes.items():
            if (association := associations.get(name)) is not None:
                found[name] = [id_ + suffix for id_ in association.ids]
        return found

    def _association_labels(self, associations: Associations) -> dict[str, dict[str, list[str]]]:
        labeled = {}
        for name, found in associations.items():
            if found.labels and (suffix := self._suffixes.get(name)):
                labeled[name] = {id_ + suffix: labels for id_, labels in found.labels.items()}
        return labeled

    def _property_history(self, record: Record) -> dict[str, list[PropertyVersion]]:
        return {
            name: [self._version(version, name) for version in versions]
            for name, versions in (record.properties_with_history or {}).items()
        }

    def _version(self, version: ValueWithTimestamp, name: str) -> PropertyVersion:
        parse, texts = self._parsers.get(name), self._texts.get(name)
        value: Any = None if version.value == "" else version.value
        if parse is not None and isinstance(value, str):
            value = parse(value)
        return PropertyVersion(
            value=value,
            label=None if texts is None else _text(value, texts),
            changed_at=_time(version.timestamp),
            source=version.source_type,
            source_id=version.source_id,
            source_label=version.source_label,
            user_id=None if version.updated_by_user_id is None else str(version.updated_by_user_id),
        )

    def _children(self, associated: Mapping[str, Sequence[str]]) -> list[str]:
        """The associated items of a directory, except those of its own type (other companies)."""
        others = (ids for name, ids in associated.items() if name != self._type.name)
        return [id_ for ids in others for id_ in ids] if self._type.directory else []

    def _parent_id(self, associations: Associations) -> str | None:
        parent_type = self._type.parent_type
        if parent_type is None or (found := associations.get(parent_type)) is None or found.primary_id is None:
            return None
        return found.primary_id + self._suffixes[parent_type]

    def _url(self, record: Record) -> str:
        """HubSpot's URL if it is on the portal's host, else built by HubSpot's rule."""
        if record.url is not None and record.url.startswith(self._origin):
            return record.url
        return self._page_url.replace("{record_id}", quote(record.id, safe=""))

    def _delta(
        self,
        record: Record,
        wire: Mapping[str, PropertyValue],
        associations: Associations | None,
        parent: str | None,
    ) -> str:
        """Null and absent values give the same hash.

        A primary association counts for the parent only: a company is the primary company of many contacts, whose order
        is arbitrary.
        """
        values: list[Any]
        if self._version_columns is None:
            values = sorted((name, value) for name, value in wire.items() if value is not None)
        else:
            values = list(map(wire.get, self._version_columns))
        linked = (
            []
            if associations is None
            else [
                (
                    name,
                    sorted(association.ids),
                    sorted((id_, sorted(texts)) for id_, texts in association.labels.items()),
                )
                if association.labels
                else (name, sorted(association.ids))
                for name in self._suffixes
                if (association := associations.get(name)) is not None and association.ids
            ]
        )
        version = _encoded((record.id, record.updated_at, record.archived, values, parent, linked))
        return blake2b(version, digest_size=DELTA_BYTES).hexdigest()


def _without_empty(wire: Mapping[str, PropertyValue]) -> Mapping[str, PropertyValue]:
    """`""` means null."""
    return {name: None if value == "" else value for name, value in wire.items()} if "" in wire.values() else wire


def name_of(record: Record, object_type: ObjectType) -> str:
    """The best human name; if all are empty, the type and the id: `Contact 512`."""
    for group in object_type.name_properties:
        words = [value for name in group if isinstance(value := record.properties.get(name), str) and value]
        if words and (name := _readable(" ".join(words), is_html=object_type.name_is_html)):
            return name
    return f"{object_type.item_type} {record.id}"


def _readable(text: str, *, is_html: bool) -> str:
    """The text on one line, shortened; empty if it has no visible character."""
    text = visible_text(text, at_least=LONGEST_NAME) if is_html else " ".join(text.split())
    if not text.isprintable() and not any(letter.isprintable() and letter != " " for letter in text):
        return ""
    return text if len(text) <= LONGEST_NAME else f"{text[: LONGEST_NAME - 1]}…"


def _texts_by_name(object_type: ObjectType, names: Names) -> dict[str, Mapping[str, str]]:
    """The human texts of values, for each property that has any."""
    known = names.of(object_type)
    texts = {name: _texts(definition, names.owners) for name, definition in known.definitions.items()}
    # Labeled even if the definitions could not be read.
    always = [
        (OWNER_PROPERTY, names.owners),
        (object_type.pipeline_property, known.pipelines),
        (object_type.stage_property, known.stages),
    ]
    texts |= {name: found for name, found in always if name is not None and found}
    return {name: found for name, found in texts.items() if found}


def _texts(definition: Definition, owners: Mapping[str, str]) -> Mapping[str, str]:
    """Option labels; a boolean needs none."""
    if definition.parse is parse_bool:
        return {}
    return owners if definition.is_owner else definition.options


def _text(value: object, texts: Mapping[str, str]) -> str | list[str] | None:
    """Human text if it differs from the value; for a multiple choice, one for each value."""
    if isinstance(value, list):
        found = [texts.get(part, part) for part in value]
        return found if found != value else None
    text = texts.get(value) if isinstance(value, str) else None
    return text if text != value else None


def _time(value: PropertyValue) -> str | None:
    """ISO 8601 in UTC with milliseconds; None if it is not a date and time."""
    return parse_moment(value) if isinstance(value, str) else None
