"""HubSpot's documented and captured answers, from `tests/samples/hubspot/`."""

from collections.abc import Callable, Coroutine, Mapping
from pathlib import Path

import httpx

from core.http import HttpClient
from hubspot.endpoints import Endpoints

SAMPLES = Path(__file__).resolve().parents[2] / "samples" / "hubspot"
API_URL = "https://api.hubapi.com"
Handler = Callable[[httpx.Request], httpx.Response] | Callable[[httpx.Request], Coroutine[None, None, httpx.Response]]

ENDPOINTS = Endpoints(API_URL, "2026-09")


def sample(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()


def answer(status: int, body: bytes | str = b"", headers: Mapping[str, str] | None = None) -> httpx.Response:
    """A response; `body` as text is the name of a sample."""
    content = sample(body) if isinstance(body, str) else body
    return httpx.Response(status, headers=headers, content=content)


def http_of(handler: Handler) -> HttpClient:
    """A client whose other end is a function."""
    return HttpClient(allowed_origins=[API_URL], transport=httpx.MockTransport(handler))
