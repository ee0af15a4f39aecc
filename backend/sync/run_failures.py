"""End a run that was cancelled or that failed: what its state shows, and when it is tried again."""

import structlog

from core.log import failure_words
from core.store import as_service_error
from errors import (
    InternalError,
    MirrorFullError,
    NotConnectedError,
    ReconnectRequiredError,
    ScopeMissingError,
    ServiceError,
    UpstreamError,
    UpstreamMalformedError,
    UpstreamRateLimitedError,
    UpstreamTimeoutError,
    UpstreamUnavailableError,
)
from sync.schedule import CURRENT, MS, POLL_FIRST_S, RETRY_PAUSED_S, RETRY_UNANSWERED_S, backoff_s, types_in
from sync.session import Session
from sync.state import Fault, TypePhase
from sync.verification import RETRY_INCOMPLETE_S

log = structlog.get_logger(__name__)


async def end_cancelled(session: Session) -> None:
    """A cancelled load starts again at its next retry, because the mirror would otherwise never be complete."""
    progress, run = session.progress, session.run
    if run.kind == "load":
        progress.load = None
        for name in run.object_types:
            state = session.state(name)
            if state.phase not in CURRENT:
                state.phase, state.retry_at_ms = "paused", session.clock() + RETRY_PAUSED_S * MS
                state.fault = Fault(
                    code="load_cancelled",
                    detail="The load was cancelled. It begins again later, or when you start a run.",
                    action="retry",
                    at_ms=session.clock(),
                )
    _calm(session)
    await session.end("cancelled")


async def end_failed(session: Session, exc: Exception) -> None:
    """End the run with the error, which is retried later or waits for an action. Nothing stored is deleted."""
    error = as_service_error(exc)
    progress, at_ms = session.progress, session.clock()
    fault = Fault.from_error(error, at_ms)
    log.warning(
        "sync run failed",
        **session.lease.ref.identity,
        kind=session.run.kind,
        exc_info=exc if isinstance(error, InternalError) else None,
        **failure_words(error),
    )
    phase, wait_s = _pause_after(session, error)
    for name in session.run.object_types:
        state = session.state(name)
        if phase is not None:
            state.phase, state.fault, state.retry_at_ms = phase, fault, at_ms + wait_s * MS
        elif state.phase == "verifying":
            state.phase = "live"
            if isinstance(error, UpstreamError):  # others' verifications go first
                state.verify_at_ms = at_ms + RETRY_INCOMPLETE_S * MS
    if phase is None:
        progress.failures += 1
        wait_s = max(backoff_s(progress.failures), int(error.retry_after_s or 0))
        progress.fault, progress.retry_at_ms = fault, at_ms + wait_s * MS
    await session.end("failed", fault)


def _pause_after(session: Session, error: ServiceError) -> tuple[TypePhase | None, int]:
    """The phase of the run's types after this error, and seconds until they are tried again; None if all types are.

    While others are current, types that the vendor cannot load wait: polls of the others show whether it answers.
    """
    match error:
        case ReconnectRequiredError() | NotConnectedError():
            return "reconnect_required", RETRY_PAUSED_S
        case ScopeMissingError():
            return "paused", RETRY_PAUSED_S
        case MirrorFullError():
            return "mirror_full", RETRY_PAUSED_S
    current = {*types_in(session.progress, *CURRENT)}
    is_beside_others = session.run.kind == "load" and current and current.isdisjoint(session.run.object_types)
    if is_beside_others and may_be_of_one_type(error):
        return "paused", RETRY_UNANSWERED_S
    return None, 0


def may_be_of_one_type(error: ServiceError) -> bool:
    """Whether the vendor may answer for other types. A limit without its answer is our own, of the account."""
    passing = (UpstreamUnavailableError, UpstreamTimeoutError, UpstreamMalformedError)
    is_limit = isinstance(error, UpstreamRateLimitedError) and error.upstream is not None
    return is_limit or isinstance(error, passing)


def _calm(session: Session) -> None:
    """Delay the retry of a run that was just cancelled. The next poll comes at its usual interval."""
    run, at_ms = session.run, session.clock() + RETRY_PAUSED_S * MS
    if run.kind == "poll":
        session.progress.poll_at_ms = session.clock() + (session.progress.poll_every_s or POLL_FIRST_S) * MS
    for name in run.object_types:
        state = session.state(name)
        if state.phase == "verifying":  # not one that was paused meanwhile
            state.phase = "live"
        if run.kind == "verify":
            state.verify_at_ms, state.verify_after, state.alarms = at_ms, None, []
        if run.kind == "counts":
            state.count_at_ms = at_ms
