"""The HTTP client over real sockets: what servers do wrong, and what we make of it.

The server is scripted: it reads one request, then does with the connection whatever the test says.
"""

import asyncio
import gzip
import ssl
import subprocess
import sys
import time
import tracemalloc
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import httpx
import pytest
from structlog.testing import capture_logs

from core.deadline import READ_S
from core.http import MAX_BODY_BYTES, HttpClient
from core.transport import open_transport
from errors import (
    UpstreamMalformedError,
    UpstreamResponseTooLargeError,
    UpstreamTimeoutError,
    UpstreamUnavailableError,
    UpstreamUnreachableError,
)
from tests.integration.redis.tls import Authority, server_context
from tests.servers import free_port

Script = Callable[[asyncio.StreamWriter], Awaitable[None]]
MIB = 1024 * 1024


class ScriptedServer:
    """What happened at the server: the heads of the requests, the connections opened, and those still open."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self.heads: list[str] = []
        self.opened = 0
        self.all_closed = asyncio.Event()
        self._open: set[asyncio.Task[None] | None] = set()
        self.url = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.opened += 1
        self._open.add(asyncio.current_task())
        try:
            while True:
                self.heads.append((await reader.readuntil(b"\r\n\r\n")).decode())
                await self._script(writer)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            writer.close()
        finally:
            self._open.discard(asyncio.current_task())
            if not self._open:
                self.all_closed.set()

    async def end(self) -> None:
        """Leave the connections whose scripts still run."""
        tasks = [task for task in self._open if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks)


@asynccontextmanager
async def scripted_server(script: Script, tls: ssl.SSLContext | None = None) -> AsyncIterator[ScriptedServer]:
    scripted = ScriptedServer(script)
    server = await asyncio.start_server(scripted.serve, "127.0.0.1", 0, ssl=tls)
    scripted.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield scripted
    finally:
        server.close()
        await scripted.end()
        await server.wait_closed()


@asynccontextmanager
async def answering(
    script: Script, *, max_connections: int = 10, max_body_bytes: int = MAX_BODY_BYTES
) -> AsyncIterator[tuple[ScriptedServer, HttpClient]]:
    """A server with this script and a client that may talk to it."""
    transport = open_transport(max_connections=max_connections)
    async with (
        scripted_server(script) as server,
        HttpClient(allowed_origins=[server.url], transport=transport, max_body_bytes=max_body_bytes) as client,
    ):
        yield server, client


def sending(*parts: bytes) -> Script:
    async def script(writer: asyncio.StreamWriter) -> None:
        for part in parts:
            writer.write(part)

    return script


def response(body: bytes = b"{}", *headers: str, status: str = "200 OK") -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


@contextmanager
def answering_process(whole: bytes) -> Iterator[str]:
    """A server that goes on while this process stands still: a thread would stand still with it. It answers once."""
    program = (
        "import socket, sys, time\n"
        "server = socket.create_server(('127.0.0.1', 0))\n"
        "print(server.getsockname()[1], flush=True)\n"
        "peer, _ = server.accept()\n"
        "peer.recv(65536)\n"
        "time.sleep(0.2)\n"
        "peer.sendall(bytes.fromhex(sys.argv[1]))\n"
        "sys.stdin.read()\n"
    )
    command = [sys.executable, "-c", program, whole.hex()]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        finally:
            process.kill()


async def silence(writer: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


async def reset(writer: asyncio.StreamWriter) -> None:
    """End the connection at once, with a RST."""
    writer.transport.abort()


def get(server: ScriptedServer, path: str = "/") -> httpx.Request:
    return httpx.Request("GET", server.url + path)


class TestAnswers:
    async def test_status_headers_and_body_come_back_whole(self) -> None:
        async with answering(sending(response(b'{"a":1}', "X-Told: yes", status="207 Multi-Status"))) as (
            server,
            client,
        ):
            answer = await client.send(get(server))

        assert (answer.status_code, answer.headers["x-told"], answer.content) == (207, "yes", b'{"a":1}')

    async def test_a_header_of_any_bytes_comes_back_as_text_that_can_be_written(self) -> None:
        told = response(b"{}", "X-Told: ").replace(b"X-Told: ", b"X-Told: caf\xe9")
        async with answering(sending(told)) as (server, client):
            answer = await client.send(get(server))

        assert answer.headers["X-Told"].encode() == "café".encode()

    async def test_gzip_is_decoded_however_the_chunks_fall(self) -> None:
        packed = gzip.compress(b"x" * 5000)
        chunks = b"".join(b"%x\r\n%b\r\n" % (1, packed[i : i + 1]) for i in range(len(packed))) + b"0\r\n\r\n"
        head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n"
        async with answering(sending(head, chunks)) as (server, client):
            answer = await client.send(get(server))

        assert answer.content == b"x" * 5000

    async def test_several_gzip_members_are_one_body(self) -> None:
        packed = gzip.compress(b"first ") + gzip.compress(b"second")
        async with answering(sending(response(packed, "Content-Encoding: gzip"))) as (server, client):
            answer = await client.send(get(server))

        assert answer.content == b"first second"

    async def test_a_redirect_is_an_answer_and_is_not_followed(self) -> None:
        moved = response(b"", "Location: /elsewhere", status="302 Found")
        async with answering(sending(moved)) as (server, client):
            answer = await client.send(get(server))

        assert answer.status_code == 302
        assert len(server.heads) == 1

    async def test_connections_are_used_again(self) -> None:
        async with answering(sending(response())) as (server, client):
            for _ in range(5):
                await client.send(get(server))

        assert server.opened == 1

    async def test_a_cookie_is_not_kept_for_the_next_request(self) -> None:
        async with answering(sending(response(b"{}", "Set-Cookie: account=1; Path=/"))) as (server, client):
            await client.send(get(server))
            await client.send(get(server))

        assert "cookie" not in server.heads[1].lower()

    async def test_a_request_without_headers_of_its_own_gets_our_defaults(self) -> None:
        async with answering(sending(response())) as (server, client):
            await client.send(get(server))

        head = server.heads[0].lower()
        assert all(line in head for line in ("user-agent: portal-items/", "accept: application/json\r", "gzip\r"))

    async def test_headers_of_the_request_beat_our_defaults_in_any_case(self) -> None:
        async with answering(sending(response())) as (server, client):
            await client.send(httpx.Request("GET", server.url, headers={"accept": "text/plain"}))

        assert server.heads[0].lower().count("accept: ") == 1
        assert "text/plain" in server.heads[0]


class TestWhereItMayGo:
    @pytest.mark.parametrize(
        "url",
        [
            "http://other.example/x",
            "https://127.0.0.1:{port}/x",
            "http://127.0.0.1:1/x",
            "http://127.0.0.1:{port}@other.example/x",
            "http://other.example\\@127.0.0.1:1/x",
            "//127.0.0.1:{port}/x",
            "http://[::1",
            "http://127.0.0.1:99999/",
        ],
    )
    async def test_nothing_is_sent_to_an_address_that_is_not_allowed(self, url: str) -> None:
        async with answering(sending(response())) as (server, client):
            port = server.url.rpartition(":")[2]

            with pytest.raises((ValueError, httpx.InvalidURL)):
                await client.send(httpx.Request("GET", url.format(port=port)))

        assert server.heads == []

    @pytest.mark.parametrize(
        ("allowed", "url"), [("https://a.test:443", "https://a.test/x"), ("http://a.test", "http://A.test:80")]
    )
    async def test_a_default_port_may_be_written_or_left_out(self, allowed: str, url: str) -> None:
        answering_all = httpx.MockTransport(lambda _request: httpx.Response(204))
        async with HttpClient(allowed_origins=[allowed], transport=answering_all) as client:
            answer = await client.send(httpx.Request("GET", url))

        assert answer.status_code == 204

    @pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
    async def test_a_proxy_in_the_environment_is_not_used(self, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
        async with scripted_server(sending(response(b"proxy"))) as proxy:
            monkeypatch.setenv(name, proxy.url)
            async with answering(sending(response(b"direct"))) as (server, client):
                answer = await client.send(get(server))

        assert answer.content == b"direct"
        assert proxy.heads == []


class TestWhomItBelieves:
    @pytest.fixture
    def trusted(self, tmp_path: Path) -> Authority:
        return Authority(tmp_path / "trusted")

    async def ask(self, trusted: Authority, certificate: tuple[Path, Path]) -> tuple[int | str, int]:
        """The status that `localhost` with this certificate answers, or the failure; and how much it was sent."""
        transport = open_transport(extra_ca=trusted.file.read_text())
        async with scripted_server(sending(response()), server_context(certificate)) as server:
            url = f"https://localhost:{server.url.rpartition(':')[2]}"
            async with HttpClient(allowed_origins=[url], transport=transport) as client:
                try:
                    return (await client.send(httpx.Request("GET", url))).status_code, len(server.heads)
                except UpstreamUnreachableError as exc:
                    return exc.code, len(server.heads)

    async def test_a_certificate_of_a_trusted_authority_for_the_very_host_is_believed(self, trusted: Authority) -> None:
        assert await self.ask(trusted, trusted.certify("localhost")) == (200, 1)

    async def test_one_for_another_host_is_not_and_nothing_is_sent(self, trusted: Authority) -> None:
        assert await self.ask(trusted, trusted.certify("other.example")) == ("upstream_unavailable", 0)

    async def test_one_of_another_authority_is_not_and_nothing_is_sent(
        self, trusted: Authority, tmp_path: Path
    ) -> None:
        assert await self.ask(trusted, Authority(tmp_path / "other").certify("localhost")) == (
            "upstream_unavailable",
            0,
        )

    async def test_those_that_are_shipped_vouch_for_none_of_ours(self, trusted: Authority) -> None:
        async with scripted_server(sending(response()), server_context(trusted.certify("localhost"))) as server:
            url = f"https://localhost:{server.url.rpartition(':')[2]}"
            async with HttpClient(allowed_origins=[url]) as client:
                with pytest.raises(UpstreamUnreachableError):
                    await client.send(httpx.Request("GET", url))

        assert server.heads == []


class TestProxy:
    """A proxy that accepts each CONNECT and then answers in the place of the host, with a certificate we trust."""

    @asynccontextmanager
    async def proxied(
        self, tmp_path: Path, url: str, no_proxy: str = ""
    ) -> AsyncIterator[tuple[ScriptedServer, HttpClient]]:
        authority = Authority(tmp_path / "authority")
        tls = server_context(authority.certify("vendor.example"))

        async def accept_connect(writer: asyncio.StreamWriter) -> None:
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            await writer.drain()
            await writer.start_tls(tls)

        async def script(writer: asyncio.StreamWriter) -> None:
            await (accept_connect(writer) if len(proxy.heads) == 1 else sending(response(b"proxied"))(writer))

        async with scripted_server(script) as proxy:
            transport = open_transport(extra_ca=authority.file.read_text(), https_proxy=proxy.url, no_proxy=no_proxy)
            async with HttpClient(allowed_origins=[url], transport=transport) as client:
                yield proxy, client

    async def test_an_https_address_is_called_through_the_proxy(self, tmp_path: Path) -> None:
        url = "https://vendor.example"
        async with self.proxied(tmp_path, url) as (proxy, client):
            answer = await client.send(httpx.Request("GET", f"{url}/x"))

        assert answer.content == b"proxied"
        assert proxy.heads[0].startswith("CONNECT vendor.example:443 ")

    @pytest.mark.parametrize("no_proxy", ["localhost", "other.example, localhost", "*"])
    async def test_a_host_in_no_proxy_is_called_directly(self, tmp_path: Path, no_proxy: str) -> None:
        url = f"https://localhost:{free_port()}"
        async with self.proxied(tmp_path, url, no_proxy) as (proxy, client):
            with pytest.raises(UpstreamUnreachableError):
                await client.send(httpx.Request("GET", url))

        assert proxy.heads == []

    async def test_a_plain_http_address_is_called_directly(self, tmp_path: Path) -> None:
        async with (
            scripted_server(sending(response(b"direct"))) as server,
            self.proxied(tmp_path, server.url) as (proxy, client),
        ):
            answer = await client.send(get(server))

        assert (answer.content, proxy.heads) == (b"direct", [])

    async def test_a_proxy_that_refuses_is_a_connect_failure(self, tmp_path: Path) -> None:
        url = "https://vendor.example"
        refused = open_transport(https_proxy=f"http://127.0.0.1:{free_port()}")
        async with HttpClient(allowed_origins=[url], transport=refused) as client:
            with pytest.raises(UpstreamUnreachableError):
                await client.send(httpx.Request("GET", url))


class TestFailures:
    async def test_a_refused_connection_is_a_connect_failure(self) -> None:
        url = f"http://127.0.0.1:{free_port()}"
        async with HttpClient(allowed_origins=[url]) as client:
            with pytest.raises(UpstreamUnreachableError):
                await client.send(httpx.Request("GET", url))

    async def test_the_log_names_the_host_and_what_is_behind_it(self) -> None:
        url = f"http://localhost:{free_port()}/path?code=SECRET"
        async with HttpClient(allowed_origins=[url]) as client:
            with capture_logs() as lines, pytest.raises(UpstreamUnreachableError):
                await client.send(httpx.Request("GET", url), endpoint="contacts")

        [line] = lines
        assert (line["host"], line["endpoint"]) == ("localhost", "contacts")
        assert (line["outcome"], line["cause"]) == ("unreachable", "ConnectionRefusedError")
        assert "SECRET" not in str(line)

    @pytest.mark.parametrize("method", ["GET", "POST"])
    async def test_a_connection_reset_before_the_answer_is_a_reset(self, method: str) -> None:
        async with answering(reset) as (server, client):
            with pytest.raises(UpstreamUnavailableError) as raised:
                await client.send(httpx.Request(method, server.url))

        assert type(raised.value) is UpstreamUnavailableError

    @pytest.mark.parametrize(
        "part",
        [
            b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this",
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
            response(gzip.compress(b"x" * 5000)[:-20], "Content-Encoding: gzip"),
        ],
        ids=["content-length", "chunked", "gzip"],
    )
    async def test_a_body_that_ends_early_is_truncated(self, part: bytes) -> None:
        async def script(writer: asyncio.StreamWriter) -> None:
            writer.write(part)
            await writer.drain()
            writer.close()

        async with answering(script) as (server, client):
            with pytest.raises(UpstreamMalformedError):
                await client.send(get(server))

    @pytest.mark.parametrize(
        "part",
        [
            b"no HTTP at all\r\n\r\n",
            response(b"not gzip", "Content-Encoding: gzip"),
            response(b"", "Content-Encoding: br"),
            response(b"{}", f"X-Long: {'x' * 20_000}"),
        ],
        ids=["status line", "gzip", "encoding nobody asked for", "endless header"],
    )
    async def test_what_is_not_the_protocol_is_a_protocol_failure(self, part: bytes) -> None:
        async with answering(sending(part)) as (server, client):
            with pytest.raises(UpstreamMalformedError):
                await client.send(get(server))

    async def test_messages_name_neither_path_nor_header_nor_body(self) -> None:
        async with answering(reset) as (server, client):
            headers = {"Authorization": "SECRET"}
            request = httpx.Request("POST", f"{server.url}/?code=SECRET", headers=headers, content=b"SECRET")

            with pytest.raises(UpstreamUnavailableError) as raised:
                await client.send(request)

        assert "SECRET" not in f"{raised.value!r} {raised.value.__cause__!r} {request.headers!r}"


class TestDeadline:
    async def test_a_body_that_drips_ends_at_the_deadline(self) -> None:
        async def drip(writer: asyncio.StreamWriter) -> None:
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
            while not writer.is_closing():
                writer.write(b".")
                await asyncio.sleep(0.02)

        async with answering(drip) as (server, client):
            async with asyncio.timeout(5):
                with pytest.raises(UpstreamTimeoutError):
                    await client.send(get(server), timeout_s=0.2)
                await server.all_closed.wait()

    async def test_an_answer_that_arrived_while_the_process_was_paused_is_read(self) -> None:
        """The deadline passes during the pause; the server, a process of its own, answered before."""
        with answering_process(response(b'{"answered": true}')) as url:
            async with HttpClient(allowed_origins=[url]) as client:
                sending = asyncio.create_task(client.send(httpx.Request("GET", url), timeout_s=0.5))
                await asyncio.sleep(0.1)  # sent; the answer follows in 0.2 s
                time.sleep(1.0)  # noqa: ASYNC251 (what is tested: the loop stands still)
                answered = await sending

        assert answered.content == b'{"answered": true}'

    async def test_a_silent_server_ends_late_when_the_process_was_paused(self) -> None:
        async with scripted_server(silence) as server, HttpClient(allowed_origins=[server.url]) as client:
            sending = asyncio.create_task(client.send(get(server), timeout_s=0.1))
            await asyncio.sleep(0.05)
            time.sleep(0.5)  # noqa: ASYNC251 (as above)
            began = time.monotonic()
            with pytest.raises(UpstreamTimeoutError):
                await sending

        assert time.monotonic() - began < READ_S + 0.5

    async def test_a_silent_server_ends_at_the_deadline(self) -> None:
        async with answering(silence) as (server, client):
            async with asyncio.timeout(5):
                with pytest.raises(UpstreamTimeoutError):
                    await client.send(get(server), timeout_s=0.2)

    async def test_waiting_for_a_connection_counts(self) -> None:
        async with answering(silence, max_connections=1) as (server, client):
            holder = asyncio.create_task(client.send(get(server)))
            try:
                async with asyncio.timeout(5):
                    with pytest.raises(UpstreamTimeoutError):
                        await client.send(get(server), timeout_s=0.2)
            finally:
                holder.cancel()
                await asyncio.gather(holder, return_exceptions=True)

        assert server.opened == 1


class TestSize:
    async def test_a_body_of_just_the_cap_is_fine_and_one_more_byte_is_not(self) -> None:
        async with answering(sending(response(b"x" * 1000)), max_body_bytes=1000) as (server, client):
            assert len((await client.send(get(server))).content) == 1000

        async with answering(sending(response(b"x" * 1001)), max_body_bytes=1000) as (server, client):
            with pytest.raises(UpstreamResponseTooLargeError):
                await client.send(get(server))

    @pytest.mark.parametrize("members", [1, 64])
    async def test_a_gzip_bomb_costs_no_more_memory_than_the_cap(self, members: int) -> None:
        bomb = gzip.compress(bytes(256 * MIB // members)) * members
        async with answering(sending(response(bomb, "Content-Encoding: gzip")), max_body_bytes=4 * MIB) as (
            server,
            client,
        ):
            tracemalloc.start()
            try:
                with pytest.raises(UpstreamResponseTooLargeError):
                    await client.send(get(server))
                peak_bytes = tracemalloc.get_traced_memory()[1]
            finally:
                tracemalloc.stop()

        assert peak_bytes < 12 * MIB

    async def test_compressed_bytes_that_decode_to_nothing_are_capped_too(self) -> None:
        empty = gzip.compress(b"") * 1000
        async with answering(sending(response(empty, "Content-Encoding: gzip")), max_body_bytes=4096) as (
            server,
            client,
        ):
            with pytest.raises(UpstreamResponseTooLargeError):
                await client.send(get(server))


class TestCancellation:
    async def test_a_cancelled_request_gives_its_connection_back(self) -> None:
        began = asyncio.Event()

        async def first_silent_then_quick(writer: asyncio.StreamWriter) -> None:
            if not began.is_set():
                began.set()
                await silence(writer)
            writer.write(response(b"quick"))

        async with answering(first_silent_then_quick, max_connections=1) as (server, client):
            cancelled = asyncio.create_task(client.send(get(server)))
            await began.wait()

            cancelled.cancel()

            with pytest.raises(asyncio.CancelledError):
                await cancelled
            assert (await client.send(get(server), timeout_s=2)).content == b"quick"
