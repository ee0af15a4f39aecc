"""Change an account's records as its users do: create, edit, archive, restore, erase, merge, associate.

Many changes come in one batch: `Changes` notes what each did, and brings the tables in order once, at the end.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import Literal

from simulator.records.association_types import KINDS
from simulator.records.columns import Value
from simulator.records.links import PRIMARY
from simulator.records.portal import Portal
from simulator.records.table import Table
from simulator.webhooks import events
from simulator.webhooks.events import Event

Deed = Literal["create", "update", "archive", "restore", "erase", "merge", "associate"]
Publish = Callable[[int, Sequence[Event]], None]
# A merge of contacts gives the survivor a new id. Source: changelog, updated merge functionality.
_NEW_ID_ON_MERGE = frozenset({"contacts"})


class Changes:
    """One batch. The row lists of tables are as at its start until `finish`, which publishes what happened."""

    def __init__(self, portal: Portal, rng: Random, now_ms: int, publish: Publish) -> None:
        portal.changed = True
        self.portal = portal
        self.rng = rng
        self.now_ms = now_ms
        self.done: dict[str, dict[Deed, list[object]]] = {}
        self._regrouped: dict[str, Table] = {}
        self._events: list[Event] = []
        self._publish = publish

    def finish(self) -> None:
        for table in self._regrouped.values():
            table.reindex()
        at = {"occurredAt": self.now_ms}
        self._publish(self.portal.profile.portal_id, [event | at for event in self._events])
        self._events = []

    def some(self, name: str, deed: Deed, count: int) -> None:
        """Do a deed to so many records of an object type, drawn by chance; fewer when too few are left."""
        table = self.portal.tables[name]
        act: Callable[[Table], None] = getattr(self, f"_{deed}_one")
        for _ in range(count):
            act(table)

    def create(self, table: Table, properties: Mapping[str, Value]) -> int:
        """Return the row of the new record."""
        row = table.append(properties, self.now_ms)
        self._note(table, "create", str(table.ids[row]), regroups=True)
        self._events.append(events.created(table.object_type, table.ids[row]))
        return row

    def update(self, table: Table, row: int, properties: Mapping[str, Value]) -> None:
        table.update(row, properties, self.now_ms)
        self._note(table, "update", str(table.ids[row]))
        record_id = table.ids[row]
        self._events += [events.changed(table.object_type, record_id, *change) for change in properties.items()]

    def archive(self, table: Table, row: int) -> None:
        table.archive([row], self.now_ms)
        self._note(table, "archive", str(table.ids[row]), regroups=True)
        self._events.append(events.deleted(table.object_type, table.ids[row]))

    def restore(self, table: Table, row: int) -> None:
        table.restore(row, self.now_ms)
        self._note(table, "restore", str(table.ids[row]), regroups=True)
        self._events.append(events.restored(table.object_type, table.ids[row]))

    def erase(self, table: Table, row: int) -> None:
        """Delete a record for good, as a person may demand. Source: HubSpot, POST …/gdpr-delete."""
        table.erase(row, self.now_ms)
        self._note(table, "erase", str(table.ids[row]), regroups=True)
        self._events += events.erased(table.object_type, table.ids[row])

    def merge(self, table: Table, primary: int, loser: int) -> int:
        """Make one record of two, and return its row: what the primary lacks comes from the loser, links included."""
        name = table.object_type.plural
        kept = self._values(table, loser) | self._values(table, primary)
        old_ids = [kept.get("hs_merged_object_ids"), str(table.ids[loser])]
        losers = [loser]
        survivor = primary
        if name in _NEW_ID_ON_MERGE:
            old_ids.insert(0, str(table.ids[primary]))
            losers.append(primary)
            survivor = table.append({}, self.now_ms)
        merged = ";".join(filter(None, old_ids))
        table.update(survivor, kept | {"hs_merged_object_ids": merged}, self.now_ms)
        for row in losers:
            self._move_links(name, row, survivor)
            table.merge_away(row, survivor, self.now_ms)
        gone = [str(table.ids[row]) for row in losers]
        self._note(table, "merge", {"survivor": str(table.ids[survivor]), "merged": gone}, regroups=True)
        primary_id, loser_id, survivor_id = (table.ids[row] for row in (primary, loser, survivor))
        event = events.merged(table.object_type, primary=primary_id, losers=[loser_id], survivor=survivor_id)
        self._events.append(event)
        return survivor

    def associate(self, source: Table, row: int, target: Table, target_row: int) -> None:
        """Link two records; the modification time does not move. Source: connectors' observation."""
        names = source.object_type.plural, target.object_type.plural
        there, back = self.portal.links[names], self.portal.links[names[::-1]]
        first = not there.of(row)[0]
        flags = PRIMARY if first and KINDS[names].primary is not None else 0
        there.add(row, target_row, flags)
        back.add(target_row, row, flags)
        self._note_link(source, row, target, target_row, "added")

    def dissociate(self, source: Table, row: int, target: Table, target_row: int) -> None:
        names = source.object_type.plural, target.object_type.plural
        self.portal.links[names].remove(row, target_row)
        self.portal.links[names[::-1]].remove(target_row, row)
        self._note_link(source, row, target, target_row, "removed")

    def _create_one(self, table: Table) -> None:
        """A record like another one."""
        like = self._any(table)
        properties = {} if like is None else self._values(table, like)
        if "email" in properties:
            properties["email"] = f"new{len(table.ids)}@example.org"
        self.create(table, properties)

    def _update_one(self, table: Table) -> None:
        """One property gets the value that another record has."""
        row, other = self._any(table), self._any(table)
        if row is None or other is None:
            return
        name = self.rng.choice([key for key in table.columns if key != "hs_merged_object_ids"])
        self.update(table, row, {name: table.value(other, name)})

    def _archive_one(self, table: Table) -> None:
        row = self._any(table)
        if row is not None:
            self.archive(table, row)

    def _restore_one(self, table: Table) -> None:
        if table.archived_at:
            self.restore(table, self.rng.choice(sorted(table.archived_at)))

    def _erase_one(self, table: Table) -> None:
        row = self._any(table)
        if row is not None:
            self.erase(table, row)

    def _merge_one(self, table: Table) -> None:
        primary, loser = self._any(table), self._any(table)
        if primary is not None and loser is not None and primary != loser:
            self.merge(table, primary, loser)

    def _associate_one(self, table: Table) -> None:
        """Take a link away from a record that has one of a kind, give one to a record that has none."""
        partners = [to for source, to in self.portal.links if source == table.object_type.plural]
        row = self._any(table)
        if row is None or not partners:
            return
        target = self.portal.tables[self.rng.choice(partners)]
        linked = self.portal.links[table.object_type.plural, target.object_type.plural].of(row)[0]
        if linked:
            self.dissociate(table, row, target, self.rng.choice(linked))
        elif (target_row := self._any(target)) is not None:
            self.associate(table, row, target, target_row)

    def _any(self, table: Table) -> int | None:
        """A live record by chance; None when a few attempts find none."""
        for _ in range(20):
            row = self.rng.randrange(len(table.ids)) if table.ids else 0
            if table.ids and table.is_live(row):
                return row
        return None

    def _move_links(self, name: str, row: int, survivor: int) -> None:
        for (source, target), links in list(self.portal.links.items()):
            if source != name:
                continue
            back = self.portal.links[target, source]
            for target_row, flags in zip(*links.of(row), strict=True):
                self.portal.tables[target].version += 1
                back.remove(target_row, row)
                if target_row in links.of(survivor)[0]:
                    continue
                links.add(survivor, target_row, flags)
                back.add(target_row, survivor, flags)

    def _values(self, table: Table, row: int) -> dict[str, Value]:
        """The properties that a record has a value of."""
        return {name: value for name in table.columns if (value := table.value(row, name))}

    def _note(self, table: Table, deed: Deed, what: object, *, regroups: bool = False) -> None:
        """Note a deed; one that makes or ends rows regroups its table in the end."""
        name = table.object_type.plural
        table.version += 1
        if regroups:
            self._regrouped[name] = table
        self.done.setdefault(name, {}).setdefault(deed, []).append(what)

    def _note_link(self, source: Table, row: int, target: Table, target_row: int, change: str) -> None:
        target.version += 1
        ids = {"id": str(source.ids[row]), "to_id": str(target.ids[target_row])}
        self._note(source, "associate", ids | {"to": target.object_type.plural, "change": change})
        sides = source.object_type, source.ids[row], target.object_type, target.ids[target_row]
        self._events += events.linked(*sides, removed=change == "removed")
