"""The audit trail: who did what, when, with which outcome; one structured line each, never a secret.

The lines go where all log lines go, under the logger `audit`, so that an operator can keep them apart and longer.
They have room of their own in the log's queue (`log_writer.py`). Beyond it they are dropped and counted apart.
"""

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
]
Outcome = Literal["succeeded", "failed", "refused", "postponed", "given_up"]

_LOUD = frozenset({"failed", "refused", "given_up"})


def audit(action: Action, outcome: Outcome, **facts: str | int | None) -> None:
    """Write one line. `facts` name the owner (`org_id`, `user_id`), provider, connection, reason or error code."""
    logger = structlog.get_logger("audit")
    known = {name: value for name, value in facts.items() if value is not None}
    write = logger.warning if outcome in _LOUD else logger.info
    write(action, outcome=outcome, audit=True, **known)
