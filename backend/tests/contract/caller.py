"""A program that uses the service as its user would, one integration and one user at a time."""

import json
import re
import secrets
from typing import Any

import httpx

from tests.servers import NO_CERTIFICATES, Simulator

# What the simulated vendors' tokens look like; none may ever reach a caller.
TOKEN = re.compile(r"\b(na1|eu1)-[A-Za-z0-9_-]{40,}|\boa[ar]_[0-9a-f]{16}|\bntn_[ar]_[0-9a-f]{16}")
ITEM_FIELDS = [
    *("id", "type", "directory", "parent_path_or_name", "parent_id", "name", "creation_time", "last_modified_time"),
    *("url", "children", "mime_type", "delta", "drive_id", "visibility"),
]


class Caller:
    """Every answer it gets is looked through for tokens."""

    def __init__(self, service_url: str, simulator: Simulator, provider: str, user_id: str | None = None) -> None:
        self.user = {"user_id": user_id or f"user-{secrets.token_hex(6)}", "org_id": "contract"}
        self.provider = provider
        self.simulator = simulator
        self.prefix = f"{service_url}/integrations/{provider}"
        self._http = httpx.Client(timeout=60, trust_env=False, verify=NO_CERTIFICATES)

    def close(self) -> None:
        """Leave nothing behind: accounts of a vendor are shared with the next caller."""
        for connection in self.credentials()["connections"]:
            self.send("DELETE", f"/credentials/{connection['connection_id']}")
        self._http.close()

    def send(self, method: str, path: str, *, accept: str = "application/json", **query: Any) -> httpx.Response:
        params = self.user | {name: value for name, value in query.items() if value is not None}
        return self._checked(self._http.request(method, self.prefix + path, params=params, headers={"Accept": accept}))

    def post_form(self, path: str, **form: str) -> httpx.Response:
        """As the stock UI does: multipart, from another origin."""
        files = {name: (None, value) for name, value in form.items()}
        headers = {"Origin": "http://localhost:3000", "Accept": "application/json, text/plain, */*"}
        return self._checked(self._http.post(self.prefix + path, files=files, headers=headers))

    def open_callback(self, url: str) -> httpx.Response:
        """What the browser does when the vendor sends it back."""
        return self._checked(self._http.get(url, headers={"Accept": "text/html"}))

    def start(self) -> dict[str, Any]:
        answer = self.send("GET", "/authorize")
        assert answer.status_code == 200, answer.text
        started: dict[str, Any] = answer.json()
        return started

    def consent(self, authorization_url: str, decision: str = "allow", account: str | None = None) -> str:
        """The callback's URL."""
        chosen = {"portal_id": account, "account": account} if account else {}
        return self.simulator.decide(authorization_url, decision, **chosen)

    def connect(self, account: str | None = None) -> str:
        """The id of the connection."""
        started = self.start()
        self.open_callback(self.consent(started["authorization_url"], account=account))
        flow = self.flow(started["flow_id"])
        assert flow["status"] == "connected", flow
        return str(flow["connection_id"])

    def flow(self, flow_id: str) -> dict[str, Any]:
        flow: dict[str, Any] = self.send("GET", f"/flows/{flow_id}").json()
        return flow

    def credentials(self) -> dict[str, Any]:
        credentials: dict[str, Any] = self.send("GET", "/credentials").json()
        return credentials

    def page(self, **query: Any) -> dict[str, Any]:
        answer = self.send("GET", "/items", **query)
        assert answer.status_code == 200, answer.text
        page: dict[str, Any] = answer.json()
        return page

    def all_pages(self, **query: Any) -> list[dict[str, Any]]:
        """Every item, by pages."""
        items, after = [], None
        while True:
            page = self.page(after=after, **query)
            items += page["items"]
            after = page["next"]
            if after is None:
                return items

    def stream(self, **query: Any) -> list[dict[str, Any]]:
        """The lines of a whole load."""
        answer = self.send("GET", "/items", accept="application/x-ndjson", **query)
        assert answer.status_code == 200, answer.text
        return [json.loads(line) for line in answer.text.split("\n") if line]  # not splitlines: U+2028 is text

    def problem(self, method: str, path: str, **query: Any) -> dict[str, Any]:
        """An answer that must be a problem document."""
        answer = self.send(method, path, **query)
        assert answer.headers["content-type"] == "application/problem+json", answer.text
        document: dict[str, Any] = answer.json()
        assert document["status"] == answer.status_code
        return document

    def _checked(self, answer: httpx.Response) -> httpx.Response:
        found = TOKEN.search(answer.text) or TOKEN.search(str(answer.headers))
        assert found is None, f"a token in the answer to {answer.request.method} {answer.request.url.path}"
        return answer
