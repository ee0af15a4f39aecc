"""Everything needed to read a portal: its client, the caches and the granted scopes."""

from collections.abc import Collection, Hashable, Iterable
from dataclasses import dataclass

from errors import ScopeMissingError, ServiceError, UpstreamUnavailableError
from hubspot.associations import AssociationReader, ParentNames, Parents, SharedParents
from hubspot.catalog import partners_of
from hubspot.client import HubSpotClient
from hubspot.mapper import Portal
from hubspot.metadata_cache import OWNERS_SCOPE, MetadataCache, Names
from hubspot.notices import (
    associations_left_out,
    content_withheld,
    owners_left_out,
    properties_unknown,
    type_left_out,
    type_names_left_out,
    without_carried,
)
from hubspot.object_type import ObjectType
from hubspot.query import Query
from hubspot.record_counts import RecordCounts
from hubspot.stored_links import ReadStored
from hubspot.wire import Record
from integrations.integration_item import Notice


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Everything needed to read a portal.

    Args:
        counter: a client for counts, interactive even if the records are read in the background.
        key: the connection and its grant, so that caches return nothing that was read with another grant.
        granted_scopes: None if unknown.
        askable_scopes: those that a user can grant; None if unknown.
        read_stored: reads the stored copy that the records replace; None if they replace none.
    """

    client: HubSpotClient
    counter: HubSpotClient
    portal: Portal
    names: MetadataCache
    counts: RecordCounts
    parents: ParentNames
    key: Hashable
    granted_scopes: Collection[str] | None = None
    askable_scopes: Collection[str] | None = None
    read_stored: ReadStored | None = None

    @property
    def is_strict(self) -> bool:
        """Whether a passing failure must not leave anything out, because the records replace a stored copy."""
        return self.read_stored is not None

    def missing_scopes(self, object_type: ObjectType) -> list[str]:
        return [] if self.granted_scopes is None else object_type.missing_scopes(self.granted_scopes)

    def scopes_to_grant(self, refused: ServiceError, object_type: ObjectType) -> list[str]:
        """The scopes a user can grant so that the type is no longer refused; empty if no scope helps.

        HubSpot may name scopes that no app can request; then the result is the scope we request, unless it is granted.
        """
        named = refused.missing_scopes if isinstance(refused, ScopeMissingError) else []
        return self.askable(named) or self.askable(object_type.missing_scopes(self.granted_scopes or ()))

    async def read_names(self, object_types: Iterable[ObjectType] = (), client: HubSpotClient | None = None) -> Names:
        """The owners' names, and the definitions and pipelines of these types, from the cache or read by `client`.

        Raises: UpstreamUnavailableError if a strict reader cannot read some of them now. Refused names are left out.
        """
        names = await self.names.get(client or self.client, self.key, object_types)
        if self.is_strict and names.failed:
            raise UpstreamUnavailableError
        return names

    def owners_notices(self, names: Names) -> list[Notice]:
        """A notice if the owners' names are missing."""
        if (left_out := names.owners_left_out) is None:
            return []
        scopes = self.askable(left_out.missing_scopes)
        if not scopes and left_out.refused and OWNERS_SCOPE not in (self.granted_scopes or ()):
            scopes = self.askable([OWNERS_SCOPE])
        return [owners_left_out(scopes, refused=left_out.refused)]

    def askable(self, scopes: Iterable[str]) -> list[str]:
        return [scope for scope in scopes if self.askable_scopes is None or scope in self.askable_scopes]

    def association_reader(
        self, client: HubSpotClient | None = None, parents: Parents | None = None
    ) -> AssociationReader:
        return AssociationReader(
            client or self.client,
            self.granted_scopes,
            parents or SharedParents(self.parents, self.key),
            self.scopes_to_grant,
            self.read_stored,
        )

    def names_notices(self, object_type: ObjectType, names: Names) -> list[Notice]:
        """Notices about a type's missing names, and its missing content: HubSpot withholds it without its scope."""
        notices = type_names_left_out(object_type, names.of(object_type).left_out)
        scope = object_type.content_scope
        if scope is not None and self.granted_scopes is not None and scope not in self.granted_scopes:
            notices.append(content_withheld(object_type, scope))
        return notices

    def type_notices(
        self, query: Query, object_type: ObjectType, names: Names, records: Iterable[Record]
    ) -> list[Notice]:
        """Notices about the first records of a type: missing content and names, and unknown properties."""
        undefined = query.undefined_properties(names.of(object_type))
        unknown = properties_unknown(object_type, without_carried(undefined, records))
        return [*self.names_notices(object_type, names), *unknown]

    def opening_notices(self, query: Query) -> list[Notice]:
        """Notices about what is known to be missing before the first request.

        Raises: ScopeMissingError when none of the object types may be read.
        """
        missing = {
            object_type: scopes for object_type in query.object_types if (scopes := self.missing_scopes(object_type))
        }
        if missing and len(missing) == len(query.object_types):
            raise ScopeMissingError(missing_scopes=sorted({scope for scopes in missing.values() for scope in scopes}))
        notices = [type_left_out(object_type, scopes) for object_type, scopes in missing.items()]
        notices += [
            associations_left_out(object_type, partner, scopes)
            for object_type in query.object_types
            if object_type not in missing
            for partner, scopes in self.withheld_partners(query, object_type).items()
        ]
        return notices

    def withheld_partners(self, query: Query, object_type: ObjectType) -> dict[ObjectType, list[str]]:
        """The chosen associated types that may not be read, and their missing scopes. Default types do not count."""
        if not isinstance(query.associations, tuple):
            return {}
        return {partner: scopes for partner in partners_of(object_type) if (scopes := self.missing_scopes(partner))}
