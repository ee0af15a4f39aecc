"""An OAuth app in a few lines of plain HTTP: what the simulator's own tests speak, without a line of the product."""

from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx

from tests.servers import CLIENT_ID, CLIENT_SECRET, NO_CERTIFICATES, Simulator

FIRST_PORTAL = "24681012"
EU_PORTAL = "139876543"
REDIRECT_URI = "http://localhost:8000/integrations/hubspot/oauth2callback"
REQUIRED_SCOPES = "oauth crm.objects.contacts.read crm.objects.companies.read crm.objects.deals.read"
OPTIONAL_SCOPES = (
    "tickets crm.objects.owners.read crm.objects.products.read crm.objects.line_items.read crm.objects.quotes.read"
    " crm.objects.leads.read crm.objects.custom.read crm.schemas.custom.read sales-email-read"
)
TIMEOUT_S = 20


class RawApp:
    """Requests that an app sends; each may be spoilt by `changes`, where None leaves a parameter out."""

    def __init__(self, simulator: Simulator, version: str = "2026-09") -> None:
        self.url = simulator.url
        self.token_url = f"{simulator.url}/oauth/{version}/token"

    def authorize_url(self, account_id: str | None = None, **changes: str | None) -> str:
        asked = {
            "client_id": CLIENT_ID,
            "redirect_uri": REDIRECT_URI,
            "scope": REQUIRED_SCOPES,
            "optional_scope": OPTIONAL_SCOPES,
            "state": "a state/with?signs",
        }
        path = f"/oauth/{account_id}/authorize" if account_id else "/oauth/authorize"
        return f"{self.url}{path}?{urlencode(_without_none(asked | changes))}"

    def answer_consent(self, form: dict[str, str], **changes: str | None) -> httpx.Response:
        return httpx.post(
            self.authorize_url(**changes), data=form, timeout=TIMEOUT_S, trust_env=False, verify=NO_CERTIFICATES
        )

    def callback(self, form: dict[str, str], **changes: str | None) -> dict[str, str]:
        """What the browser brings back."""
        location = self.answer_consent(form, **changes).headers["location"]
        return {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}

    def code(self, portal_id: str = FIRST_PORTAL, **changes: str | None) -> str:
        return self.callback({"decision": "allow", "portal_id": portal_id}, **changes)["code"]

    def exchange(self, code: str, **changes: str | None) -> httpx.Response:
        return self.token({"grant_type": "authorization_code", "redirect_uri": REDIRECT_URI, "code": code}, **changes)

    def refresh(self, refresh_token: str, **changes: str | None) -> httpx.Response:
        return self.token({"grant_type": "refresh_token", "refresh_token": refresh_token}, **changes)

    def token(self, form: dict[str, str], **changes: str | None) -> httpx.Response:
        return self._post("", {**form, **changes})

    def introspect(self, token: str, **changes: str | None) -> httpx.Response:
        return self._post("/introspect", {"token": token, **changes})

    def revoke(self, token: str, **changes: str | None) -> httpx.Response:
        return self._post("/revoke", {"token": token, **changes})

    def _post(self, rest: str, form: dict[str, str | None]) -> httpx.Response:
        client = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
        data = _without_none({**client, **form})
        return httpx.post(self.token_url + rest, data=data, timeout=TIMEOUT_S, trust_env=False, verify=NO_CERTIFICATES)

    def connect(self, portal_id: str = FIRST_PORTAL, **changes: str | None) -> dict[str, Any]:
        """The body of the token answer after a consent."""
        answer = self.exchange(self.code(portal_id, **changes))
        assert answer.status_code == 200, answer.text
        body: dict[str, Any] = answer.json()
        return body

    def client(self, portal_id: str = FIRST_PORTAL, **changes: str | None) -> httpx.Client:
        """A client that carries an access token; the caller closes it."""
        return self.client_of(self.connect(portal_id, **changes)["access_token"])

    def client_of(self, access_token: str) -> httpx.Client:
        headers = {"authorization": f"Bearer {access_token}"}
        return httpx.Client(
            base_url=self.url, headers=headers, timeout=TIMEOUT_S, trust_env=False, verify=NO_CERTIFICATES
        )


def _without_none(values: dict[str, Any]) -> dict[str, str]:
    return {name: value for name, value in values.items() if value is not None}
