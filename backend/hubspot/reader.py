"""What reading a portal takes: the client, and what was learnt of the portal so far."""

from collections.abc import Collection, Hashable
from dataclasses import dataclass

from errors import ScopeMissingError
from hubspot.client import HubSpotClient
from hubspot.counts import CountBook
from hubspot.linked import Linker, ParentNames, SharedParents
from hubspot.mapper import Portal
from hubspot.names import NameBook
from hubspot.notices import content_withheld, type_left_out
from hubspot.object_type import ObjectType
from hubspot.query import Query
from integrations.integration_item import Notice


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """What reading a portal takes.

    Args:
        client: of the portal.
        counter: the same for counts, for which somebody waits even where nobody does for the records.
        portal: for the items' addresses.
        names: the process' book of names.
        counts: the process' book of counts.
        parents: the process' names of parents.
        key: of the portal and of what may be read there: the connection and its grant.
        granted_scopes: None when they are not known.
    """

    client: HubSpotClient
    counter: HubSpotClient
    portal: Portal
    names: NameBook
    counts: CountBook
    parents: ParentNames
    key: Hashable
    granted_scopes: Collection[str] | None = None

    def missing_scopes(self, object_type: ObjectType) -> list[str]:
        return [] if self.granted_scopes is None else object_type.missing_scopes(self.granted_scopes)

    def linker(self) -> Linker:
        return Linker(self.client, self.granted_scopes, SharedParents(self.parents, self.key))

    def opening_notices(self, query: Query) -> list[Notice]:
        """What is known beforehand to be missing.

        Raises: ScopeMissingError when none of the object types may be read.
        """
        missing = {kind: scopes for kind in query.object_types if (scopes := self.missing_scopes(kind))}
        if missing and len(missing) == len(query.object_types):
            raise ScopeMissingError(missing_scopes=sorted({scope for scopes in missing.values() for scope in scopes}))
        notices = [type_left_out(kind, scopes) for kind, scopes in missing.items()]
        if self.granted_scopes is not None:
            notices += [
                content_withheld(kind, kind.content_scope)
                for kind in query.object_types
                if kind not in missing and kind.content_scope and kind.content_scope not in self.granted_scopes
            ]
        return notices
