"""A response read as it arrives. httpx's own transport for applications waits for the whole of it."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from core.tasks import end_tasks
from tests.integration.api.client import Api

WAIT_S = 20


@dataclass
class Stream:
    """Of an answer that has begun."""

    status: int
    headers: dict[str, str]
    chunks: "asyncio.Queue[bytes | None]" = field(repr=False)
    text: str = ""

    async def until(self, *texts: str) -> str:
        """Everything that has come, as soon as all of these texts are in it."""
        async with asyncio.timeout(WAIT_S):
            while not all(text in self.text for text in texts):
                chunk = await self.chunks.get()
                assert chunk is not None, f"the stream ended with: {self.text[-2_000:]}"
                self.text += chunk.decode()
        return self.text

    async def rest(self) -> str:
        """Everything, when it has ended."""
        async with asyncio.timeout(WAIT_S):
            while (chunk := await self.chunks.get()) is not None:
                self.text += chunk.decode()
        return self.text


@asynccontextmanager
async def open_stream(api: Api, path: str, headers: Mapping[str, str], **query: Any) -> AsyncIterator[Stream]:
    """A GET of this path; leaving the body disconnects the caller."""
    request = api.http.build_request("GET", path, params=query or None, headers=dict(headers))
    chunks: asyncio.Queue[bytes | None] = asyncio.Queue()
    began: asyncio.Future[tuple[int, dict[str, str]]] = asyncio.get_running_loop().create_future()
    gone = asyncio.Event()
    is_first = True

    async def receive() -> dict[str, Any]:
        nonlocal is_first
        if is_first:
            is_first = False
            return {"type": "http.request", "body": b"", "more_body": False}
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            began.set_result((message["status"], {name.decode(): value.decode() for name, value in message["headers"]}))
        elif message["type"] == "http.response.body":
            await chunks.put(message.get("body", b""))
            if not message.get("more_body", False):
                await chunks.put(None)

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": request.url.path,
        "raw_path": request.url.raw_path,
        "query_string": request.url.query,
        "root_path": "",
        "headers": [(name.lower(), value) for name, value in request.headers.raw],
        "client": ("127.0.0.1", 1),
        "server": ("localhost", 8000),
    }
    app: Any = api.http._transport.app  # type: ignore[attr-defined]
    task = asyncio.create_task(app(scope, receive, send))
    try:
        async with asyncio.timeout(WAIT_S):
            status, answer_headers = await began
        yield Stream(status, answer_headers, chunks)
    finally:
        gone.set()
        await end_tasks(task)
