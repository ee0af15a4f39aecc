"""The body of POST items/query. GET items has the same members as query parameters."""

import re
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from errors import ValidationFailedError
from integrations.integration import MAX_PAGE, ItemFilter, ItemsQuery
from routes.csv_cells import Cells
from routes.parameters import Moment
from routes.patterns import NAME, SORT

# HubSpot's search takes at most 3,000 characters (CRM search, "Limits").
MAX_SEARCH_LENGTH = 3_000
MAX_CURSOR_LENGTH = 4_096
# An account has at most about 1,000 custom properties per object type, in addition to some hundred of HubSpot's.
MAX_NAMES = 2_000
# Source: HubSpot CRM search, "Limits": filters in a group.
MOST_FILTERS = 6
# A year; older records have no value as a cache.
LONGEST_AGE_S = 31_536_000

Name = Annotated[str, Field(pattern=NAME, max_length=200)]
Names = Annotated[tuple[Name, ...] | None, Field(min_length=1, max_length=MAX_NAMES)]


MAX_FILTER_LENGTH = 2_000


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
