"""What the receipt of a type tells its sync: whether it was read, and which of its records could not be read."""

from errors import ScopeMissingError, UpstreamUnavailableError
from integrations.load_events import Skipped, TypeReceipt
from sync.schedule import MS, RETRY_PAUSED_S, RETRY_UNANSWERED_S
from sync.session import Session
from sync.state import Fault, park

RECORD_UNREADABLE = "record_unreadable"
# Codes of types that were not read at all.
UNREAD = frozenset({ScopeMissingError.code, "object_type_unavailable", UpstreamUnavailableError.code})


def note_receipt(session: Session, object_type: str, receipt: TypeReceipt) -> bool:
    """Record a receipt's result for a type; False if the type was not read at all."""
    state, at_ms = session.state(object_type), session.clock()
    park(state, [(record_id, RECORD_UNREADABLE) for record_id in unreadable_ids(receipt)], at_ms)
    unread = next((entry for entry in receipt.skipped if entry["code"] in UNREAD), None)
    if unread is None:
        state.fault = None
        return True
    state.phase, state.fault = "paused", _unread(unread, at_ms)
    wait_s = RETRY_UNANSWERED_S if state.fault.action == "retry" else RETRY_PAUSED_S
    state.retry_at_ms = at_ms + wait_s * MS
    return False


def unreadable_ids(receipt: TypeReceipt) -> list[str]:
    """Ids of unreadable records; a receipt names only some of them."""
    return [id_ for entry in receipt.skipped if entry["code"] == RECORD_UNREADABLE for id_ in entry.get("ids", [])]


def _unread(entry: Skipped, at_ms: int) -> Fault:
    if entry["code"] == UpstreamUnavailableError.code:
        return Fault.from_error(UpstreamUnavailableError(), at_ms)
    if missing_scopes := entry.get("missing_scopes"):
        detail = "Access to this object type was not granted. Connect again and grant it. Stored records are kept."
        return Fault.from_error(ScopeMissingError(detail, missing_scopes=missing_scopes), at_ms)
    return Fault(
        code="object_type_unavailable",
        detail="The connected service does not let this connection read this object type.",
        action="contact_support",
        at_ms=at_ms,
    )
