"""A connected portal of the simulator, without the service around it."""

from urllib.parse import parse_qs, urlsplit

import httpx
from pydantic import SecretStr

from core.http import HttpClient
from core.retry import Retrier
from hubspot.budget import Budget, Lane, LaneLimit
from hubspot.client import HubSpotClient, Meter
from hubspot.endpoints import Endpoints
from hubspot.linked import open_parent_names
from hubspot.mapper import Portal
from hubspot.names import NameBook
from hubspot.reader import Reader
from tests.servers import CLIENT_ID, CLIENT_SECRET, Simulator

VERSION = "2026-09"
REDIRECT_URI = "http://localhost:8000/integrations/hubspot/oauth2callback"
REQUIRED = "oauth crm.objects.contacts.read crm.objects.companies.read crm.objects.deals.read"
OPTIONAL = (
    "tickets crm.objects.owners.read crm.objects.products.read crm.objects.line_items.read crm.objects.quotes.read"
    " crm.objects.leads.read crm.objects.custom.read crm.schemas.custom.read sales-email-read"
)


class Unlimited:
    """A budget that never says wait: for tests of what is read, not of how fast."""

    async def acquire(self, lane: Lane) -> float:
        return 0.0

    async def pause(self, lane: Lane, seconds: float) -> None:
        return None

    def learn(self, lane: Lane, limit: LaneLimit) -> None:
        return None


def access_token(simulator: Simulator, *, optional: str = OPTIONAL, portal_id: str | None = None) -> SecretStr:
    """Consent in a portal, and exchange the code."""
    question = httpx.URL(
        f"{simulator.url}/oauth/authorize",
        params={
            "client_id": CLIENT_ID,
            "redirect_uri": REDIRECT_URI,
            "scope": REQUIRED,
            "optional_scope": optional,
            "state": "state-of-a-test-state-of-a-test",
        },
    )
    callback = simulator.decide(str(question), **({"portal_id": portal_id} if portal_id else {}))
    answer = httpx.post(
        f"{simulator.url}/oauth/{VERSION}/token",
        data={
            "grant_type": "authorization_code",
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
            "redirect_uri": REDIRECT_URI,
            "code": parse_qs(urlsplit(callback).query)["code"][0],
        },
        trust_env=False,
    )
    assert answer.is_success, answer.text
    return SecretStr(answer.json()["access_token"])


def build_client(
    http: HttpClient, simulator: Simulator, token: SecretStr, *, budget: Budget | None = None
) -> HubSpotClient:
    async def hand_out(_rejected: SecretStr | None) -> SecretStr:
        return token

    return HubSpotClient(
        http=http,
        endpoints=Endpoints(simulator.url, VERSION),
        budget=budget or Unlimited(),
        access_token=hand_out,
        retrier=Retrier.with_defaults(),
        meter=Meter(),
    )


def build_reader(client: HubSpotClient, simulator: Simulator, *, granted: str | None = None) -> Reader:
    """A reader of the simulator's first portal."""
    first = simulator.portals()[0]
    return Reader(
        client=client,
        portal=Portal(first["portal_id"], first["ui_domain"]),
        names=NameBook(),
        parents=open_parent_names(),
        key="connection",
        granted_scopes=None if granted is None else granted.split(),
    )
