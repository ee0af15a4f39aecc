"""Give the Redis of docker-compose.yml its users: `python -m ops.redis_access`, run once at each `docker compose up`.

Order of events: read the passwords that an earlier run made, or make new ones → write the ACL file and a client script
for Redis, and the URL for the service → have a Redis that already runs load the ACL file.

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

# The volumes of docker-compose.yml: the service mounts the first, Redis the second.
SERVICE_FOLDER = Path("/run/redis-access")
REDIS_FOLDER = Path("/run/redis-admin")
# Of the user that Redis runs as.
REDIS_GROUP = 999
HOST = "redis"
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

    def __or__(self, other: "Rights") -> "Rights":
        commands = tuple(sorted({*self.commands, *other.commands}))
        return Rights(self.keys + other.keys, commands, self.channels + other.channels)

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
        "signals:*",
    ),
    channels=("{jobs}:cancel:*", "{jobs}:state:*"),
    commands=(
        *("del", "eval", "evalsha", "exec", "exists", "expire", "get", "getdel", "hdel", "hexists", "hget"),
        *("hgetall", "hincrby", "hkeys", "hmget", "hscan", "hset", "hsetnx", "incr", "info", "lpush"),
        *("lrange", "ltrim", "multi", "pexpire", "ping", "psubscribe", "pttl", "publish", "sadd", "scan"),
        *("scard", "script|load", "set", "srem", "time", "unlink", "xack", "xadd", "xautoclaim", "xclaim"),
        *("xdel", "xgroup|create", "xlen", "xreadgroup", "zadd", "zcard", "zcount", "zpopmin"),
        *("zrange", "zrangebyscore", "zrem", "zremrangebyscore", "zscore"),
    ),
)
# Of the service on the Redis of the synced records, which is the same one unless MIRROR_REDIS_URL names another.
MIRROR = Rights(
    keys=("seq:*", "rec:*", "ids:*", "hist:*", "feed:*", "tomb:*"),
    commands=(
        *("evalsha", "hdel", "hget", "hgetall", "hincrby", "hkeys", "hmget", "hset", "memory|usage", "script|load"),
        *("time", "unlink", "zadd", "zlexcount", "zrangebylex", "zrangebyscore", "zrem", "zscore"),
    ),
)


@dataclass(frozen=True, slots=True)
class Folders:
    """Where the files go, and the group that Redis belongs to."""

    service: Path = SERVICE_FOLDER
    redis: Path = REDIS_FOLDER
    group: int = REDIS_GROUP


def main() -> int:
    """Prepare the files and the running Redis; the exit status."""
    try:
        write_files(Folders())
        say("loaded the users" if load_users(Folders()) else "Redis is not running with these users yet: it reads them")
    except ConfigurationError as exc:
        say("; ".join(exc.faults))
        return EXIT_CONFIGURATION
    except RedisError as exc:
        say(f"Redis refused the users: {exc}")
        return 1
    return 0


def write_files(folders: Folders, *, host: str = HOST, port: int = PORT) -> None:
    """Write what is missing, and the ACL file anew.

    Raises: ConfigurationError when the URL of an earlier run cannot be read as one.
    """
    url = folders.service / "url"
    if not url.exists():
        _write(url, f"redis://{USER}:{_new_password()}@{host}:{port}/0\n", mode=0o600)
    password = folders.redis / "password"
    if not password.exists():
        _write(password, f"{_new_password()}\n", mode=0o640, group=folders.group)
    acl = build_acl(service_password=_password_in(url), admin_password=_read(password))
    _write(folders.redis / "users.acl", acl, mode=0o640, group=folders.group)
    _write(folders.redis / "cli", CLIENT, mode=0o750, group=folders.group)


def load_users(folders: Folders, *, host: str = HOST, port: int = PORT) -> bool:
    """Have a running Redis read its ACL file; False when none answers, or one without our administrator.

    Raises: RedisError when Redis refuses the file: it then keeps the users that it has.
    """
    redis = Redis(
        host=host,
        port=port,
        username=ADMIN,
        password=_read(folders.redis / "password"),
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


def build_acl(*, service_password: str, admin_password: str) -> str:
    """The ACL file: one user a line, passwords as SHA-256."""
    lines = (
        DEFAULT_USER,
        f"user {ADMIN} on #{_digest(admin_password)} ~* &* +@all",
        f"user {USER} on #{_digest(service_password)} {(SERVICE | MIRROR).rules()}",
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
