"""Give each Redis of docker-compose.yml its users: `python -m ops.redis_access`, run once at each `docker compose up`.

Order of events, for the main Redis and the one of synced records: read the passwords that an earlier run made, or make
new ones → write the ACL file and a client script for Redis, and the URL for the service → have a Redis that already
runs load the ACL file.

A new version can need other rights: the ACL file is written each time, the passwords only once.
"""

import hashlib
import os
import secrets
import sys
from dataclasses import dataclass
from pathlib import Path

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError
from redis.retry import Retry

from core.redis_url import parse_redis_url
from settings import EXIT_CONFIGURATION, ConfigurationError

# Volumes of docker-compose.yml. The service mounts the first, each Redis its own of the others.
SERVICE_FOLDER = Path("/run/redis-access")
REDIS_FOLDER = Path("/run/redis-admin")
MIRROR_FOLDER = Path("/run/mirror-redis-admin")
# Of the user that Redis runs as.
REDIS_GROUP = 999
PORT = 6379
TIMEOUT_S = 2.0
PASSWORD_BYTES = 32

USER = "integrations"
ADMIN = "admin"
# Nobody gets in as this user, which must keep its rights all the same: Redis 7.0 and Valkey 8.1 check them for each
# transaction in the append-only file when they load it, and leave out those that are not allowed.
DEFAULT_USER = "user default off ~* &* +@all"

CLIENT = """#!/bin/sh
# Runs one command as the administrator: cli INFO persistence
REDISCLI_AUTH=$(cat "$(dirname "$0")/password") exec valkey-cli -e --user admin "$@"
"""


@dataclass(frozen=True, slots=True)
class Rights:
    """What a user may do, and nothing else."""

    keys: tuple[str, ...]
    commands: tuple[str, ...]
    channels: tuple[str, ...] = ()

    def rules(self) -> str:
        """As `ACL SETUSER` takes them."""
        allowed = (f"{mark}{name}" for mark, names in (("~", self.keys), ("&", self.channels)) for name in names)
        return " ".join(("resetchannels", "resetkeys", *allowed, "-@all", *(f"+{name}" for name in self.commands)))


# Of the service. docs/operations.md shows the same rules.
SERVICE = Rights(
    keys=(
        *("oauth:*", "flows:*", "starts:*", "load_starts:*", "connections:*", "connection:*", "refresh:*", "account:*"),
        *("{disconnects}:*", "{refreshes}:*", "key_checks", "session:*", "sessions:*", "sign_ins:*", "host_token:*"),
        *("mirror:key:*", "{mirror}:*", "budget:*", "sync:*", "sync_lease:*", "sync_runs:*", "{syncs}:*", "{jobs}:*"),
        *("signals:*", "event_endpoint:*", "event_endpoints:*", "event_state:*", "event_deliveries:*"),
        *("event_pending:*", "{journal}:*"),
    ),
    channels=("{jobs}:cancel:*", "{jobs}:state:*"),
    commands=(
        *("del", "eval", "evalsha", "exec", "exists", "expire", "get", "hdel", "hexists", "hget"),
        *("hgetall", "hincrby", "hkeys", "hmget", "hscan", "hset", "hsetnx", "incr", "info", "lpush"),
        *("lrange", "ltrim", "multi", "pexpire", "ping", "psubscribe", "pttl", "publish", "sadd", "scan"),
        *("scard", "script|load", "set", "smembers", "srem", "time", "unlink", "xack", "xadd", "xautoclaim", "xclaim"),
        *("xdel", "xgroup|create", "xlen", "xreadgroup", "zadd", "zcard", "zcount", "zpopmin"),
        *("zrange", "zrangebyscore", "zrem", "zremrangebyscore", "zscore"),
    ),
)
# Of the service on the Redis of synced records. Where one Redis is used as both, its user needs the rights of both.
MIRROR = Rights(
    keys=("seq:*", "rec:*", "ids:*", "feed:*", "tomb:*"),
    commands=(
        *("evalsha", "hdel", "hget", "hkeys", "hmget", "hset", "info", "script|load"),
        *("time", "unlink", "zadd", "zcard", "zrangebylex", "zrangebyscore", "zrem", "zscore"),
    ),
)


@dataclass(frozen=True, slots=True)
class Instance:
    """One Redis: its address, what the service may do there, where its files go and the group that it belongs to."""

    host: str
    rights: Rights
    url: Path
    folder: Path
    port: int = PORT
    group: int = REDIS_GROUP


INSTANCES = (
    Instance("redis", SERVICE, SERVICE_FOLDER / "url", REDIS_FOLDER),
    Instance("mirror-redis", MIRROR, SERVICE_FOLDER / "mirror_url", MIRROR_FOLDER),
)


def main() -> int:
    """Prepare the files of each Redis and those that run; the exit status."""
    try:
        for instance in INSTANCES:
            write_files(instance)
            loaded = "loaded its users" if load_users(instance) else "does not run with these users yet: it reads them"
            say(f"{instance.host} {loaded}")
    except ConfigurationError as exc:
        say("; ".join(exc.faults))
        return EXIT_CONFIGURATION
    except RedisError as exc:
        say(f"Redis refused the users: {exc}")
        return 1
    return 0


def write_files(instance: Instance) -> None:
    """Create the missing files and rewrite the ACL file.

    Raises: ConfigurationError when the URL of an earlier run cannot be read as one.
    """
    if not instance.url.exists():
        url = f"redis://{USER}:{_new_password()}@{instance.host}:{instance.port}/0"
        _write(instance.url, f"{url}\n", mode=0o600)
    password = instance.folder / "password"
    if not password.exists():
        _write(password, f"{_new_password()}\n", mode=0o640, group=instance.group)
    acl = build_acl(instance.rights, password=_password_in(instance.url), admin_password=_read(password))
    _write(instance.folder / "users.acl", acl, mode=0o640, group=instance.group)
    _write(instance.folder / "cli", CLIENT, mode=0o750, group=instance.group)


def load_users(instance: Instance) -> bool:
    """Have a running Redis read its ACL file; False when none answers, or one without our administrator.

    Raises: RedisError when Redis refuses the file: it then keeps the users that it has.
    """
    redis = Redis(
        host=instance.host,
        port=instance.port,
        username=ADMIN,
        password=_read(instance.folder / "password"),
        socket_timeout=TIMEOUT_S,
        socket_connect_timeout=TIMEOUT_S,
        retry=Retry(NoBackoff(), 0),
    )
    with redis:
        try:
            redis.acl_load()
        except RedisConnectionError:
            return False
    return True


def build_acl(rights: Rights, *, password: str, admin_password: str) -> str:
    """The ACL file: one user a line, passwords as SHA-256."""
    lines = (
        DEFAULT_USER,
        f"user {ADMIN} on #{_digest(admin_password)} ~* &* +@all",
        f"user {USER} on #{_digest(password)} {rights.rules()}",
    )
    return "\n".join(lines) + "\n"


def _password_in(url: Path) -> str:
    password = parse_redis_url(_read(url)).login.get("password")
    if not password:
        raise ConfigurationError([f"{url} has no password: delete it to have a new one made"])
    return str(password)


def _new_password() -> str:
    return secrets.token_urlsafe(PASSWORD_BYTES)


def _digest(password: str) -> str:
    return hashlib.sha256(password.encode()).hexdigest()


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8").strip()


def _write(path: Path, text: str, *, mode: int, group: int = -1) -> None:
    """Replace the file at once, so that a reader and an interrupted run never see half of it."""
    partial = path.with_name(f".{path.name}")
    partial.unlink(missing_ok=True)
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
        os.fchown(file.fileno(), -1, group)
        os.fchmod(file.fileno(), mode)
        os.fsync(file.fileno())
    partial.replace(path)


def say(message: str) -> None:
    print(f"redis-access: {message}", flush=True)  # noqa: T201 (the output of a command)


if __name__ == "__main__":
    sys.exit(main())
