"""Read the associations of records and the names of their parents."""

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from core.cache import TtlCache
from core.together import both, together
from errors import ServiceError, UpstreamUnavailableError
from hubspot.associated import Associated
from hubspot.association_batches import BatchAssociationReader, NoSuchPairError
from hubspot.catalog import find_object_type, partners_of
from hubspot.client import HubSpotClient
from hubspot.inline_associations import inline_links, likely_parents
from hubspot.mapper import Associations, Mapper, name_of
from hubspot.metadata_cache import MOST_FAILURES
from hubspot.notices import NOT_ASSOCIATED, NOT_READABLE, associations_left_out, associations_missing
from hubspot.object_type import ObjectType
from hubspot.query import Query
from hubspot.refusals import NAMES_FAILURES, REFUSALS, UNREADABLE
from hubspot.stored_links import ReadStored, links_of
from hubspot.wire import Record
from integrations.integration_item import IntegrationItem, Notice

PARENT_LIFETIME_S = 300.0
MAX_SHARED_PARENTS = 20_000
# A load keeps more, so that each name is read once. About 250 bytes each.
MAX_LOADED_PARENTS = 50_000

ParentNames = TtlCache[Hashable, str]
_NONE = Associated([])


def open_parent_names() -> ParentNames:
    """Open the cache of parents' names for all portals; one per process."""
    return TtlCache(ttl_s=PARENT_LIFETIME_S, max_entries=MAX_SHARED_PARENTS)


class Parents(Protocol):
    """Names of parents, by object type and record id."""

    def find(self, object_type: str, id_: str) -> str | None: ...

    def keep(self, object_type: str, id_: str, name: str) -> None: ...


@dataclass(frozen=True, slots=True)
class SharedParents:
    """One portal's part of the process cache of parents' names; `key` is the portal and the readable scopes."""

    names: ParentNames
    key: Hashable

    def find(self, object_type: str, id_: str) -> str | None:
        return self.names.peek((self.key, object_type, id_))

    def keep(self, object_type: str, id_: str, name: str) -> None:
        self.names.put((self.key, object_type, id_), name)


@dataclass(frozen=True, slots=True)
class LoadedParents:
    """The parents' names that one load has seen; cleared when it holds too many."""

    names: dict[tuple[str, str], str] = field(default_factory=dict)
    most: int = MAX_LOADED_PARENTS

    def find(self, object_type: str, id_: str) -> str | None:
        return self.names.get((object_type, id_))

    def keep(self, object_type: str, id_: str, name: str) -> None:
        if len(self.names) >= self.most:
            self.names.clear()
        self.names[object_type, id_] = name


@dataclass(frozen=True, slots=True)
class Links:
    """Of a batch of records of one type: by partner type and record id."""

    by_partner: Mapping[str, Mapping[str, Associated]]
    parent_names: Mapping[str, str]
    parent_type: str | None
    notices: Sequence[Notice] = ()
    refused: Collection[str] = ()
    missing: Mapping[str, Collection[str]] = field(default_factory=dict)
    """Types whose associations are not read at all, and by type the records with incomplete associations."""
    parents_left_out: bool = False
    stored: Mapping[str, Associations] = field(default_factory=dict)
    """By record id, those that could not be read, as the stored copy has them."""

    def of(self, record_id: str) -> Associations:
        """By associated type, without types whose associations could not be read and are not stored either.

        An answer without an id may be any record's.
        """
        read = {
            partner: found.get(record_id, _NONE)
            for partner, found in self.by_partner.items()
            if record_id in found or {record_id, ""}.isdisjoint(self.missing.get(partner, ()))
        }
        return {**read, **self.stored[record_id]} if record_id in self.stored else read

    def to_items(self, mapper: Mapper, records: Iterable[Record]) -> list[IntegrationItem]:
        """The records as items with these associations."""
        return [
            mapper.to_item(record, linked, self._parent_name(linked))
            for record in records
            for linked in [self.of(record.id)]
        ]

    def _parent_name(self, linked: Associations) -> str | None:
        primary_id = linked.get(self.parent_type or "", _NONE).primary_id
        return None if primary_id is None else self.parent_names.get(primary_id)


@dataclass(frozen=True, slots=True)
class _Answer:
    """The answer for one associated type. `missing`: records with incomplete ones; `is_no_pair`: none can exist."""

    links: Mapping[str, Associated] = field(default_factory=dict)
    notices: Sequence[Notice] = ()
    missing: Collection[str] = ()
    is_refused: bool = False
    is_no_pair: bool = False


@dataclass(slots=True)
class AssociationReader:
    """Reads associations of one portal. Remembers pairs of types that it may not read, and parents' names.

    Args:
        granted_scopes: None when they are not known.
        parents: names found so far.
        scopes_to_grant: the scopes that a user can grant when a type is refused.
        read_stored: reads the stored copy that the records replace: it keeps refused associations, and what cannot be
            read now raises UpstreamUnavailableError instead of being left out.
    """

    client: HubSpotClient
    granted_scopes: Collection[str] | None
    parents: Parents
    scopes_to_grant: Callable[[ServiceError, ObjectType], list[str]]
    read_stored: ReadStored | None = None
    _refused: set[tuple[str, str]] = field(default_factory=set)
    _no_pairs: set[tuple[str, str]] = field(default_factory=set)
    _readers: dict[tuple[str, str], BatchAssociationReader] = field(default_factory=dict)
    _parents_left_out: bool = False

    async def links(self, object_type: ObjectType, records: Sequence[Record]) -> Links:
        """Associations and parents' names of up to 1,000 records, in a few requests.

        Associations that came with the records are not read again.
        """
        partners = self._partners(object_type) if records else []
        inline = inline_links(object_type, records)
        asked = [partner for partner in partners if len(inline[partner.name]) < len(records)]
        reading = together(self._read(object_type, partner, records, inline[partner.name]) for partner in asked)
        parent_type, likely = object_type.parent_type, likely_parents(object_type, records)
        parent_names = self._kept_names(parent_type, likely)
        if without_id := likely - parent_names.keys():
            answers, names = await both(reading, self._read_names(parent_type, without_id))
            parent_names |= names
        else:
            answers = await reading
        read = {partner.name: answer for partner, answer in zip(asked, answers, strict=True)}
        by_partner: dict[str, Mapping[str, Associated]] = {partner.name: inline[partner.name] for partner in partners}
        by_partner |= {name: answer.links for name, answer in read.items()}
        for name, answer in read.items():
            if answer.is_refused:
                del by_partner[name]
        primary_ids = {link.primary_id for link in by_partner.get(parent_type or "", {}).values() if link.primary_id}
        if others := primary_ids - likely:
            parent_names |= self._kept_names(parent_type, others)
            parent_names |= await self._read_names(parent_type, others - parent_names.keys())
        missing = {name: answer.missing for name, answer in read.items() if answer.missing}
        stored, stored_names = await self._stored_links(object_type, records, by_partner, missing)
        return Links(
            by_partner,
            stored_names | parent_names,
            parent_type,
            notices=[notice for answer in read.values() for notice in answer.notices],
            refused=[name for name, answer in read.items() if answer.is_refused and not answer.is_no_pair],
            missing=missing,
            parents_left_out=self._parents_left_out,
            stored=stored,
        )

    def inline_types(self, object_type: ObjectType, query: Query) -> list[str]:
        """The types whose associations a list request includes.

        Empty if the readable scopes are unknown: HubSpot may silently leave out what cannot be read.
        """
        if not query.associations or query.archived or self.granted_scopes is None:
            return []
        return [partner.path for partner in self._partners(object_type)]

    def remember(self, object_type: ObjectType, records: Iterable[Record]) -> None:
        """Keep the names of records that may be parents of others."""
        for record in records:
            self.parents.keep(object_type.name, record.id, name_of(record, object_type))

    def _partners(self, object_type: ObjectType) -> list[ObjectType]:
        """The types that may be read: their scope is granted and HubSpot has not refused them."""
        return [
            partner
            for partner in partners_of(object_type)
            if (self.granted_scopes is None or partner.is_granted(self.granted_scopes))
            and (object_type.type_id, partner.type_id) not in self._refused | self._no_pairs
        ]

    async def _read(
        self,
        object_type: ObjectType,
        partner: ObjectType,
        records: Sequence[Record],
        inline: Mapping[str, Associated],
    ) -> "_Answer":
        ids = [record.id for record in records if record.id not in inline]
        pair = object_type.type_id, partner.type_id
        reader = self._readers.setdefault(pair, BatchAssociationReader(self.client, object_type.path, partner.path))
        try:
            found = await reader.read(ids)
        except NoSuchPairError:
            self._no_pairs.add(pair)
            notice = associations_left_out(object_type, partner, why=NOT_ASSOCIATED)
            return _Answer(notices=[notice], is_refused=True, is_no_pair=True)
        except UNREADABLE as exc:
            if self.read_stored is not None:
                raise UpstreamUnavailableError(upstream=exc.upstream) from exc
            self._refused.add(pair)
            return _Answer(notices=[associations_left_out(object_type, partner, why=NOT_READABLE)], is_refused=True)
        except REFUSALS as exc:
            self._refused.add(pair)
            scopes = self.scopes_to_grant(exc, partner)
            return _Answer(notices=[associations_left_out(object_type, partner, scopes)], is_refused=True)
        notices = [associations_missing(object_type, partner, len(found.missing))] if found.missing else []
        return _Answer({**inline, **found.by_id}, notices, found.missing)

    async def _stored_links(
        self,
        object_type: ObjectType,
        records: Sequence[Record],
        by_partner: Mapping[str, Mapping[str, Associated]],
        missing: Mapping[str, Collection[str]],
    ) -> tuple[dict[str, Associations], dict[str, str]]:
        """By record id, the stored associations of the types that were not read; and the names of parents in them."""
        if self.read_stored is None:
            return {}, {}
        unread = {
            partner.name
            for partner in partners_of(object_type)
            if partner.name not in by_partner and (object_type.type_id, partner.type_id) not in self._no_pairs
        }
        wanted = {record.id: unread | _missing_types(record.id, by_partner, missing) for record in records}
        found = await self.read_stored(object_type, [id_ for id_, names in wanted.items() if names])
        links: dict[str, Associations] = {}
        parent_names: dict[str, str] = {}
        for id_, item in found.items():
            stored = links_of(object_type, item) or {}
            links[id_] = kept = {name: linked for name, linked in stored.items() if name in wanted[id_]}
            parent_id = kept.get(object_type.parent_type or "", _NONE).primary_id
            if parent_id is not None and item.parent_path_or_name is not None:
                parent_names[parent_id] = item.parent_path_or_name
        return links, parent_names

    def _kept_names(self, parent_type: str | None, ids: Collection[str]) -> dict[str, str]:
        if parent_type is None:
            return {}
        return {id_: name for id_ in ids if (name := self.parents.find(parent_type, id_)) is not None}

    async def _read_names(self, parent_type: str | None, ids: Collection[str]) -> dict[str, str]:
        """Read names by batch read. An archived or deleted parent has no name."""
        object_type = find_object_type(parent_type or "")
        if object_type is None or not ids:
            return {}
        try:
            client = self.client.failing_after(MOST_FAILURES)
            found = await client.batch_read(object_type.path, list(ids), properties=sorted(object_type.naming))
        except NAMES_FAILURES as exc:
            if self.read_stored is not None and not isinstance(exc, REFUSALS):
                raise UpstreamUnavailableError(upstream=exc.upstream) from exc
            self._parents_left_out = True
            return {}
        self._parents_left_out |= bool(found.unreadable)
        names = {record.id: name_of(record, object_type) for record in found.results}
        for id_, name in names.items():
            self.parents.keep(object_type.name, id_, name)
        return names


def _missing_types(
    record_id: str, by_partner: Mapping[str, Mapping[str, Associated]], missing: Mapping[str, Collection[str]]
) -> set[str]:
    """The types whose associations of this record are incomplete. An answer without an id may be any record's."""
    return {
        name
        for name, ids in missing.items()
        if record_id in ids or ("" in ids and record_id not in by_partner.get(name, ()))
    }
