"""Read and decode the body of a response without ever holding more than a limit.

We decode gzip ourselves: aiohttp and httpx turn a small gzip bomb into one huge chunk.
"""

import zlib
from collections.abc import AsyncIterator
from typing import cast

import httpx

from errors import UpstreamMalformedError, UpstreamResponseTooLargeError

# The most that one step of decoding produces, so that a bomb is held once and not twice.
STEP_BYTES = 1024 * 1024
# zlib's window bits for "gzip container only".
_GZIP = 31


async def read_body(response: httpx.Response, max_bytes: int) -> bytes:
    """The decoded body of a response that was not read yet.

    Raises:
        UpstreamResponseTooLargeError: more than `max_bytes`, as received or decoded.
        UpstreamMalformedError: an encoding other than gzip, or gzip that is invalid or ends early.
    """
    encoding = response.headers.get("Content-Encoding", "").strip().lower()
    if encoding not in {"identity", "gzip", "x-gzip", ""}:
        raise UpstreamMalformedError
    body = bytearray()
    # Not `aiter_raw`: a response that a test made whole does not have it.
    stream = aiter(cast(httpx.AsyncByteStream, response.stream))
    try:
        await (_gunzip if "gzip" in encoding else _collect)(stream, body, max_bytes)
        return bytes(body)
    finally:
        body.clear()  # an exception keeps this frame alive


async def _collect(stream: AsyncIterator[bytes], body: bytearray, max_bytes: int) -> None:
    async for chunk in stream:
        body += chunk
        _check_size(len(body), max_bytes)


async def _gunzip(stream: AsyncIterator[bytes], body: bytearray, max_bytes: int) -> None:
    """Decode chunk by chunk; a stream of several gzip members is one body."""
    received, decoder = 0, zlib.decompressobj(_GZIP)
    async for chunk in stream:
        received += len(chunk)
        _check_size(received, max_bytes)
        pending = chunk
        while pending:
            if decoder.eof:
                decoder = zlib.decompressobj(_GZIP)
            try:
                body += decoder.decompress(pending, min(STEP_BYTES, max_bytes + 1 - len(body)))
            except zlib.error:
                raise UpstreamMalformedError from None
            _check_size(len(body), max_bytes)
            pending = decoder.unused_data if decoder.eof else decoder.unconsumed_tail
    if received and not decoder.eof:
        raise UpstreamMalformedError


def _check_size(size: int, max_bytes: int) -> None:
    if size > max_bytes:
        raise UpstreamResponseTooLargeError
