"""Open Redis with bounded waits: a server, a socket, Sentinel or Cluster; and look at all its keys or servers."""

from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any, cast

from redis.asyncio import BlockingConnectionPool, Connection, Redis, SSLConnection, UnixDomainSocketConnection
from redis.asyncio.cluster import ClusterNode
from redis.asyncio.retry import Retry
from redis.backoff import ConstantBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as RedisTimeoutError

from core.redis_cluster import BoundedCluster
from core.redis_sentinel import SentinelPool, Sentinels
from core.redis_url import RedisUrl, parse_redis_url

# With redis-py's defaults a GET on a hung server takes a minute; with these, about 1.6 s.
SOCKET_TIMEOUT_S = 0.75
CONNECT_TIMEOUT_S = 0.5
# A hanging command keeps its connection for 1.6 s: enough connections for a hundred failing requests a second.
POOL_SIZE = 200
# Added to those 1.6 s, a command that finds no free connection still fails within two seconds.
POOL_WAIT_S = 0.25
# For finding the master, and below for a command on a cluster with its second try and a new map.
ASK_SENTINELS_S = 0.4
CLUSTER_COMMAND_S = 1.6
# Keys that are read or counted together.
SCAN_BATCH = 500


def open_redis(url: str, *, as_text: bool = True) -> Redis:
    """A client with bounded waits; connects on first use. The caller closes it.

    A cluster's client is another class of redis-py with the same commands, transactions left out. Without `as_text` it
    returns bytes.

    Raises: ConfigurationError for a URL that cannot be used.
    """
    address = parse_redis_url(url)
    match address.form:
        case "cluster":
            return cast(Redis, _open_cluster(address, as_text=as_text))
        case "sentinel":
            return Redis.from_pool(_open_sentinel_pool(address, as_text=as_text))
        case "server":
            return Redis.from_pool(_open_pool(address, as_text=as_text))


async def close_redis(client: Redis) -> None:
    """Close all its connections. Those that do not close in time are abandoned: closing must not hide a result."""
    with suppress(RedisError):
        await client.aclose()


def _open_pool(address: RedisUrl, *, as_text: bool) -> BlockingConnectionPool:
    options = _pool_options(address, as_text=as_text)
    if address.path:
        return BlockingConnectionPool(connection_class=UnixDomainSocketConnection, path=address.path, **options)
    connection_class = Connection if address.tls is None else SSLConnection
    host, port = address.nodes[0]
    return BlockingConnectionPool(connection_class=connection_class, host=host, port=port, **options)


def _open_sentinel_pool(address: RedisUrl, *, as_text: bool) -> SentinelPool:
    tls = {} if address.tls is None else {"ssl": True, **address.tls}
    asking = {"socket_timeout": ASK_SENTINELS_S, "socket_connect_timeout": ASK_SENTINELS_S, "retry": _retry(0)}
    sentinels = Sentinels(address.nodes, ask_s=ASK_SENTINELS_S, options={**asking, **address.sentinel_login, **tls})
    options = _pool_options(address, as_text=as_text)
    return SentinelPool(address.service, sentinels, is_tls=address.tls is not None, **options)


def _open_cluster(address: RedisUrl, *, as_text: bool) -> BoundedCluster:
    return BoundedCluster(
        startup_nodes=[ClusterNode(host, port) for host, port in address.nodes],
        places=POOL_SIZE,
        wait_s=POOL_WAIT_S,
        command_s=CLUSTER_COMMAND_S,
        ssl=address.tls is not None,
        **_options(address, as_text=as_text),
    )


def _pool_options(address: RedisUrl, *, as_text: bool) -> dict[str, Any]:
    again_on = [RedisConnectionError, RedisTimeoutError]
    options = _options(address, as_text=as_text)
    return {"max_connections": POOL_SIZE, "timeout": POOL_WAIT_S, "retry_on_error": again_on, **options}


def _options(address: RedisUrl, *, as_text: bool) -> dict[str, Any]:
    return {
        "socket_timeout": SOCKET_TIMEOUT_S,
        "socket_connect_timeout": CONNECT_TIMEOUT_S,
        # No ping before a command and no CLIENT SETINFO: on a hung server each takes as long as the command (3.2 s in
        # all). A stale connection is retried anyway.
        "health_check_interval": 0,
        "driver_info": None,
        "retry": _retry(1),
        "decode_responses": as_text,
        # We write text only. Other bytes must fail where the value is opened, not here as an unexpected error.
        "encoding_errors": "replace",
        **address.login,
        **(address.tls or {}),
    }


def _retry(times: int) -> Retry:
    return Retry(ConstantBackoff(0.05), times)


async def info_of_primaries(redis: Redis, section: str) -> list[dict[str, Any]]:
    """INFO of the server, or of each server of a cluster that takes writes."""
    client: object = redis
    if not isinstance(client, BoundedCluster):
        return [await redis.info(section)]
    return [await client.info(section, target_nodes=node) for node in await client.primaries()]


async def scan_keys(redis: Redis, prefix: str) -> AsyncIterator[list[str]]:
    """All keys that begin with `prefix`, at most `SCAN_BATCH` at a time. A key may come twice."""
    batch: list[str] = []
    async for key in redis.scan_iter(match=f"{prefix}*", count=SCAN_BATCH):
        batch.append(key)
        if len(batch) == SCAN_BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
