"""All records of one object type that a record is associated with. Pure."""

from collections.abc import Sequence

import msgspec

from hubspot.wire import PRIMARY_TYPE_IDS, AssociatedTo, AssociationType


class Associated(msgspec.Struct, frozen=True, gc=False):
    """All targets of one record in one object type, each once, in HubSpot's order.

    Args:
        primary_id: the target of the primary association.
        labels: of the targets whose association has any, besides the primary one.
    """

    ids: list[str]
    primary_id: str | None = None
    labels: dict[str, list[str]] = msgspec.field(default_factory=dict)

    @classmethod
    def from_wire(cls, targets: Sequence[AssociatedTo]) -> "Associated":
        """A primary target may be listed a second time without that label."""
        ids, primary_id = [], None
        labels: dict[str, list[str]] = {}
        for target in targets:
            id_ = str(target.to_object_id)
            ids.append(id_)
            for association_type in target.association_types:
                if _is_primary(association_type):
                    primary_id = primary_id or id_
                elif association_type.label:
                    labels[id_] = _unique([*labels.get(id_, ()), association_type.label])
        return cls(_unique(ids), primary_id, labels)

    def and_then(self, rest: "Associated") -> "Associated":
        labels = {
            id_: _unique([*self.labels.get(id_, ()), *rest.labels.get(id_, ())]) for id_ in (*self.labels, *rest.labels)
        }
        return Associated(_unique(self.ids + rest.ids), self.primary_id or rest.primary_id, labels)


def _is_primary(association_type: AssociationType) -> bool:
    return association_type.category == "HUBSPOT_DEFINED" and (
        association_type.type_id in PRIMARY_TYPE_IDS or association_type.label == "Primary"
    )


def _unique(ids: list[str]) -> list[str]:
    return ids if len(ids) == 1 or len(set(ids)) == len(ids) else list(dict.fromkeys(ids))
