"""HubSpot's addresses and request bodies, built from the dated version: values in, `Call` out, nothing sent.

Source: section "URL shapes" of each API's reference, https://developers.hubspot.com/docs/api-reference/latest/overview
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Required, TypedDict, Unpack
from urllib.parse import quote, urlencode

import msgspec

from core.api_client import Call
from hubspot.budget import RateLimitBucket

# Source: HubSpot using-object-apis, list and batch read.
LIST_PAGE_MAX = 100
BATCH_READ_MAX = 100
# Source: HubSpot using-object-apis, property histories.
HISTORIES_BATCH_MAX = 50
# Source: HubSpot search.
SEARCH_PAGE_MAX = 200
# Source: HubSpot search: larger bodies are answered with 400. Characters there, bytes here, to be safe.
LONGEST_SEARCH_BODY = 3_000
# Source: HubSpot changelog, associations batch read limit (2025-02-10).
ASSOCIATIONS_BATCH_MAX = 1_000
# Source: HubSpot owners specification, the default; its maximum is not documented.
OWNERS_PAGE = 100
# HubSpot answers 414 for URLs of about 16,000 characters; well before that, names are sent in the body.
LONGEST_PROPERTIES_IN_URL = 8_000

FilterOperator = Literal["LT", "LTE", "GT", "GTE", "EQ", "NEQ", "IN", "NOT_IN", "HAS_PROPERTY", "NOT_HAS_PROPERTY"]
JsonBody = Mapping[str, object]


HubSpotCall = Call[RateLimitBucket]


class ListPage(TypedDict, total=False):
    """Which page of a list to read: `limit` at most 100, `after` an earlier page's cursor or None.

    The records come with their associations with the types in `associations`.
    """

    limit: Required[int]
    after: Required[str | None]
    properties: Required[Sequence[str]]
    archived: bool
    associations: Sequence[str]


@dataclass(frozen=True, slots=True)
class Filter:
    """One condition of a search. Dates are epoch milliseconds written as strings."""

    property_name: str
    operator: FilterOperator
    value: str | None = None
    values: tuple[str, ...] = ()

    def as_json(self) -> JsonBody:
        whole = {"propertyName": self.property_name, "operator": self.operator}
        value = {} if self.value is None else {"value": self.value}
        return {**whole, **value, **({"values": list(self.values)} if self.values else {})}


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """A search within one object type: all filters must hold. HubSpot allows one sort."""

    filters: tuple[Filter, ...] = ()
    query: str | None = None
    sort_by: str | None = None
    descending: bool = False
    properties: tuple[str, ...] = ()
    limit: int = LIST_PAGE_MAX
    after: str | None = None


@dataclass(frozen=True, slots=True)
class Endpoints:
    """All addresses of one API host and version.

    Args:
        api_url: without a trailing slash.
        version: a dated one: `2026-09`.
    """

    api_url: str
    version: str

    def account_details(self) -> HubSpotCall:
        return self._get("account", f"account-info/{self.version}/details")

    def list_records(self, object_type: str, **page: Unpack[ListPage]) -> HubSpotCall:
        """One page of a listing. Properties and associations must be repeated on every page."""
        query = {"limit": str(page["limit"]), "archived": _flag(page.get("archived", False))}
        if page["properties"]:
            query["properties"] = ",".join(page["properties"])
        if associations := page.get("associations"):
            query["associations"] = ",".join(associations)
        if page["after"] is not None:
            query["after"] = page["after"]
        return self._get("list", self._objects(object_type), query)

    def batch_read(
        self,
        object_type: str,
        ids: Sequence[str],
        *,
        properties: Sequence[str],
        archived: bool,
        with_history: Sequence[str] = (),
    ) -> HubSpotCall:
        """Values of up to 100 records, of 50 with histories. Both property lists are required by the specification."""
        body = {
            "inputs": [{"id": id_} for id_ in ids],
            "properties": list(properties),
            "propertiesWithHistory": list(with_history),
        }
        return self._post("batch_read", f"{self._objects(object_type)}/batch/read?archived={_flag(archived)}", body)

    def search(self, object_type: str, search: Search) -> HubSpotCall:
        body: dict[str, object] = {
            "filterGroups": [{"filters": [condition.as_json() for condition in search.filters]}]
            if search.filters
            else [],
            "properties": list(search.properties),
            "limit": search.limit,
        }
        if search.sort_by is not None:
            direction = "DESCENDING" if search.descending else "ASCENDING"
            body["sorts"] = [{"propertyName": search.sort_by, "direction": direction}]
        if search.query is not None:
            body["query"] = search.query
        if search.after is not None:
            body["after"] = search.after
        return self._post("search", f"{self._objects(object_type)}/search", body, "search")

    def read_associations(self, from_type: str, to_type: str, inputs: Sequence[tuple[str, str | None]]) -> HubSpotCall:
        """Targets of up to 1,000 records; each input is a record id and its cursor, None for the beginning."""
        body = {"inputs": [{"id": id_} if after is None else {"id": id_, "after": after} for id_, after in inputs]}
        return self._post("associations", f"{self._associations(from_type, to_type)}/batch/read", body, "associations")

    def association_types(self, from_type: str, to_type: str) -> HubSpotCall:
        """The association types between the two object types."""
        return self._get("association_types", f"{self._associations(from_type, to_type)}/labels")

    def owners(self, *, after: str | None, archived: bool) -> HubSpotCall:
        query = {"limit": str(OWNERS_PAGE), "archived": _flag(archived)}
        if after is not None:
            query["after"] = after
        return self._get("owners", f"crm/owners/{self.version}", query)

    def pipelines(self, object_type: str) -> HubSpotCall:
        return self._get("pipelines", f"crm/pipelines/{self.version}/{quote(object_type, safe='')}")

    def properties(self, object_type: str) -> HubSpotCall:
        return self._get("properties", f"crm/properties/{self.version}/{quote(object_type, safe='')}")

    def schemas(self) -> HubSpotCall:
        """Custom object types, without the property definitions, which make the answer large."""
        leave_out = ("includePropertyDefinitions", "includeAuditMetadata")
        return self._get("schemas", f"crm-object-schemas/{self.version}/schemas", dict.fromkeys(leave_out, "false"))

    def _objects(self, object_type: str) -> str:
        return f"crm/objects/{self.version}/{quote(object_type, safe='')}"

    def _associations(self, from_type: str, to_type: str) -> str:
        return f"crm/associations/{self.version}/{quote(from_type, safe='')}/{quote(to_type, safe='')}"

    def _get(self, endpoint: str, path: str, query: Mapping[str, str] | None = None) -> HubSpotCall:
        # An unescaped comma is valid and makes a list of names a third shorter.
        tail = "?" + urlencode(query, safe=",", quote_via=quote) if query else ""
        return Call("GET", f"{self.api_url}/{path}{tail}", "core", endpoint=endpoint)

    def _post(self, endpoint: str, path: str, body: JsonBody, bucket: RateLimitBucket = "core") -> HubSpotCall:
        return Call("POST", f"{self.api_url}/{path}", bucket, msgspec.json.encode(body), endpoint)


def fits_in_url(properties: Sequence[str]) -> bool:
    return len(quote(",".join(properties), safe=",")) <= LONGEST_PROPERTIES_IN_URL


def _flag(value: bool) -> str:  # noqa: FBT001 one argument, named by its function
    return "true" if value else "false"
