"""Somebody who uses the API: a program or a browser, one user at a time."""

from collections.abc import Callable, Mapping
from http.cookies import SimpleCookie
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

import httpx
from fastapi import FastAPI

from tests.servers import Simulator

FIRST_PORTAL = "24681012"
EU_PORTAL = "139876543"
URL = "http://localhost:8000"
# What a browser says of a click on our own page, and of following the vendor's redirect back to us.
OWN_FETCH = {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"}
OWN_CLICK = {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
SENT_BACK = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}


class Jar(dict[str, str]):
    """Cookies as browsers and curl keep them: Secure ones too, on localhost over http. Python's jar does not."""

    async def send(self, request: httpx.Request) -> None:
        if self and "cookie" not in request.headers:
            request.headers["cookie"] = "; ".join(f"{name}={value}" for name, value in self.items())

    async def keep(self, response: httpx.Response) -> None:
        for header in response.headers.get_list("set-cookie"):
            for name, morsel in SimpleCookie(header).items():
                self.pop(name, None)
                if morsel["max-age"] != "0":
                    self[name] = morsel.value


def open_client(app: FastAPI, jar: Jar, headers: Mapping[str, str]) -> httpx.AsyncClient:
    """`headers` are sent with every request."""
    hooks: dict[str, list[Callable[..., Any]]] = {"request": [jar.send], "response": [jar.keep]}
    transport = httpx.ASGITransport(app)
    return httpx.AsyncClient(transport=transport, base_url=URL, headers=headers, timeout=30, event_hooks=hooks)


class Api:
    """Requests in one line each. Cookies are kept as a browser keeps them; `as_user` is somebody else."""

    def __init__(
        self, http: httpx.AsyncClient, jar: Jar, simulator: Simulator, user: Mapping[str, str] | None = None
    ) -> None:
        self.http = http
        self.cookies = jar
        self.simulator = simulator
        self.user = dict(user or {})

    def as_user(self, user_id: str, org_id: str = "TestOrg") -> Self:
        return type(self)(self.http, self.cookies, self.simulator, {"user_id": user_id, "org_id": org_id})

    async def get(self, path: str, headers: Mapping[str, str] | None = None, **query: Any) -> httpx.Response:
        return await self.http.get(path, params=self.user | query or None, headers=headers)

    async def json(self, path: str, **query: Any) -> Any:
        """Of an answer that must be a success."""
        answer = await self.get(path, **query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def delete(self, path: str, headers: Mapping[str, str] | None = None) -> httpx.Response:
        return await self.http.delete(path, params=self.user or None, headers=headers)

    async def post_form(
        self, path: str, form: Mapping[str, str], headers: Mapping[str, str] | None = None
    ) -> httpx.Response:
        """As the stock UI: multipart, from its own origin."""
        origin = {"Origin": "http://localhost:3000", "Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "cors"}
        fields = {name: (None, value) for name, value in form.items()}
        return await self.http.post(path, files=fields, headers=origin | dict(headers or {}))

    async def start(self, headers: Mapping[str, str] = OWN_FETCH, **query: Any) -> dict[str, Any]:
        """Begin as our page does: the flow's cookie is in the jar then."""
        answer = await self.get("/integrations/hubspot/authorize", {"Accept": "application/json", **headers}, **query)
        assert answer.status_code == 200, answer.text
        started: dict[str, Any] = answer.json()
        return started

    async def come_back(self, callback: str, language: str = "en") -> httpx.Response:
        headers = {"Accept": "text/html", "Accept-Language": language, **SENT_BACK}
        return await self.http.get(callback, headers=headers)

    async def connect(self, portal_id: str = FIRST_PORTAL, **form: str) -> str:
        """The new connection's id."""
        started = await self.start()
        callback = self.simulator.decide(started["authorization_url"], portal_id=portal_id, **form)
        page = await self.come_back(callback)
        assert page.status_code == 200, page.text
        flow = await self.json(f"/integrations/hubspot/flows/{started['flow_id']}")
        return str(flow["connection_id"])


def problem(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """The document of an answer that must be this problem."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    body: dict[str, Any] = answer.json()
    assert (answer.status_code, body["status"], body["code"]) == (status, status, code), answer.text
    assert body["correlation_id"] == answer.headers["x-request-id"]
    assert body["detail"].endswith((".", "…"))
    return body


def query_of(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).query))
