"""The service's keys in Redis, and its error for each failure of Redis.

Every key of the service is built here; docs/operations.md lists them with owner, lifetime and purpose. Keys that one
script touches share a `{hash tag}`, so the same names work on one server, Sentinel and Cluster. Atomic changes are
scripts, not transactions: redis-py has no transactions for clusters.
"""

import re
from urllib.parse import quote, unquote

from redis.exceptions import NoPermissionError, OutOfMemoryError, ReadOnlyError, RedisError, ResponseError

from errors import InternalError, ServiceError, StoreFullError, StoreUnavailableError

# Retry-After for callers: a failover or a restart takes seconds, a full server waits for its operator.
UNAVAILABLE_RETRY_S = 2.0
FULL_RETRY_S = 30.0


def as_service_error(exc: BaseException) -> ServiceError:
    """The service's error for an exception: its own, of Redis, or an unexpected one."""
    if isinstance(exc, ServiceError):
        return exc
    if not isinstance(exc, RedisError):
        return InternalError()
    if isinstance(exc, OutOfMemoryError | ReadOnlyError) or str(exc).startswith("MISCONF"):
        return StoreFullError(retry_after_s=FULL_RETRY_S)
    return StoreUnavailableError(retry_after_s=UNAVAILABLE_RETRY_S)


def cause_of(exc: RedisError) -> str:
    """The name of the underlying error: of the operating system, of TLS, or a missing permission of our user."""
    if isinstance(exc, ResponseError) and str(exc).startswith("ACL failure"):  # in a script, where NOPERM reads so
        return NoPermissionError.__name__
    names, behind = [type(exc).__name__], exc.__cause__ or exc.__context__
    while behind is not None:
        if isinstance(behind, OSError):
            names.append(type(behind).__name__)
        behind = behind.__cause__ or behind.__context__
    return names[-1]


DISCONNECTS = "{disconnects}:notes"
DISCONNECTS_DUE = "{disconnects}:due"
OPEN_REFRESHES = "{refreshes}:open"
REFRESH_JANITOR = "{refreshes}:janitor"
KEY_CHECKS = "key_checks"
JOBS = "{jobs}"
SYNCS_DUE = "{syncs}:due"
STATE_PREFIX = "oauth:state:"
FLOW_PREFIX = "oauth:flow:"
CONNECTION_PREFIX = "connection:"
SESSION_PREFIX = "session:"
JOURNAL = "{journal}:state"
EVENT_ENDPOINT_PREFIX = "event_endpoint:"
DATA_KEY_PREFIX = "mirror:key:"
MIRROR_RESERVED = "{mirror}:reserved"
MIRROR_DROPPED = "{mirror}:dropped"


def state_key(state_digest: str) -> str:
    return STATE_PREFIX + state_digest


def state_claim_key(state_digest: str) -> str:
    return f"oauth:claim:{state_digest}"


def flow_key(flow_id: str) -> str:
    return FLOW_PREFIX + flow_id


def session_key(session_digest: str) -> str:
    return SESSION_PREFIX + session_digest


def sessions_key(owner: str) -> str:
    return f"sessions:{owner}"


def sign_ins_key(owner: str) -> str:
    return f"sign_ins:{owner}"


def host_token_key(token_digest: str) -> str:
    return f"host_token:{token_digest}"


def owner_tag(org_id: str, user_id: str) -> str:
    """The owner as a hash tag; quoted, so that no id can match another owner's keys."""
    return "{" + quote(org_id, safe="") + "/" + quote(user_id, safe="") + "}"


def connections_key(owner: str, provider: str) -> str:
    return f"connections:{owner}:{provider}"


def connection_key(owner: str, provider: str, connection_id: str) -> str:
    return f"{CONNECTION_PREFIX}{owner}:{provider}:{connection_id}"


def parse_connection_key(key: str) -> tuple[str, str, str, str]:
    """Organization, user, provider and connection id of a `connection_key`."""
    owner, _, rest = key.removeprefix(CONNECTION_PREFIX + "{").partition("}:")
    org_id, _, user_id = owner.partition("/")
    provider, _, connection_id = rest.partition(":")
    return unquote(org_id), unquote(user_id), provider, connection_id


def flows_key(owner: str) -> str:
    return f"flows:{owner}"


def starts_key(owner: str) -> str:
    return f"starts:{owner}"


def load_starts_key(owner: str) -> str:
    return f"load_starts:{owner}"


def refresh_lock_key(owner: str, provider: str, connection_id: str) -> str:
    return f"refresh:{owner}:{provider}:{connection_id}"


def sync_key(owner: str, provider: str, connection_id: str) -> str:
    return f"sync:{owner}:{provider}:{connection_id}"


def parse_sync_key(key: str) -> tuple[str, str, str, str] | None:
    """Organization, user, provider and connection id of a `sync_key`; None for another text."""
    match = re.fullmatch(r"sync:\{([^/{}]+)/([^/{}]+)\}:([^:]+):([^:]+)", key)
    if match is None:
        return None
    org_id, user_id, provider, connection_id = match.groups()
    return unquote(org_id), unquote(user_id), provider, connection_id


def sync_lease_key(owner: str, provider: str, connection_id: str) -> str:
    return f"sync_lease:{owner}:{provider}:{connection_id}"


def sync_runs_key(owner: str, provider: str, connection_id: str) -> str:
    return f"sync_runs:{owner}:{provider}:{connection_id}"


def account_key(provider: str, account_id: str) -> str:
    return f"account:{provider}:{account_id}"


def event_endpoint_key(owner: str, endpoint_id: str) -> str:
    return f"{EVENT_ENDPOINT_PREFIX}{owner}:{endpoint_id}"


def event_endpoints_key(owner: str) -> str:
    return f"event_endpoints:{owner}"


def event_state_key(owner: str, endpoint_id: str) -> str:
    return f"event_state:{owner}:{endpoint_id}"


def event_deliveries_key(owner: str, endpoint_id: str) -> str:
    return f"event_deliveries:{owner}:{endpoint_id}"


def event_pending_key(owner: str, endpoint_id: str, connection_id: str, type_: str) -> str:
    return f"event_pending:{owner}:{endpoint_id}:{connection_id}:{type_}"


def signals_key(account: str, part: str) -> str:
    """The signals of one account, such as `hubspot/62515`; all its keys are on one node."""
    return f"signals:{{{account}}}:{part}"


def signals_due_key(shard: int) -> str:
    return f"signals:due:{{{shard}}}"


def budget_key(app: str, account: str, bucket: str) -> str:
    return f"budget:{{{app}/{account}}}:{bucket}"


def data_key_key(connection_id: str) -> str:
    return DATA_KEY_PREFIX + _tag(connection_id)


def records_key(connection_id: str, type_id: str) -> str:
    return records_prefix(connection_id) + mirror_type(type_id)


def records_prefix(connection_id: str) -> str:
    return f"rec:{_tag(connection_id)}:"


def record_ids_key(connection_id: str, type_id: str) -> str:
    return record_ids_prefix(connection_id) + mirror_type(type_id)


def record_ids_prefix(connection_id: str) -> str:
    return f"ids:{_tag(connection_id)}:"


def feed_key(connection_id: str) -> str:
    return f"feed:{_tag(connection_id)}"


def sequence_key(connection_id: str) -> str:
    return f"seq:{_tag(connection_id)}"


def tombstones_key(connection_id: str) -> str:
    return f"tomb:{_tag(connection_id)}"


def mirror_type(type_id: str) -> str:
    """An object type's id in keys; quoted, so that it has no colon."""
    return quote(type_id, safe="")


def _tag(connection_id: str) -> str:
    return "{" + connection_id + "}"
