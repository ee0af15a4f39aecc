"""What is read from an address that a vendor named."""

import asyncio
import gzip
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from core.public_http import PublicHttp
from errors import UpstreamMalformedError, UpstreamResponseTooLargeError

Get = Callable[..., Awaitable[tuple[int, bytes]]]


@asynccontextmanager
async def serving(body: bytes, *headers: str) -> AsyncIterator[Get]:
    """Read from a server that answers everything with this body."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        head = "\r\n".join(["HTTP/1.1 200 OK", f"Content-Length: {len(body)}", *headers, "", ""])
        writer.write(head.encode() + body)
        writer.close()
        answered.set()

    answered = asyncio.Event()
    server, http = await asyncio.start_server(answer, "127.0.0.1", 0), PublicHttp(allows_local=True)
    url = f"http://localhost:{server.sockets[0].getsockname()[1]}/file"
    try:
        yield lambda *, most_bytes=1_000: http.get(url, most_bytes=most_bytes)
    finally:
        await asyncio.wait_for(answered.wait(), 5)
        await http.aclose()
        server.close()


class TestGet:
    async def test_compressed_file_is_decoded(self) -> None:
        async with serving(gzip.compress(b'{"journalEvents":[]}'), "Content-Encoding: gzip") as get:
            assert await get() == (200, b'{"journalEvents":[]}')

    async def test_damaged_compression_is_no_file(self) -> None:
        async with serving(gzip.compress(b"{}")[:-4], "Content-Encoding: gzip") as get:
            with pytest.raises(UpstreamMalformedError):
                await get()

    @pytest.mark.parametrize(
        ("body", "headers"),
        [(b"x" * 1_001, []), (gzip.compress(b"x" * 1_001), ["Content-Encoding: gzip"])],
        ids=["plain", "compressed"],
    )
    async def test_larger_file_than_the_limit_is_refused_as_such(self, body: bytes, headers: list[str]) -> None:
        async with serving(body, *headers) as get:
            with pytest.raises(UpstreamResponseTooLargeError):
                await get(most_bytes=1_000)
