"""Carry out a fault: what the client of one request gets instead of, or after, the true answer."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import msgspec
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from simulator import sockets
from simulator.errors import RefusalError, fault_refusal, html_page
from simulator.faults import Fault
from simulator.limits import policy_refusal
from simulator.refusals import refused

LONGEST_HANG_S = 600.0
_BLOCK = b" " * (1 << 20)
_BOMB_PART_BYTES = 1024
_JSON = b"application/json;charset=utf-8"
_HTML = b"text/html;charset=utf-8"
Headers = list[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class Victim:
    """One request that meets a fault: the app that would answer it, its ASGI ends, and what ends a delay early."""

    fault: Fault
    cleared: asyncio.Event
    app: ASGIApp
    scope: Scope
    receive: Receive
    send: Send

    async def answer(self, status: int, headers: Headers, body: bytes) -> None:
        await self.start(status, headers, len(body))
        await self.send({"type": "http.response.body", "body": body})

    async def start(self, status: int, headers: Headers, length: int | None) -> None:
        kept = [(name, value) for name, value in headers if name != b"content-length"]
        if length is not None:
            kept.append((b"content-length", str(length).encode()))
        await self.send({"type": "http.response.start", "status": status, "headers": kept})

    async def true_answer(self) -> tuple[int, Headers, bytes]:
        """Let the app answer, and keep it."""
        start: Message = {}
        body = bytearray()

        async def keep(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
            else:
                body.extend(message.get("body", b""))

        await self.app(self.scope, self.receive, keep)
        return start["status"], start["headers"], bytes(body)

    async def gone_within(self, seconds: float) -> bool:
        """Wait for the client to leave, at most so long."""
        try:
            async with asyncio.timeout(seconds):
                while (await self.receive())["type"] != "http.disconnect":
                    pass
        except TimeoutError:
            return False
        return True

    async def closed(self) -> None:
        """Return once the connection is gone, so that the server does not answer into it."""
        await self.gone_within(1)


async def carry_out(victim: Victim) -> None:
    await _DEEDS[victim.fault.kind](victim)


async def _status(victim: Victim) -> None:
    """Send an error answer with HubSpot's body for it; what stands before HubSpot answers 502 and above in HTML."""
    fault = victim.fault
    headers: Headers = [] if fault.retry_after_s is None else [(b"retry-after", str(fault.retry_after_s).encode())]
    refusal = _refusal(victim)
    if refusal is None:
        page = html_page(fault.status, _TITLES.get(fault.status, "Error"))
        await victim.answer(fault.status, [*headers, (b"content-type", _HTML)], page)
        return
    body = msgspec.json.encode(refusal.envelope(victim.scope["simulator.correlation_id"]))
    await victim.answer(fault.status, [*headers, (b"content-type", _JSON)], body)


def _refusal(victim: Victim) -> RefusalError | None:
    fault = victim.fault
    if fault.status == 429:
        return policy_refusal(fault.policy)
    if fault.status == 403:
        return None if fault.wording == "page" else refused(fault.wording, fault.scopes)
    return fault_refusal(fault.status)


_TITLES = {
    403: "Forbidden",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Time-out",
    520: "Web server is returning an unknown error",
    521: "Web server is down",
    522: "Connection timed out",
    523: "Origin is unreachable",
    524: "A timeout occurred",
    525: "SSL handshake failed",
    526: "Invalid SSL certificate",
    530: "Origin DNS error",
}


async def _reset(victim: Victim) -> None:
    sockets.reset(victim.scope)
    await victim.closed()


async def _lost(victim: Victim) -> None:
    await victim.true_answer()
    await _reset(victim)


async def _truncated(victim: Victim) -> None:
    status, headers, body = await victim.true_answer()
    await victim.start(status, headers, len(body))
    await victim.send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
    sockets.end(victim.scope)
    await victim.closed()


async def _malformed(victim: Victim) -> None:
    status, headers, body = await victim.true_answer()
    await victim.answer(status, headers, body[: len(body) // 2])


async def _html(victim: Victim) -> None:
    await victim.answer(200, [(b"content-type", _HTML)], html_page(200, "We'll be right back"))


async def _empty(victim: Victim) -> None:
    await victim.answer(200, [(b"content-type", _JSON)], b"")


async def _drip(victim: Victim) -> None:
    status, headers, body = await victim.true_answer()
    await victim.start(status, headers, len(body))
    for position in range(len(body)):
        await victim.send(
            {"type": "http.response.body", "body": body[position : position + 1], "more_body": position + 1 < len(body)}
        )
        if await victim.gone_within(victim.fault.delay_s):
            return


async def _bomb(victim: Victim) -> None:
    await victim.start(200, [(b"content-type", _JSON), (b"content-encoding", b"gzip")], None)
    bomb = await asyncio.to_thread(_gzip_of_spaces, victim.fault.size_bytes)
    for start in range(0, len(bomb), _BOMB_PART_BYTES):
        part = bomb[start : start + _BOMB_PART_BYTES]
        await victim.send({"type": "http.response.body", "body": part, "more_body": True})
    await victim.send({"type": "http.response.body", "body": b""})


@lru_cache(maxsize=2)
def _gzip_of_spaces(size_bytes: int) -> bytes:
    """An empty list as JSON with very much white space in it, a thousandth of its size on the wire."""
    gzip = zlib.compressobj(9, zlib.DEFLATED, wbits=31)
    parts = [gzip.compress(b'{"results":[')]
    parts += [gzip.compress(_BLOCK) for _ in range(size_bytes // len(_BLOCK) or 1)]
    return b"".join([*parts, gzip.compress(b"]}"), gzip.flush()])


async def _hang(victim: Victim) -> None:
    if not await victim.gone_within(LONGEST_HANG_S):
        sockets.end(victim.scope)


async def _delay(victim: Victim) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(victim.fault.delay_s):
            await victim.cleared.wait()
    await victim.app(victim.scope, victim.receive, victim.send)


_DEEDS: dict[str, Callable[[Victim], Awaitable[Any]]] = {
    "status": _status,
    "reset": _reset,
    "lost": _lost,
    "truncated": _truncated,
    "malformed": _malformed,
    "html": _html,
    "empty": _empty,
    "drip": _drip,
    "bomb": _bomb,
    "hang": _hang,
    "delay": _delay,
}
