"""Notices of a load: a type skipped, a wait, a record delivered in part. Codes are stable."""

from collections.abc import Collection, Iterable, Sequence

from hubspot.object_type import ObjectType
from hubspot.wire import PartialRecord, Record
from integrations.integration_item import Notice

TYPE_UNAVAILABLE = "object_type_unavailable"
ASSOCIATIONS_UNAVAILABLE = "associations_unavailable"
PAGES_REPEAT = "pages_repeat"
NAMES_UNAVAILABLE = "names_unavailable"
HISTORY_UNAVAILABLE = "history_unavailable"
RECORD_UNREADABLE = "record_unreadable"
PROPERTIES_UNAVAILABLE = "properties_unavailable"
# Why a type comes without the records of another one. In the last case nothing is missing.
NOT_ALLOWED = "HubSpot does not let this connection read them."
NOT_READABLE = "HubSpot's responses cannot be read."
NOT_ASSOCIATED = "HubSpot does not associate the two."
# Maximum characters of the caller's text that a notice shows.
MAX_NAMES = 10
MAX_NAME_LENGTH = 40


def type_left_out(object_type: ObjectType, missing_scopes: Sequence[str], *, archived: bool = False) -> Notice:
    """`missing_scopes` are those that a user can grant. `archived`: only archived records were requested."""
    subject = f"Archived {object_type.label.lower()}" if archived else object_type.label
    if missing_scopes:
        why = "access to them was not granted. Connect again and grant it."
    elif archived:
        why = "HubSpot does not list them for this connection."
    else:
        why = "HubSpot does not let this connection read them."
    return Notice(
        code="scope_missing" if missing_scopes else TYPE_UNAVAILABLE,
        object_type=object_type.name,
        missing_scopes=list(missing_scopes),
        detail=f"{subject} are left out: {why}",
    )


def type_unreadable(object_type: ObjectType) -> Notice:
    return Notice(
        code=TYPE_UNAVAILABLE,
        object_type=object_type.name,
        detail=f"{object_type.label}, or some of them, are left out: HubSpot's responses for them cannot be read.",
    )


def custom_types_left_out(missing_scopes: Sequence[str]) -> Notice:
    why = "was not granted" if missing_scopes else "is not possible at the moment, or not allowed"
    return Notice(
        code="scope_missing" if missing_scopes else TYPE_UNAVAILABLE,
        missing_scopes=list(missing_scopes),
        detail=f"Custom objects are left out: access to their definitions {why}.",
    )


def associations_left_out(
    object_type: ObjectType, partner: ObjectType, missing_scopes: Sequence[str] = (), *, why: str = NOT_ALLOWED
) -> Notice:
    return Notice(
        code="scope_missing" if missing_scopes else ASSOCIATIONS_UNAVAILABLE,
        object_type=object_type.name,
        missing_scopes=list(missing_scopes),
        detail=f"{object_type.label} come without their {partner.label.lower()}: {why}",
    )


def histories_missing(object_type: ObjectType) -> Notice:
    return Notice(
        code=HISTORY_UNAVAILABLE,
        object_type=object_type.name,
        detail=f"{object_type.label}, or some of them, come without the earlier values of their properties:"
        " HubSpot does not return them, or not in a form that can be read.",
    )


def pages_repeat(object_type: ObjectType) -> Notice:
    return Notice(
        code=PAGES_REPEAT,
        object_type=object_type.name,
        detail=f"{object_type.label} are not complete: HubSpot repeats a page instead of continuing.",
    )


def associations_missing(object_type: ObjectType, partner: ObjectType, count: int) -> Notice:
    return Notice(
        code=ASSOCIATIONS_UNAVAILABLE,
        object_type=object_type.name,
        detail=f"{count} of the {object_type.label.lower()} come without some of their {partner.label.lower()}:"
        " HubSpot did not return them.",
    )


def owners_left_out(missing_scopes: Collection[str], *, refused: bool) -> Notice:
    if missing_scopes:
        why = "access to their names was not granted."
    elif refused:
        why = "HubSpot does not let this connection read their names."
    else:
        why = "HubSpot did not return their names."
    return Notice(
        code="scope_missing" if missing_scopes else NAMES_UNAVAILABLE,
        missing_scopes=sorted(missing_scopes),
        detail=f"Owners are shown by their ids: {why}",
    )


def type_names_left_out(object_type: ObjectType, left_out: Collection[str]) -> list[Notice]:
    """Missing names of pipelines and properties; one notice, because they have the same cause."""
    if not left_out:
        return []
    return [
        Notice(
            code=NAMES_UNAVAILABLE,
            object_type=object_type.name,
            detail=f"{object_type.label} come without the names of {' and '.join(sorted(left_out))}: "
            "HubSpot did not return them.",
        )
    ]


def content_withheld(object_type: ObjectType, scope: str) -> Notice:
    return Notice(
        code="content_withheld",
        object_type=object_type.name,
        missing_scopes=[scope],
        detail=f"{object_type.label} come without their content: HubSpot withholds it until {scope} is granted.",
    )


def properties_unknown(object_type: ObjectType, names: Sequence[str]) -> list[Notice]:
    """Requested properties without a definition or any value; HubSpot silently leaves them out."""
    return [
        Notice(
            code="property_unknown",
            object_type=object_type.name,
            detail=(
                f"{object_type.label} have no property “{name[:MAX_NAME_LENGTH]}”: it is not defined, and none of these"
                " records has it. Check its spelling."
            ),
        )
        for name in names[:MAX_NAMES]
    ]


def without_carried(names: Iterable[str], records: Iterable[Record]) -> tuple[str, ...]:
    """The names for which no record has a current or past value."""
    left = dict.fromkeys(names)
    for record in records:
        if not left:
            break
        histories = record.properties_with_history or {}
        left = {name: None for name in left if name not in record.properties and not histories.get(name)}
    return tuple(left)


def rate_limit_wait(seconds: float) -> Notice:
    return Notice(
        code="rate_limit_wait",
        wait_s=round(seconds, 1),
        detail=f"Waiting {seconds:.0f} s for HubSpot's rate limit; the load continues by itself.",
    )


def failure_wait(seconds: float) -> Notice:
    return Notice(
        code="failure_wait",
        wait_s=round(seconds, 1),
        detail=f"A request to HubSpot failed. It is made again in {seconds:.0f} s; the load continues by itself.",
    )


def odd_records(
    object_type: ObjectType, records: Iterable[Record], without_id: int, unreadable: Sequence[str] = ()
) -> list[Notice]:
    """Notices about records of a page that are invalid, have no id, or could not be read."""
    odd = [_salvaged(object_type, record.id) for record in records if isinstance(record, PartialRecord)]
    return [
        *odd,
        *(_unreadable(object_type, record_id) for record_id in unreadable),
        *([_unnamed(object_type, without_id)] if without_id else []),
    ]


def _unreadable(object_type: ObjectType, record_id: str) -> Notice:
    return Notice(
        code=RECORD_UNREADABLE,
        object_type=object_type.name,
        detail=f"{object_type.item_type} {record_id} is left out: HubSpot does not return it,"
        " or not in a form that can be read.",
    )


def _salvaged(object_type: ObjectType, record_id: str) -> Notice:
    return Notice(
        code="record_incomplete",
        object_type=object_type.name,
        detail=f"{object_type.item_type} {record_id} has an unexpected format; what could be read of it is delivered.",
    )


def _unnamed(object_type: ObjectType, count: int) -> Notice:
    return Notice(
        code="record_skipped",
        object_type=object_type.name,
        detail=f"{count} of the {object_type.label.lower()} came without an id and could not be delivered.",
    )
