"""Redis as it is run for others: a cluster of three, and a master with its replica under three Sentinels.

Real processes on ports of their own; none outlives the test run, as all of `tests.servers`.
"""

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

import redis

from core.embedded_redis import server_binary
from tests.integration.redis.tls import Authority
from tests.servers import Process, free_port

T = TypeVar("T")
S = TypeVar("S", bound="Server")

# Sentinels take 1.6 to 2.8 s on a busy machine; those that elect nobody try again after twice the failover-timeout.
HEALED_S = 20.0
SLOTS = 16_384
# How long a node may be silent before the others promote its replica. It also paces the news among them.
DEAD_AFTER_MS = 1_000
# Longer than a busy machine keeps a process waiting.
PATIENCE_MS = 30_000
SERVICE = "mymaster"
# How often Sentinels ask each other and servers; their own figures are seconds. PING-PERIOD is no less: they promote
# only a replica that told its state within five of those, and while the master is down they ask for it once a second.
# A Sentinel that got no processor for 2 s only looks on for TILT-PERIOD. One that has not heard of a failover within
# four PUBLISH-PERIODs takes it back: the busiest machine has to tell it by then.
QUICK = ("INFO-PERIOD", 200, "PING-PERIOD", 500, "ASK-PERIOD", 100, "PUBLISH-PERIOD", 1000, "TILT-PERIOD", 1000)


@dataclass(frozen=True, slots=True)
class Tls:
    """Servers that speak nothing else, to each other either."""

    authority: Authority
    binary: str

    def options(self, port: int) -> list[str]:
        certificate, key = self.authority.certify("127.0.0.1")
        files = ["--tls-cert-file", str(certificate), "--tls-key-file", str(key)]
        trusted = ["--tls-ca-cert-file", str(self.authority.file), "--tls-auth-clients", "no"]
        return ["--port", "0", "--tls-port", str(port), "--tls-replication", "yes", *files, *trusted]


class Server(Process):
    """One server process on a port of this machine."""

    def __init__(self, name: str, folder: Path, *options: str, tls: Tls | None = None) -> None:
        self.port = free_port()
        self.folder = folder / name
        self.folder.mkdir()
        if tls:
            options = (*options, *tls.options(self.port))
        command = [tls.binary if tls else server_binary(), *self.arguments(options)]
        super().__init__(name, command, folder=folder)
        client: dict[str, Any] = {"ssl": True, "ssl_ca_certs": str(tls.authority.file)} if tls else {}
        self.admin: Any = redis.Redis(host="127.0.0.1", port=self.port, decode_responses=True, **client)

    def arguments(self, options: tuple[str, ...]) -> list[str]:
        plain = ["--bind", "127.0.0.1", "--port", str(self.port), "--dir", str(self.folder), "--save", ""]
        return [*plain, "--appendonly", "no", "--repl-diskless-sync-delay", "0", *options]

    def wait_for_answer(self) -> None:
        self.wait_until("PONG", self._is_up)

    def wait_for_replica(self) -> None:
        """Until a replica has everything that was written so far."""
        written = self.admin.info("replication")["master_repl_offset"]
        self.wait_until("a replica with all of it", lambda: self._replicated() >= written)

    def _replicated(self) -> int:
        replica = self.admin.info("replication").get("slave0", {"state": "none"})
        return int(replica["offset"]) if replica["state"] == "online" else -1

    def _is_up(self) -> bool:
        try:
            return bool(self.admin.ping())
        except redis.ConnectionError:
            return False

    def end(self) -> None:
        self.admin.close()
        self.kill()


class SentinelServer(Server):
    """Watches a service; calls a master dead after a second."""

    def __init__(self, name: str, folder: Path, master: Server, *, tls: Tls | None = None) -> None:
        self._master = master
        super().__init__(name, folder, tls=tls)

    def arguments(self, options: tuple[str, ...]) -> list[str]:
        config = self.folder / "sentinel.conf"
        lines = [
            f"port {self.port}",
            "bind 127.0.0.1",
            f"dir {self.folder}",
            f"sentinel monitor {SERVICE} 127.0.0.1 {self._master.port} 2",
            f"sentinel down-after-milliseconds {SERVICE} 1000",
            f"sentinel failover-timeout {SERVICE} 2000",
        ]
        config.write_text("\n".join(lines) + "\n")
        return [str(config), "--sentinel", *options]

    def knows(self, *, sentinels: int, replicas: int) -> bool:
        told = self.admin.sentinel_master(SERVICE)
        return bool((told["num-other-sentinels"], told["num-slaves"]) == (sentinels - 1, replicas))


class Node(Server):
    """Of a cluster."""

    def __init__(self, name: str, folder: Path, *options: str) -> None:
        self.bus_port = free_port()
        cluster = ["--cluster-enabled", "yes", "--cluster-port", str(self.bus_port)]
        timing = ["--cluster-node-timeout", str(DEAD_AFTER_MS), "--cluster-replica-validity-factor", "0"]
        super().__init__(name, folder, *cluster, *timing, *options)


class Watched:
    """A master, its replica and the Sentinels."""

    def __init__(self, servers: list[Server], sentinels: list[SentinelServer]) -> None:
        self.servers = servers
        self.sentinels = sentinels

    @property
    def url(self) -> str:
        return url_of(*(sentinel.port for sentinel in self.sentinels))

    def url_by_tls(self, authority: Authority) -> str:
        return self.url.replace("redis+", "rediss+") + f"?ssl_ca_certs={authority.file}"

    @property
    def master(self) -> Server:
        """As the Sentinels have it."""
        port = self.sentinels[0].admin.sentinel_master(SERVICE)["port"]
        return next(server for server in self.servers if server.port == port)

    def fail_over(self, by: SentinelServer) -> None:
        """Have this one make the replica the master; it refuses, or gives up, while it has not heard of it lately."""

        def has_selected() -> bool:
            if "+selected-slave" in by.output():
                return True
            accepts(lambda: by.admin.sentinel_failover(SERVICE))
            return False

        by.wait_until("a replica to promote", has_selected)

    def has_replaced(self, former: Server) -> bool:
        """Whether all Sentinels name another one."""
        return former.port not in {sentinel.admin.sentinel_master(SERVICE)["port"] for sentinel in self.sentinels}


def url_of(*sentinel_ports: int) -> str:
    return f"redis+sentinel://{','.join(f'127.0.0.1:{port}' for port in sentinel_ports)}/{SERVICE}"


class Cluster:
    """Primaries, each with its replica when there are any."""

    def __init__(self, servers: list[Node]) -> None:
        self.servers = servers

    @property
    def url(self) -> str:
        return "redis+cluster://" + ",".join(f"127.0.0.1:{server.port}" for server in self.servers)

    def url_for(self, user: str, password: str) -> str:
        return self.url.replace("://", f"://{user}:{quote(password, safe='')}@")

    @property
    def primaries(self) -> list[Server]:
        return [server for server in self.alive if server.admin.role()[0] == "master"]

    def owner_of(self, key: str) -> Server:
        """The primary that has a key's slot."""
        slot = self.alive[0].admin.cluster("KEYSLOT", key)
        for first, last, (_host, port, *_), *_ in self.alive[0].admin.execute_command("CLUSTER SLOTS", raw=True):
            if first <= slot <= last:
                return next(server for server in self.servers if server.port == port)
        raise AssertionError(f"nobody has slot {slot}")

    def has_replaced(self, former: Server, key: str) -> bool:
        """Whether another node has the key's slot, as one of them sees it."""
        return self.owner_of(key) is not former

    @property
    def alive(self) -> list[Server]:
        return [server for server in self.servers if server.popen.poll() is None]


@contextmanager
def running(server: S) -> Iterator[S]:
    """One server, of any kind, when it answers."""
    try:
        server.wait_for_answer()
        yield server
    finally:
        server.end()


@contextmanager
def running_watched(folder: Path, *, tls: Tls | None = None) -> Iterator[Watched]:
    """Returns when the Sentinels know each other and the replica."""
    with ExitStack() as ending:
        master = Server("master", folder, tls=tls)
        replica = Server("replica", folder, "--replicaof", f"127.0.0.1 {master.port}", tls=tls)
        for server in (master, replica):
            ending.callback(server.end)
            server.wait_for_answer()
        master.wait_for_replica()
        sentinels = [SentinelServer(f"sentinel-{number}", folder, master, tls=tls) for number in range(3)]
        for sentinel in sentinels:
            ending.callback(sentinel.end)
        for sentinel in sentinels:
            sentinel.wait_for_answer()
            sentinel.admin.execute_command("SENTINEL DEBUG", *QUICK)
        for sentinel in sentinels:
            sentinel.wait_until("the others", lambda entry=sentinel: entry.knows(sentinels=3, replicas=1))
        yield Watched([master, replica], sentinels)


@contextmanager
def running_cluster(folder: Path, *options: str, replicas: int = 0, fails_over: bool = False) -> Iterator[Cluster]:
    """Three primaries with this many replicas each. Returns when every node reports a complete cluster.

    Args:
        fails_over: whether a node that is silent for a second is replaced. A test of anything else would be disturbed
            by that when the machine is busy.
    """
    with ExitStack() as ending:
        servers = [Node(f"node-{number}", folder, *options) for number in range(3 * (1 + replicas))]
        for server in servers:
            ending.callback(server.end)
        for server in servers:
            server.wait_for_answer()
        join(servers)
        if not fails_over:
            for server in servers:
                server.admin.config_set("cluster-node-timeout", PATIENCE_MS)
        yield Cluster(servers)


def join(servers: list[Node]) -> None:
    """Give the first three the slots, and the others a primary each."""
    primaries, others = servers[:3], servers[3:]
    bounds = [SLOTS * number // 3 for number in range(4)]
    for number, (server, (first, end)) in enumerate(zip(primaries, itertools.pairwise(bounds), strict=True)):
        server.admin.execute_command("CLUSTER ADDSLOTSRANGE", first, end - 1)
        server.admin.execute_command("CLUSTER SET-CONFIG-EPOCH", number + 1)
    for server in servers[1:]:
        server.admin.execute_command("CLUSTER MEET", "127.0.0.1", servers[0].port, servers[0].bus_port)
    for server in servers:
        server.wait_until(
            "the others", lambda entry=server: entry.admin.cluster("INFO")["cluster_known_nodes"] == str(len(servers))
        )
    for number, server in enumerate(others):
        primary = primaries[number % 3]
        node_id = primary.admin.execute_command("CLUSTER MYID")
        # It can be told to once it has heard of the primary.
        server.wait_until(
            "its primary",
            lambda entry=server, name=node_id: accepts(lambda: entry.admin.execute_command("CLUSTER REPLICATE", name)),
        )
    for server in servers:
        server.wait_until("a whole cluster", lambda entry=server: entry.admin.cluster("INFO")["cluster_state"] == "ok")
    if others:
        for primary in primaries:
            primary.wait_for_replica()


def accepts(order: Callable[[], Any]) -> bool:
    try:
        order()
    except redis.ResponseError:
        return False
    return True


async def eventually(call: Callable[[], Awaitable[T]]) -> T:
    """The answer, once Redis gives one."""
    async with asyncio.timeout(HEALED_S):
        while True:
            try:
                return await call()
            except redis.RedisError:
                await asyncio.sleep(0.05)
