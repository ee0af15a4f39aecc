"""A connected portal of the simulator, without the service around it."""

import asyncio
import random
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from pydantic import SecretStr

from core import api_client
from core.http import HttpClient
from core.retry import PATIENT, Retrier, RetryBudget
from hubspot.association_limit import AssociationCounting
from hubspot.associations import open_parent_names
from hubspot.client import HubSpotClient
from hubspot.endpoints import Endpoints
from hubspot.mapper import Portal
from hubspot.metadata_cache import MetadataCache
from hubspot.object_type import ObjectType
from hubspot.reader import Reader
from hubspot.record_counts import RecordCounts
from tests.servers import CLIENT_ID, CLIENT_SECRET, NO_CERTIFICATES, Simulator

VERSION = "2026-09"
REDIRECT_URI = "http://localhost:8000/integrations/hubspot/oauth2callback"
REQUIRED = "oauth crm.objects.contacts.read crm.objects.companies.read crm.objects.deals.read"
OPTIONAL = (
    "tickets crm.objects.owners.read crm.objects.products.read crm.objects.line_items.read crm.objects.quotes.read"
    " crm.objects.leads.read crm.objects.custom.read crm.schemas.custom.read sales-email-read"
)


class Unlimited(api_client.Unlimited):
    """A budget that never says wait: for tests of what is read, not of how fast."""

    associations: AssociationCounting = "exempt"


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
        verify=NO_CERTIFICATES,
    )
    assert answer.is_success, answer.text
    return SecretStr(answer.json()["access_token"])


@dataclass(frozen=True, slots=True)
class ConnectedPortal:
    """The simulator's first portal, and what reading it takes."""

    simulator: Simulator
    portal_id: str
    reader: Reader

    @property
    def client(self) -> HubSpotClient:
        return self.reader.client

    def export(self, kind: ObjectType, *, archived: bool = False) -> dict[str, dict[str, Any]]:
        """Every record as the portal holds it, by item id."""
        table = kind.name if not kind.custom else "machines"
        found = self.simulator.export(self.portal_id, table, archived=archived)
        return {kind.item_id(record["id"]): record for record in found}


def connect(http: HttpClient, simulator: Simulator, *, optional: str = OPTIONAL) -> ConnectedPortal:
    """Connect the first portal; a rejected token is replaced."""
    tokens = [access_token(simulator, optional=optional)]

    async def hand_out(rejected: SecretStr | None) -> SecretStr:
        if rejected == tokens[-1]:
            tokens.append(await asyncio.to_thread(access_token, simulator, optional=optional))
        return tokens[-1]

    first = simulator.portals()[0]
    client = HubSpotClient(
        http=http,
        endpoints=Endpoints(simulator.url, VERSION),
        budget=Unlimited(),
        access_token=hand_out,
        retrier=Retrier(replace(PATIENT, base_s=0.01, cap_s=0.05), RetryBudget(), random.Random(1)),
        meter=api_client.Meter(),
    )
    reader = Reader(
        client=client,
        counter=client,
        portal=Portal(first["portal_id"], first["ui_domain"]),
        names=MetadataCache(),
        counts=RecordCounts(),
        parents=open_parent_names(),
        key="connection",
        granted_scopes=f"{REQUIRED} {optional}".split(),
    )
    return ConnectedPortal(simulator, first["portal_id"], reader)
