"""The audit trail: who did what, when, with which outcome; one structured line each, never a secret.

The lines are log lines of the logger `audit`, so an operator can store them separately and longer. A part of the log
queue is reserved for them (`log_writer.py`); lines beyond it are dropped and counted separately.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Literal

import structlog

Action = Literal[
    "connect",
    "refresh",
    "disconnect",
    "revoke",
    "key_rotation",
    "integrity_failure",
    "sign_in",
    "host_key_rotation",
]
Outcome = Literal["succeeded", "failed", "refused", "postponed", "given_up"]

_client_address: ContextVar[str | None] = ContextVar("client_address", default=None)
_LOUD = frozenset({"failed", "refused", "given_up"})


def audit(action: Action, outcome: Outcome, **facts: str | int | None) -> None:
    """Write one line. `facts` name the owner (`org_id`, `user_id`), provider, connection, reason or error code.

    Lines caused by a request have its `client_address`, also in tasks that the request started.
    """
    logger = structlog.get_logger("audit")
    facts["client_address"] = _client_address.get()
    known = {name: value for name, value in facts.items() if value is not None}
    write = logger.warning if outcome in _LOUD else logger.info
    write(action, outcome=outcome, audit=True, **known)


@contextmanager
def caused_by(client_address: str | None) -> Iterator[None]:
    """Audit lines inside the block have this address."""
    token = _client_address.set(client_address)
    try:
        yield
    finally:
        _client_address.reset(token)
