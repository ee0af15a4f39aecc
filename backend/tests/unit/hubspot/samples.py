"""HubSpot's documented and captured answers, from `tests/samples/hubspot/`."""

from collections.abc import Mapping
from pathlib import Path

import httpx

from core.http import HttpClient, HttpResponse
from hubspot.endpoints import Endpoints
from tests.in_process import Handler, InProcess

SAMPLES = Path(__file__).resolve().parents[2] / "samples" / "hubspot"
API_URL = "https://api.hubapi.com"
ENDPOINTS = Endpoints(API_URL, "2026-09")


def sample(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()


def answer(status: int, body: bytes | str = b"", headers: Mapping[str, str] | None = None) -> HttpResponse:
    """A response; `body` as text is the name of a sample."""
    content = sample(body) if isinstance(body, str) else body
    return HttpResponse(status, httpx.Headers(headers), content)


def http_of(handler: Handler) -> HttpClient:
    """A client whose other end is a function."""
    return HttpClient(allowed_origins=[API_URL], transport=InProcess.of(handler))
