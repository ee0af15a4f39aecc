"""Associations inside a record, cut at 100 a type.

Sources: HubSpot changelog, change to how v3 CRM APIs return association data; issue airbyte#56447.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from simulator.call import Call, require_readable
from simulator.crm.cursors import association_cursor
from simulator.crm.rendering import Json
from simulator.records.association_types import KINDS
from simulator.records.links import LABELLED, PRIMARY, Links
from simulator.records.object_types import ObjectType
from simulator.records.table import Table

INLINE_LIMIT = 100


@dataclass(frozen=True, slots=True)
class Target:
    object_type: ObjectType
    table: Table
    links: Links


@dataclass(frozen=True, slots=True)
class Inline:
    """The association parameter of one call."""

    call: Call
    source: ObjectType
    targets: tuple[Target, ...]

    def attach(self, record: Json, row: int) -> None:
        """Add `associations` to a record that has some; the key is absent otherwise."""
        found = {
            self.call.portal.association_name(target.object_type): listed
            for target in self.targets
            if (listed := self._listed(target, row, str(record["id"])))
        }
        if found:
            record["associations"] = found

    def _listed(self, target: Target, row: int, record_id: str) -> Json | None:
        rows, flags = target.links.of(row)
        pairs = [(r, f) for r, f in zip(rows, flags, strict=True) if target.table.is_live(r)]
        if not pairs:
            return None
        listed: Json = {"results": named_targets(self.source, target.table, pairs[:INLINE_LIMIT])}
        if len(pairs) > INLINE_LIMIT:
            listed["paging"] = self._paging(target, record_id, pairs[INLINE_LIMIT][0])
        return listed

    def _paging(self, target: Target, record_id: str, next_row: int) -> Json:
        after = association_cursor(target.object_type, target.table.ids[next_row])
        call = self.call
        path = f"/crm/objects/{call.version}/{self.source.plural}/{record_id}/associations/{target.object_type.plural}"
        return {"next": {"after": after, "link": f"{call.state.public_url}{path}?after={after}"}}


def named_targets(source: ObjectType, targets: Table, pairs: Iterable[tuple[int, int]]) -> list[Json]:
    """Linked records as inline associations and the v3 endpoints name them: id and type. `pairs`: row and flags.

    A company stands there twice when it is the primary one, the second time as `…_unlabeled`: a known trap.
    Source: recorded answers (`{"id": "6101", "type": "company_to_contact"}`). How a label of the account is
    named is not documented; here it is listed besides, under a name made of the label.
    """
    name = f"{source.singular}_to_{targets.object_type.singular}"
    with_primary = targets.object_type.plural == "companies"
    kinds = KINDS.get((source.plural, targets.object_type.plural))
    label = kinds.label if kinds else None
    found: list[Json] = []
    for row, flags in pairs:
        target_id = str(targets.ids[row])
        if flags & PRIMARY or not with_primary:
            found.append({"id": target_id, "type": name})
        if with_primary:
            found.append({"id": target_id, "type": f"{name}_unlabeled"})
        if flags & LABELLED and label is not None:
            found.append({"id": target_id, "type": label[1].lower().replace(" ", "_")})
    return found


def inline_associations(call: Call, source: ObjectType) -> Inline:
    """Read the parameter; unknown types are ignored.

    Raises: RefusalError 403 when the scope of an associated type is missing.
    """
    targets: list[Target] = []
    for name in call.names("associations"):
        target = call.portal.find_type(name)
        links = call.portal.links.get((source.plural, target.plural)) if target else None
        if target is None:
            continue
        require_readable(call, target)
        if links is not None:
            targets.append(Target(target, call.portal.tables[target.plural], links))
    return Inline(call, source, tuple(targets))
