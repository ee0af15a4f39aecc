"""Records on the wire: the chosen properties of the chosen rows.

Source: HubSpot using object APIs; schema SimplePublicObjectWithAssociations.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from simulator.call import Call
from simulator.moments import iso
from simulator.records.columns import Reader, Value
from simulator.records.index import Index
from simulator.records.object_types import ObjectType
from simulator.records.table import Table

# Without `sales-email-read` the content of an e-mail is withheld. Source: HubSpot scopes.
EMAIL_CONTENT = frozenset({"hs_email_text", "hs_email_html", "hs_email_subject", "hs_email_headers"})
Json = dict[str, object]
Source = Table | Index


class View:
    """Which properties a call wants of one object type, worked out once for all rows of its answer."""

    def __init__(self, call: Call, table: Source, properties: Sequence[str], history: Sequence[str] = ()) -> None:
        self.call = call
        self.table = table
        self.object_type = table.object_type
        known = call.portal.catalog(self.object_type)
        self.history = [name for name in history if name in known]
        wanted = {name for name in (*properties, *self.history) if name in known} or set(
            self.object_type.default_properties
        )
        self._blank: dict[str, Value] = dict.fromkeys(sorted(wanted.union(self.object_type.always)))
        self._readers = [(name, read) for name in self._blank if (read := self._reader(name))]

    def _reader(self, name: str) -> Reader | None:
        withheld = name in EMAIL_CONTENT and "sales-email-read" not in self.call.scopes
        return None if withheld else self.table.reader(name)

    def record(self, row: int) -> Json:
        """Build one record; a requested property without a value is null, an unknown one is left out."""
        table = self.table
        properties = self._blank.copy()
        for name, read in self._readers:
            properties[name] = read(row)
        found: Json = {
            "id": properties["hs_object_id"],
            "properties": properties,
            "createdAt": iso(table.created[row]),
            "updatedAt": iso(table.modified_ms(row)),
            "archived": False,
        }
        if self.history:
            found["propertiesWithHistory"] = {name: self._versions(row, name) for name in self.history}
        archived_ms = table.archived_ms(row)
        if archived_ms is not None:
            found["archived"] = True
            found["archivedAt"] = iso(archived_ms)
        found["url"] = self.call.portal.record_url(self.object_type, table.ids[row])
        return found

    def records(self, rows: Iterable[int]) -> list[Json]:
        return [self.record(row) for row in rows]

    def _versions(self, row: int, name: str) -> list[Json]:
        """Newest first: the values it had, and that it was empty at creation."""
        versions = self.table.versions(row, name)
        if all(value is None for _, value in versions):
            return []
        return [
            {"value": value or "", "timestamp": iso(moment), "sourceType": "CRM_UI", "sourceId": "userId:222222"}
            for moment, value in [*versions, (self.table.created[row], None)]
        ]


def table_of(call: Call, object_type: ObjectType) -> Table:
    return call.portal.table(object_type)
