"""What a caller wants to read: the parameters of GET items, and the body of POST items/query with the same members."""

import re
from typing import Annotated

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field

from errors import ValidationFailedError
from integrations.integration import MAX_PAGE, ItemFilter, ItemsQuery
from routes.csv_cells import Cells
from routes.parameters import MAX_CURSOR_LENGTH, Flag, Moment, cursor, name_list, parse_names
from routes.patterns import NAME, SORT

# HubSpot's search takes at most 3,000 characters (CRM search, "Limits").
MAX_SEARCH_LENGTH = 3_000
# An account has at most about 1,000 custom properties per object type, in addition to some hundred of HubSpot's.
MAX_NAMES = 2_000
MAX_IDS = 100
# Source: HubSpot CRM search, "Limits": filters in a group.
MOST_FILTERS = 6
# A year; older records have no value as a cache.
LONGEST_AGE_S = 31_536_000
MAX_FILTER_LENGTH = 2_000

Name = Annotated[str, Field(pattern=NAME, max_length=200)]
Names = Annotated[tuple[Name, ...] | None, Field(min_length=1, max_length=MAX_NAMES)]
ObjectTypes = Annotated[
    str | None,
    name_list(
        "Comma list of names from GET object-types; default: the integration's default types.",
        "contacts,companies,deals",
    ),
]
Limit = Annotated[int, Query(ge=1, le=MAX_PAGE, description="Items per page. Streams ignore it.")]
After = Annotated[
    str | None,
    cursor("`next` of the page before, or `resume` of a receipt or checkpoint; with all other parameters unchanged."),
]
Properties = Annotated[
    str | None,
    name_list("Comma list of internal names; `*` for all; default: a useful set for each type.", "email,phone"),
]
Associations = Annotated[Flag, Query(description="Also read parents, children and associated items.")]
AssociatedTypes = Annotated[
    str | None,
    name_list(
        "Comma list of object types: read the associations with exactly these, custom objects and the own type"
        " (parent and child companies) included, instead of the usual ones of each type.",
        "companies,2-123456",
    ),
]
PropertyHistory = Annotated[
    str | None,
    name_list(
        "Comma list of up to 20 properties whose past values are returned as `property_history`.", "dealstage,amount"
    ),
]
Archived = Annotated[Flag, Query(description="Read archived records instead of live ones.")]
UpdatedSince = Annotated[
    Moment | None,
    Query(description="Only records modified at or after this time (ISO 8601; UTC if it has no time zone)."),
]
Search = Annotated[
    str | None,
    Query(min_length=1, max_length=MAX_SEARCH_LENGTH, description="Free text for the vendor's search."),
]
TableCells = Annotated[
    Cells,
    Query(
        description=(
            "Of a table (CSV): `safe` puts an apostrophe before what a spreadsheet would run as a formula; `raw` writes"
            " every value as it is, for programs only."
        )
    ),
]
MaxAge = Annotated[
    int | None,
    Query(
        ge=0,
        le=LONGEST_AGE_S,
        description=(
            "Seconds. Answer from stored records if they have all requested data and are at most this old (see"
            " `source` and `as_of`), otherwise from the vendor."
        ),
        examples=[300],
    ),
]
ItemFields = Annotated[
    str | None,
    name_list(
        "Comma list of item fields to return in addition to `id`; default: all. CSV ignores it.",
        "name,url,last_modified_time",
    ),
]
Sort = Annotated[
    str | None,
    Query(
        pattern=SORT,
        max_length=200,
        description="Property to sort by, with `-` for descending. One object type, pages only, 10,000 results.",
        examples=["-createdate"],
    ),
]
Filters = Annotated[
    str | None,
    Query(
        min_length=1,
        max_length=MAX_FILTER_LENGTH,
        description=(
            "Of one object type: up to 6 conditions `property:operator:value` that must all hold, with semicolons"
            " between them. Operators: `eq`, `neq`, `lt`, `lte`, `gt`, `gte`, `in` and `not_in` (values with commas),"
            " `has` and `has_not` (without a value). Pages only, 10,000 results."
        ),
        examples=["amount:gte:1000;dealstage:in:won,lost"],
    ),
]
Totals = Annotated[
    Flag,
    Query(description="Also count the records of each type, which takes some seconds; otherwise `total` is null."),
]
Ids = Annotated[
    str | None,
    name_list(
        "Comma list of up to 100 item ids: exactly these, in this order. Not with other filters.",
        "512_Contact,77_Company",
    ),
]


class ItemsRequest(BaseModel):
    """Each member has the meaning of the parameter of GET items with the same name; comma lists are arrays here."""

    model_config = ConfigDict(extra="forbid")

    object_types: Annotated[Names, Field(examples=[["contacts", "deals"]])] = None
    limit: Annotated[int, Field(ge=1, le=MAX_PAGE, strict=True)] = MAX_PAGE
    after: Annotated[str | None, Field(min_length=1, max_length=MAX_CURSOR_LENGTH)] = None
    properties: Annotated[Names, Field(examples=[["email", "phone"]])] = None
    associations: Annotated[bool, Field(strict=True)] = True
    associated_types: Names = None
    archived: Annotated[bool, Field(strict=True)] = False
    updated_since: Moment | None = None
    q: Annotated[str | None, Field(min_length=1, max_length=MAX_SEARCH_LENGTH)] = None
    property_history: Names = None
    sort: Annotated[str | None, Field(pattern=SORT, max_length=200, examples=["-createdate"])] = None
    filter: Annotated[str | None, Field(min_length=1, max_length=MAX_FILTER_LENGTH)] = None
    cells: Cells = "safe"
    max_age: Annotated[int | None, Field(ge=0, le=LONGEST_AGE_S, strict=True)] = None
    fields: Names = None
    ids: Annotated[tuple[Name, ...] | None, Field(min_length=1, max_length=MAX_IDS, examples=[["512_Contact"]])] = None

    def build_query(self) -> ItemsQuery:
        """Raises: ValidationFailedError."""
        if self.associated_types and not self.associations:
            raise ValidationFailedError(
                "`associated_types` chooses associations, and `associations=false` asks for none."
            )
        return ItemsQuery(
            object_types=_distinct(self.object_types),
            limit=self.limit,
            after=self.after,
            properties=None if self.properties is None else _distinct(self.properties),
            associations=self.associations,
            associated_types=_distinct(self.associated_types),
            archived=self.archived,
            updated_since=self.updated_since,
            q=self.q,
            property_history=_distinct(self.property_history),
            sort=self.sort,
            filters=parse_filters(self.filter),
        )


async def get_items_query(  # noqa: PLR0913 one for each parameter
    *,
    object_types: ObjectTypes = None,
    limit: Limit = MAX_PAGE,
    after: After = None,
    properties: Properties = None,
    associations: Associations = True,
    associated_types: AssociatedTypes = None,
    archived: Archived = False,
    updated_since: UpdatedSince = None,
    q: Search = None,
    property_history: PropertyHistory = None,
    sort: Sort = None,
    filter: Filters = None,  # noqa: A002 the parameter's name
) -> ItemsQuery:
    """Raises: ValidationFailedError."""
    return ItemsRequest.model_construct(
        object_types=parse_names("object_types", object_types),
        limit=limit,
        after=after,
        properties=parse_names("properties", properties),
        associations=associations,
        associated_types=parse_names("associated_types", associated_types),
        archived=archived,
        updated_since=updated_since,
        q=q,
        property_history=parse_names("property_history", property_history),
        sort=sort,
        filter=filter,
    ).build_query()


def parse_filters(text: str | None) -> tuple[ItemFilter, ...]:
    """`amount:gte:1000;dealstage:in:a,b` → conditions. Raises: ValidationFailedError."""
    conditions = []
    for part in (text or "").split(";") if text else ():
        name, _, rest = part.strip().partition(":")
        operator, separator, value = rest.partition(":")
        needs_value = operator not in {"has", "has_not"}
        if not re.fullmatch(r"[A-Za-z0-9_]+", name) or not operator or needs_value != bool(separator and value):
            raise ValidationFailedError(
                "`filter` should be conditions `property:operator:value` with semicolons between them, such as "
                "`amount:gte:1000;dealstage:in:won,lost;email:has`."
            )
        conditions.append(ItemFilter(name, operator, value))
    if len(conditions) > MOST_FILTERS:
        raise ValidationFailedError(f"`filter` takes {MOST_FILTERS} conditions at most.")
    return tuple(conditions)


def _distinct(names: tuple[str, ...] | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names or ()))
