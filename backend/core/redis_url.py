"""REDIS_URL read into its parts: one server, the master that Sentinels name, or a cluster.

    redis://user:password@host:port/db                               one server
    unix://user:password@/path/to/redis.sock?db=0                    one server on this machine
    redis+sentinel://user:password@host:port,host:port/service/db    the present master of a service
    redis+cluster://user:password@host:port,host:port                a cluster, by some of its nodes

`rediss` for `redis` is TLS: certificate and name are verified, against the system's authorities or `?ssl_ca_certs=`.
Other parameters of redis-py are refused: some would disable our timeouts, others the verification.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from urllib.parse import parse_qsl, unquote, urlsplit

from settings import LOCAL_HOSTS, ConfigurationError

Form = Literal["server", "sentinel", "cluster"]

SCHEMES: Mapping[str, tuple[Form, int]] = {
    "redis": ("server", 6379),
    "redis+sentinel": ("sentinel", 26379),
    "redis+cluster": ("cluster", 6379),
}
# Files: the authority of the server's certificate, and the client certificate and key.
TLS_FILES = ("ssl_ca_certs", "ssl_certfile", "ssl_keyfile")
# Clusters and Sentinels report addresses that few certificates contain: `false` skips the check of the name.
TLS_HOSTNAME = "ssl_check_hostname"
TLS = (*TLS_FILES, TLS_HOSTNAME)
# Of the Sentinels themselves; the URL's user is for the servers.
SENTINEL_LOGIN = ("sentinel_username", "sentinel_password")


@dataclass(frozen=True, slots=True, kw_only=True)
class RedisUrl:
    """Where Redis is. Options have redis-py's names."""

    form: Form
    nodes: tuple[tuple[str, int], ...] = ()
    """Hosts and ports: of the server, the Sentinels, or some of the cluster. None for a socket."""
    path: str = ""
    """Of the socket."""
    service: str = ""
    """The Sentinels' name for the servers."""
    tls: Mapping[str, Any] | None = None
    login: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """User, password, database."""
    sentinel_login: Mapping[str, str] = field(default_factory=dict, repr=False)


_PLAINTEXT = (
    "{setting}: production uses TLS (rediss://) to a Redis on another machine; "
    "REDIS_PLAINTEXT_HOSTS names hosts on a private network that need none"
)


class _UnusableError(Exception):
    """The message says why."""


def find_url_faults(url: str, setting: str = "REDIS_URL") -> list[str]:
    """The faults of the URL, in sentences for the operator that do not repeat any part of it."""
    try:
        parse_redis_url(url, setting)
    except ConfigurationError as exc:
        return exc.faults
    return []


def find_plaintext_faults(url: str, allowed: Collection[str], setting: str = "REDIS_URL") -> list[str]:
    """Whether the password and the data would cross a network unencrypted.

    Hosts of this machine and the hosts in `allowed` are accepted.
    """
    if not url or find_url_faults(url):
        return []
    address = parse_redis_url(url)
    if address.tls is not None or all(host in {*LOCAL_HOSTS, *allowed} for host, _ in address.nodes):
        return []
    return [_PLAINTEXT.format(setting=setting)]


def parse_redis_url(url: str, setting: str = "REDIS_URL") -> RedisUrl:
    """Raises: ConfigurationError with one fault, as `find_url_faults`."""
    try:
        scheme = url.partition("://")[0]
        return _parse_socket(url) if scheme == "unix" else _parse_nodes(url)
    except _UnusableError as exc:
        raise ConfigurationError([f"{setting}: {exc}"]) from None
    except ValueError:  # of the standard library, whose words repeat the address
        raise ConfigurationError([f"{setting}: is not an address"]) from None


def _parse_socket(url: str) -> RedisUrl:
    parts = urlsplit(url)
    login, _, host = parts.netloc.rpartition("@")
    if host or parts.path in {"", "/"}:
        raise _UnusableError("unix:// is followed by the absolute path of a socket, as in unix:///run/redis.sock")
    query = _parse_query(parts.query, {"db"})
    return RedisUrl(form="server", path=unquote(parts.path), login=_parse_login(login, query.get("db", "")))


def _parse_nodes(url: str) -> RedisUrl:
    parts = urlsplit(url)
    is_tls = parts.scheme.startswith("rediss")
    form, port = SCHEMES.get(parts.scheme.replace("rediss", "redis", 1), (None, 0))
    if form is None:
        raise _UnusableError("begins with redis://, redis+sentinel://, redis+cluster:// (rediss for TLS) or unix://")
    login, _, hosts = parts.netloc.rpartition("@")
    service, database = _parse_path(unquote(parts.path).strip("/"), form)
    query = _parse_query(parts.query, {*(TLS if is_tls else ()), *(SENTINEL_LOGIN if form == "sentinel" else ())})
    nodes = tuple(_parse_node(host, port) for host in hosts.split(","))
    if form == "server" and len(nodes) > 1:
        raise _UnusableError("several hosts are for redis+sentinel:// and redis+cluster://")
    return RedisUrl(
        form=form,
        nodes=nodes,
        service=service,
        tls=_parse_tls(query) if is_tls else None,
        login=_parse_login(login, database),
        sentinel_login={name.removeprefix("sentinel_"): query[name] for name in SENTINEL_LOGIN if name in query},
    )


def _parse_path(path: str, form: Form) -> tuple[str, str]:
    """Service and database, either may be empty."""
    service, _, database = path.partition("/") if form == "sentinel" else ("", "", path)
    if form == "sentinel" and not service:
        raise _UnusableError(
            "redis+sentinel:// ends with the service's name, as in redis+sentinel://host:26379/mymaster"
        )
    if form == "cluster" and database:
        raise _UnusableError("a cluster has no databases: leave the path out")
    return service, database


def _parse_node(text: str, default_port: int) -> tuple[str, int]:
    parts = urlsplit(f"//{text}")
    try:
        port = parts.port
    except ValueError:
        raise _UnusableError("a port is a number from 1 to 65535") from None
    if not parts.hostname:
        raise _UnusableError("a host is missing")
    return parts.hostname, port or default_port


def _parse_login(text: str, database: str) -> dict[str, Any]:
    if database and not database.isdecimal():
        raise _UnusableError("the database is a number")
    user, _, password = text.partition(":")
    login = {"username": unquote(user), "password": unquote(password), "db": int(database or 0)}
    return {name: value for name, value in login.items() if value}


def _parse_query(text: str, known: Collection[str]) -> dict[str, str]:
    query = dict(parse_qsl(text, keep_blank_values=True))
    if not query.keys() <= set(known):
        raise _UnusableError(f"has a parameter that is not taken here; taken are: {', '.join(sorted(known)) or 'none'}")
    return query


def _parse_tls(query: Mapping[str, str]) -> dict[str, Any]:
    files = {name: query[name] for name in TLS_FILES if name in query}
    for name, path in files.items():
        if not Path(path).is_file():
            raise _UnusableError(f"the file of {name} cannot be read")
    checks = query.get(TLS_HOSTNAME, "true").lower()
    if checks not in {"true", "false"}:
        raise _UnusableError(f"{TLS_HOSTNAME} is true or false")
    return {**files, TLS_HOSTNAME: checks == "true"}
