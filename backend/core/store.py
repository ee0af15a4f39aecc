"""Redis: how it is opened, what our keys are called, and how its failures read.

Every key of the service is built here. Keys that one script touches share the owner's `{hash tag}`, so the same
names work on one server, Sentinel and Cluster.

    oauth:state:<sha256 of state>                     string  sealed start of a flow, 10 minutes, read by GETDEL
    oauth:flow:<flow id>                              hash    what the opener polls, 15 minutes
    flows:{<org>/<user>}                              zset    live flows of the owner, by the end of their life
    starts:{<org>/<user>}                             string  flows begun in this minute
    connections:{<org>/<user>}:<provider>             hash    account id -> connection id
    connection:{<org>/<user>}:<provider>:<id>         hash    one connection, its sealed tokens included
    refresh:{<org>/<user>}:<provider>:<id>            string  lock of a refresh, 15 seconds
    account:<provider>:<account id>                   set     connections (of any owner) that share a vendor grant
    {disconnects}:notes, {disconnects}:due            hash, zset  sealed notes of what is left to revoke, and when
    key_checks                                        hash    a known text sealed with each key: kid -> sealed
    session:<sha256 of session id>                    string  who is signed in, as long as the session lives
    budget:{<app>/<account>}:<lane>                   zset    calls of the rolling window
    budget:{<app>/<account>}:<lane>:state             hash    limit as learnt, calls of others, a pause
    budget:{<app>/<account>}:<lane>:waiting, :served  zset    whose turn it is
"""

from urllib.parse import quote, unquote

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import ConstantBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import OutOfMemoryError, ReadOnlyError, RedisError
from redis.exceptions import TimeoutError as RedisTimeoutError

from errors import ServiceError, StoreFullError, StoreUnavailableError

# redis-py's own defaults let a plain GET on a hung server take a minute. These bound it to about 1.6 s.
SOCKET_TIMEOUT_S = 0.75
CONNECT_TIMEOUT_S = 0.5
POOL_SIZE = 50
POOL_WAIT_S = 1.0


def open_redis(url: str) -> Redis:
    """A client with bounded waits; connects on first use. The caller closes it."""
    pool = BlockingConnectionPool.from_url(
        url,
        max_connections=POOL_SIZE,
        timeout=POOL_WAIT_S,
        socket_timeout=SOCKET_TIMEOUT_S,
        socket_connect_timeout=CONNECT_TIMEOUT_S,
        # Neither a ping before a command after a pause nor the library's introduction of itself: on a hung server each
        # is waited and tried for like the command (3.2 s in all). A connection that went stale is retried anyway.
        health_check_interval=0,
        driver_info=None,
        retry=Retry(ConstantBackoff(0.05), 1),
        retry_on_error=[RedisConnectionError, RedisTimeoutError],
        decode_responses=True,
    )
    return Redis.from_pool(pool)


def as_service_error(exc: RedisError) -> ServiceError:
    """What a Redis failure means for a caller."""
    if isinstance(exc, OutOfMemoryError | ReadOnlyError) or str(exc).startswith("MISCONF"):
        return StoreFullError()
    return StoreUnavailableError()


DISCONNECTS = "{disconnects}:notes"
DISCONNECTS_DUE = "{disconnects}:due"
KEY_CHECKS = "key_checks"
STATE_PREFIX = "oauth:state:"
CONNECTION_PREFIX = "connection:"


def state_key(state_digest: str) -> str:
    return STATE_PREFIX + state_digest


def flow_key(flow_id: str) -> str:
    return f"oauth:flow:{flow_id}"


def session_key(session_digest: str) -> str:
    return f"session:{session_digest}"


def owner_tag(org_id: str, user_id: str) -> str:
    """The owner as a hash tag; quoted, so that no id can reach into another owner's keys."""
    return "{" + quote(org_id, safe="") + "/" + quote(user_id, safe="") + "}"


def connections_key(owner: str, provider: str) -> str:
    return f"connections:{owner}:{provider}"


def connection_key(owner: str, provider: str, connection_id: str) -> str:
    return f"{CONNECTION_PREFIX}{owner}:{provider}:{connection_id}"


def parse_connection_key(key: str) -> tuple[str, str, str, str]:
    """Organisation, user, provider and connection id of a `connection_key`."""
    owner, _, rest = key.removeprefix(CONNECTION_PREFIX + "{").partition("}:")
    org_id, _, user_id = owner.partition("/")
    provider, _, connection_id = rest.partition(":")
    return unquote(org_id), unquote(user_id), provider, connection_id


def flows_key(owner: str) -> str:
    return f"flows:{owner}"


def starts_key(owner: str) -> str:
    return f"starts:{owner}"


def refresh_lock_key(owner: str, provider: str, connection_id: str) -> str:
    return f"refresh:{owner}:{provider}:{connection_id}"


def account_key(provider: str, account_id: str) -> str:
    return f"account:{provider}:{account_id}"


def budget_key(app: str, account: str, lane: str) -> str:
    return f"budget:{{{app}/{account}}}:{lane}"
