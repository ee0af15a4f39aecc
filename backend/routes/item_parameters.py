"""Parameters of the routes that answer items."""

from typing import Annotated

from fastapi import Query

from integrations.integration import MAX_PAGE
from routes.csv_cells import Cells
from routes.items_request import LONGEST_AGE_S, MAX_CURSOR_LENGTH, MAX_FILTER_LENGTH, MAX_SEARCH_LENGTH
from routes.parameters import Flag, Moment
from routes.patterns import SORT

ObjectTypes = Annotated[
    str | None,
    Query(
        min_length=1,
        description="Comma list of names from GET object-types; default: the integration's default types.",
        examples=["contacts,companies,deals"],
    ),
]
Limit = Annotated[int, Query(ge=1, le=MAX_PAGE, description="Items per page. Streams ignore it.")]
After = Annotated[
    str | None,
    Query(
        min_length=1,
        max_length=MAX_CURSOR_LENGTH,
        description=(
            "`next` of the page before, or `resume` of a receipt or checkpoint; with all other parameters unchanged."
        ),
    ),
]
Properties = Annotated[
    str | None,
    Query(
        min_length=1,
        description="Comma list of internal names; `*` for all; default: a useful set for each type.",
        examples=["email,phone"],
    ),
]
Associations = Annotated[Flag, Query(description="Also read parents, children and associated items.")]
AssociatedTypes = Annotated[
    str | None,
    Query(
        min_length=1,
        description=(
            "Comma list of object types: read the associations with exactly these, custom objects and the own type"
            " (parent and child companies) included, instead of the usual ones of each type."
        ),
        examples=["companies,2-123456"],
    ),
]
PropertyHistory = Annotated[
    str | None,
    Query(
        min_length=1,
        description="Comma list of up to 20 properties whose past values are returned as `property_history`.",
        examples=["dealstage,amount"],
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
    Query(
        min_length=1,
        description="Comma list of item fields to return in addition to `id`; default: all. CSV ignores it.",
        examples=["name,url,last_modified_time"],
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
    Query(
        min_length=1,
        description="Comma list of up to 100 item ids: exactly these, in this order. Not with other filters.",
        examples=["512_Contact,77_Company"],
    ),
]
