"""TLS to Redis: who is believed, and who is not."""

import asyncio
import shutil
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from redis.asyncio import SSLConnection
from redis.asyncio.sentinel import SentinelManagedSSLConnection
from redis.exceptions import RedisError
from structlog.testing import capture_logs

from core.redis_client import close_redis, open_redis
from tests.integration.api.client import problem
from tests.integration.api.conftest import OpenApi
from tests.integration.redis.failover import ask_until_healed
from tests.integration.redis.journey import CREDENTIALS
from tests.integration.redis.processes import Node, Tls, running, running_watched
from tests.integration.redis.tls import Authority, Connect, Streams, server_context, tls_before
from tests.servers import free_port


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a busy machine a server that is believed must still answer in time."""
    for limit in ("CONNECT_TIMEOUT_S", "SOCKET_TIMEOUT_S", "CLUSTER_COMMAND_S"):
        monkeypatch.setattr(f"core.redis_client.{limit}", 10.0)


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("tls") / "ours")


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("tls") / "theirs")


@pytest.fixture
def connect(redis_url: str) -> Connect:
    async def connect() -> Streams:
        return await asyncio.open_unix_connection(urlsplit(redis_url).path)

    return connect


async def refusal(url: str) -> RedisError | None:
    """Why Redis is not believed or does not answer; None if it is and does."""
    redis = open_redis(url)
    try:
        await redis.get("key_checks")
    except RedisError as exc:
        return exc
    else:
        return None
    finally:
        await close_redis(redis)


def server_with_tls(folder: Path) -> str:
    """A Redis of the machine's own. Of Debian's two packages the one that starts no service has the program, too: by
    another name, on which depends what it does."""
    found = shutil.which("redis-server") or shutil.which("redis-check-rdb")
    if found is None:
        pytest.skip("no Redis with TLS on this machine; on Debian and Ubuntu: apt-get install redis-tools")
    program = folder / "redis-server"
    program.symlink_to(found)
    without_certificate = [str(program), "--port", "0", "--tls-port", "1"]
    refusal = subprocess.run(without_certificate, check=False, capture_output=True, text=True, timeout=10)
    if "No tls-cert-file" not in refusal.stdout:
        pytest.skip(f"{found} is built without TLS")
    return str(program)


class TestServerCertificate:
    async def test_one_of_the_named_authority_for_the_very_host_is_believed(
        self, connect: Connect, ours: Authority, open_api: OpenApi
    ) -> None:
        async with (
            tls_before(connect, server_context(ours.certify("localhost"))) as port,
            open_api(redis_url=f"rediss://localhost:{port}?ssl_ca_certs={ours.file}") as api,
        ):
            assert await api.connect()
            assert (await api.get("/readyz")).status_code == 200

    async def test_one_of_another_authority_is_not(
        self, connect: Connect, ours: Authority, theirs: Authority, open_api: OpenApi
    ) -> None:
        async with (
            tls_before(connect, server_context(theirs.certify("localhost"))) as port,
            open_api(redis_url=f"rediss://localhost:{port}?ssl_ca_certs={ours.file}") as api,
        ):
            with capture_logs() as lines:
                problem(await api.get("/readyz"), 503, "store_unavailable")

        assert [line["cause"] for line in lines if "cause" in line] == ["SSLCertVerificationError"]

    async def test_without_a_named_authority_the_systems_own_decide(self, connect: Connect, ours: Authority) -> None:
        async with tls_before(connect, server_context(ours.certify("localhost"))) as port:
            assert await refusal(f"rediss://localhost:{port}")
            assert await refusal(f"rediss://localhost:{port}?ssl_ca_certs={ours.file}") is None

    async def test_one_for_another_host_is_not_unless_names_are_left_unverified(
        self, connect: Connect, ours: Authority
    ) -> None:
        async with tls_before(connect, server_context(ours.certify("redis.internal"))) as port:
            url = f"rediss://localhost:{port}?ssl_ca_certs={ours.file}"

            assert await refusal(url)
            assert await refusal(f"{url}&ssl_check_hostname=false") is None

    async def test_a_server_without_tls_is_not(self, ours: Authority, connect: Connect) -> None:
        async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.close()

        async with await asyncio.start_server(pass_on, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            assert await refusal(f"rediss://localhost:{port}?ssl_ca_certs={ours.file}")


class TestOurCertificate:
    async def test_a_server_that_wants_one_gets_it(self, connect: Connect, ours: Authority) -> None:
        certificate, key = ours.certify("integrations")
        context = server_context(ours.certify("localhost"), clients_of=ours)
        async with tls_before(connect, context) as port:
            url = f"rediss://localhost:{port}?ssl_ca_certs={ours.file}"

            assert await refusal(url)
            assert await refusal(f"{url}&ssl_certfile={certificate}&ssl_keyfile={key}") is None


class TestOtherForms:
    async def test_a_cluster_is_verified_node_by_node(self, tmp_path: Path, ours: Authority, theirs: Authority) -> None:
        port = free_port()
        announced = ("--cluster-announce-ip", "127.0.0.1", "--cluster-announce-port", str(port))
        with running(Node("node", tmp_path, *announced)) as node:
            node.admin.execute_command("CLUSTER ADDSLOTSRANGE", 0, 16_383)
            node.wait_until("a whole cluster", lambda: node.admin.cluster("INFO")["cluster_state"] == "ok")

            async def connect() -> Streams:
                return await asyncio.open_connection("127.0.0.1", node.port)

            async with tls_before(connect, server_context(ours.certify("127.0.0.1")), port):
                url = f"rediss+cluster://127.0.0.1:{port}?ssl_ca_certs="

                assert await refusal(f"{url}{ours.file}") is None
                assert await refusal(f"{url}{theirs.file}")

    @pytest.mark.slow
    async def test_sentinels_and_the_servers_they_name_are_verified_alike_also_after_a_failover(
        self, tmp_path: Path, ours: Authority, theirs: Authority, open_api: OpenApi
    ) -> None:
        with running_watched(tmp_path, tls=Tls(ours, server_with_tls(tmp_path))) as watched:
            demoted = watched.master
            async with open_api(redis_url=watched.url_by_tls(ours)) as api:
                assert await api.connect()
                watched.fail_over(watched.sentinels[0])
                await ask_until_healed(lambda: api.get(CREDENTIALS), lambda: watched.has_replaced(demoted))

                assert await api.as_user("ben").connect()
            assert await refusal(watched.url_by_tls(theirs))

    async def test_sentinels_and_the_servers_they_name_are_spoken_to_the_same_way(self, ours: Authority) -> None:
        redis = open_redis(f"rediss+sentinel://localhost/mymaster?ssl_ca_certs={ours.file}")

        servers, [sentinel] = redis.connection_pool, redis.connection_pool.sentinel_manager.sentinels  # type: ignore[attr-defined]

        asked = sentinel.connection_pool
        assert (servers.connection_class, asked.connection_class) == (SentinelManagedSSLConnection, SSLConnection)
        for pool in (servers, asked):
            assert pool.connection_kwargs["ssl_ca_certs"] == str(ours.file)
            assert pool.connection_kwargs["ssl_check_hostname"] is True
        await close_redis(redis)
