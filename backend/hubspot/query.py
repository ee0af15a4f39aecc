"""What to read from a portal, and how: by list, or by search if only search can answer."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from errors import ValidationFailedError
from hubspot.endpoints import Filter, Search
from hubspot.metadata_cache import TypeNames
from hubspot.object_type import ObjectType
from hubspot.values import epoch_ms
from hubspot.wire import Record

ALL_PROPERTIES = "*"
# A search body may have 3,000 bytes; with four-byte characters there is still room for the rest.
LONGEST_QUERY = 500
# Each may have many values, for each of the 50 records of a call.
MOST_HISTORIES = 20
# HubSpot answers a date filter of 0 with 500. Source: estuary's connector.
EARLIEST_MS = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """Which records of which object types to read, with which properties and associations.

    Args:
        object_types: in the order of delivery.
        properties: names; `*` means all; None means a default set for each type.
        associations: whether to read associations; type ids if the caller chose the types.
        archived: archived records instead of live ones.
        updated_since: only records modified (or archived) then or later; aware.
        q: HubSpot's own full-text search.
        property_history: names of properties whose past values are read as well.

    Raises:
        ValidationFailedError: a combination that HubSpot cannot answer.
    """

    object_types: tuple[ObjectType, ...]
    properties: tuple[str, ...] | None = None
    associations: bool | tuple[str, ...] = True
    archived: bool = False
    updated_since: datetime | None = None
    q: str | None = None
    property_history: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.q is not None and len(self.q) > LONGEST_QUERY:
            raise ValidationFailedError(f"`q` may have {LONGEST_QUERY:,} characters at most.")
        if len(self.property_history) > MOST_HISTORIES:
            raise ValidationFailedError(f"`property_history` may name {MOST_HISTORIES} properties at most.")
        if ALL_PROPERTIES in self.property_history:
            raise ValidationFailedError("`property_history` takes the names of properties, and no `*`.")
        if self.archived and self.q is not None:
            raise ValidationFailedError(
                "HubSpot's search does not cover archived records. Leave out `q`, or `archived`."
            )

    @property
    def by_search(self) -> bool:
        """Only search can filter by text or time; it cannot find archived records."""
        return self.q is not None or (self.updated_since is not None and not self.archived)

    @property
    def needs_definitions(self) -> bool:
        """Whether the type's definitions are needed to build the request."""
        return self.properties is not None and ALL_PROPERTIES in self.properties

    def asked_properties(self, object_type: ObjectType, names: TypeNames) -> tuple[str, ...]:
        """The properties that the caller requested."""
        if self.properties is None:
            return object_type.default_properties
        listed: Iterable[str] = ()
        if self.needs_definitions:
            listed = sorted(names.definitions) or object_type.default_properties
        return tuple(name for name in dict.fromkeys([*listed, *self.properties]) if name != ALL_PROPERTIES)

    def undefined_properties(self, names: TypeNames) -> tuple[str, ...]:
        """Properties requested by name but not defined for the type; empty for several types: any may define them.

        A record may still have them: HubSpot does not list every property (`hs_v2_date_entered_…`).
        """
        if len(self.object_types) > 1 or not names.definitions:
            return ()
        asked = dict.fromkeys([*(self.properties or ()), *self.property_history])
        return tuple(name for name in asked if name not in {ALL_PROPERTIES, *names.definitions})

    def read_properties(self, object_type: ObjectType, asked: Iterable[str]) -> tuple[str, ...]:
        """The properties to request from HubSpot, including those that name the record."""
        return tuple(dict.fromkeys([*asked, *sorted(object_type.naming)]))

    def accepts(self, record: Record) -> bool:
        """Whether a listed record is recent enough. Search filters by itself."""
        if self.updated_since is None or self.by_search:
            return True
        changed_ms = [ms for text in (record.updated_at, record.archived_at) if (ms := epoch_ms(text)) is not None]
        return not changed_ms or max(changed_ms) >= self._since_ms

    def search_after(
        self, object_type: ObjectType, last_id: str | None, *, properties: tuple[str, ...], limit: int
    ) -> Search:
        """The next records by ascending id.

        Each search begins after the last id instead of at an offset, so that neither HubSpot's limit of 10,000 results
        nor equal modification times can hide a record.
        """
        filters = []
        if self.updated_since is not None:
            filters.append(Filter(object_type.modified_property, "GTE", str(self._since_ms)))
        if last_id is not None:
            filters.append(Filter("hs_object_id", "GT", last_id))
        return Search(filters=tuple(filters), query=self.q, sort_by="hs_object_id", properties=properties, limit=limit)

    @property
    def _since_ms(self) -> int:
        moment = self.updated_since
        return EARLIEST_MS if moment is None else max(EARLIEST_MS, int(moment.timestamp() * 1000))
