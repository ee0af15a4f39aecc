"""HubSpot's JSON as typed values: unknown fields are ignored, missing ones fail with their path.

Frequent types are excluded from garbage collection (`gc=False`), because they cannot be part of a reference cycle.
Source: HubSpot's OpenAPI documents of each API. Decoded by msgspec, the hot path of every load.
"""

from typing import Generic, TypeVar

from msgspec import Struct, field

T = TypeVar("T")

# HubSpot sends strings or null; other scalars are accepted, so that one invalid record does not lose its page.
PropertyValue = str | int | float | bool | None


class Next(Struct, frozen=True):
    """`link` is left out on purpose: URLs in answers are never fetched."""

    after: str | int


class Paging(Struct, frozen=True):
    next: Next | None = None


def _after(paging: Paging | None) -> str | None:
    if paging is None or paging.next is None or paging.next.after == "":
        return None
    return str(paging.next.after)


class InlineLink(Struct, frozen=True, gc=False):
    """An association that came with its record. The same target is listed once for each association type."""

    id: str | int
    type: str = ""


class InlineLinks(Struct, frozen=True, gc=False):
    """Associations of a record with one object type; `paging` is set if there are more."""

    results: list[InlineLink]
    paging: Paging | None = None

    @property
    def after(self) -> str | None:
        return _after(self.paging)


class ValueWithTimestamp(Struct, rename="camel", frozen=True, gc=False):
    """A past value of a property, and its time. Source: HubSpot objects specification, ValueWithTimestamp."""

    value: PropertyValue = None
    timestamp: str | None = None
    source_type: str | None = None
    source_id: str | None = None
    source_label: str | None = None
    updated_by_user_id: str | int | None = None


class Record(Struct, rename="camel", gc=False):
    """One record. `id` is unique within its object type only; `associations` is None if they were not requested."""

    id: str
    properties: dict[str, PropertyValue]
    created_at: str | None = None
    updated_at: str | None = None
    archived: bool = False
    archived_at: str | None = None
    url: str | None = None
    associations: dict[str, InlineLinks] | None = None
    properties_with_history: dict[str, list[ValueWithTimestamp]] | None = None


class PartialRecord(Record):
    """The readable part of a record that does not match HubSpot's documentation."""


class Listing(Struct, Generic[T], frozen=True):
    """`{results, paging}`: records, owners, and without paging pipelines, properties, schemas."""

    results: list[T]
    paging: Paging | None = None
    total: int | None = None

    @property
    def after(self) -> str | None:
        """The next page's cursor; None on the last page, where `paging` is absent."""
        return _after(self.paging)


class BatchProblem(Struct, rename="camel", frozen=True):
    """An entry of a batch's `errors`; every field is optional. Source: HubSpot error handling."""

    category: str | None = None


class Batch(Struct, Generic[T], rename="camel", frozen=True):
    """The answer of a batch: 200, or 207 when `errors` names inputs without a result."""

    results: list[T]
    errors: list[BatchProblem] = field(default_factory=list)


# Source: HubSpot associate-records, association type ids. The label is also "Primary", in the account's language.
PRIMARY_TYPE_IDS = frozenset({1, 2, 5, 6, 25, 26, 578})


class AssociationType(Struct, rename="camel", frozen=True, gc=False):
    category: str
    type_id: int
    label: str | None = None


class AssociatedTo(Struct, rename="camel", frozen=True, gc=False):
    """`toObjectId` is a string by the specification and a number on the wire."""

    to_object_id: str | int
    association_types: list[AssociationType] = field(default_factory=list)


class AssociatedFrom(Struct, frozen=True, gc=False):
    id: str | int


class AssociationsOf(Struct, frozen=True, gc=False):
    """All or some targets of one record; `paging` is set if there are more."""

    source: AssociatedFrom = field(name="from")
    to: list[AssociatedTo]
    paging: Paging | None = None

    @property
    def after(self) -> str | None:
        return _after(self.paging)


class AssociationsBatch(Batch[AssociationsOf], frozen=True):
    """`lost`: ids of records with unreadable associations; "" if the record is unknown."""

    lost: tuple[str, ...] = ()


class Owner(Struct, rename="camel", frozen=True):
    """A user to whom records are assigned by `id`."""

    id: str
    email: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    archived: bool = False


class Stage(Struct, rename="camel", frozen=True):
    id: str
    label: str = ""
    display_order: int = 0


class Pipeline(Struct, rename="camel", frozen=True):
    id: str
    label: str = ""
    stages: list[Stage] = field(default_factory=list)
    display_order: int = 0


class Option(Struct, frozen=True):
    value: str
    label: str = ""


class ModificationMetadata(Struct, rename="camel", frozen=True):
    read_only_definition: bool = False


class Property(Struct, rename="camel", frozen=True):
    """The definition of a property. `type` is the type of its values, `field_type` the input control."""

    name: str
    type: str
    label: str = ""
    field_type: str = ""
    group_name: str = ""
    hubspot_defined: bool = False
    modification_metadata: ModificationMetadata | None = None
    options: list[Option] = field(default_factory=list)
    referenced_object_type: str | None = None

    @property
    def is_custom(self) -> bool:
        """Whether the account defined it: HubSpot's definitions are marked or cannot be changed."""
        metadata = self.modification_metadata
        return not (self.hubspot_defined or (metadata is not None and metadata.read_only_definition))


class SchemaLabels(Struct, frozen=True):
    singular: str | None = None
    plural: str | None = None


class SchemaAssociation(Struct, rename="camel", frozen=True):
    from_object_type_id: str = ""
    to_object_type_id: str = ""


class Schema(Struct, rename="camel", frozen=True):
    """The definition of a custom object type."""

    object_type_id: str
    name: str
    fully_qualified_name: str | None = None
    labels: SchemaLabels = field(default_factory=SchemaLabels)
    primary_display_property: str | None = None
    secondary_display_properties: list[str] = field(default_factory=list)
    required_properties: list[str] = field(default_factory=list)
    associations: list[SchemaAssociation] = field(default_factory=list)
    archived: bool = False


class AccountDetails(Struct, rename="camel", frozen=True):
    """Details of the token's portal. `ui_domain` is the host of its record pages."""

    portal_id: int
    ui_domain: str
    account_type: str | None = None
    portal_name: str | None = None
    data_hosting_location: str | None = None
