"""Who is simulated: the app that asks for consent, and the two accounts ("portals") that can give it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from simulator.scopes import ALL_SCOPES

LOCAL_REDIRECT_URI = re.compile(r"http://(localhost|127\.0\.0\.1)(:\d+)?/integrations/hubspot/oauth2callback")
REQUIRED_SCOPES = frozenset(
    {"oauth", "crm.objects.contacts.read", "crm.objects.companies.read", "crm.objects.deals.read"}
)


@dataclass(frozen=True, slots=True)
class App:
    """The registered app: what a developer fills in at HubSpot."""

    client_id: str = "demo-client-id"
    client_secret: str = field(default="demo-client-secret-0123456789", repr=False)
    name: str = "Integrations Demo"
    app_id: int = 1234444
    required_scopes: frozenset[str] = REQUIRED_SCOPES
    redirect_uris: frozenset[str] = frozenset()

    def allows_redirect(self, redirect_uri: str) -> bool:
        return redirect_uri in self.redirect_uris or LOCAL_REDIRECT_URI.fullmatch(redirect_uri) is not None


@dataclass(frozen=True, slots=True)
class Profile:
    """One account: where it lives and what it has bought."""

    portal_id: int
    name: str
    hublet: str
    ui_domain: str
    hub_domain: str
    user_id: int
    user: str
    time_zone: str
    utc_offset: str
    utc_offset_ms: int
    currency: str
    other_currencies: tuple[str, ...]
    lacks_scopes: frozenset[str]
    custom_type_id: str | None
    custom_label: str | None = None
    """The label of its custom object; None for machines."""

    @property
    def available_scopes(self) -> frozenset[str]:
        return ALL_SCOPES - self.lacks_scopes


FIRST_PORTAL = Profile(
    portal_id=24681012,
    name="Northwind Outfitters",
    hublet="na1",
    ui_domain="app.hubspot.com",
    hub_domain="northwind-outfitters.example",
    user_id=222222,
    user="jane.doe@northwind-outfitters.example",
    time_zone="US/Eastern",
    utc_offset="-05:00",
    utc_offset_ms=-18_000_000,
    currency="USD",
    other_currencies=("EUR",),
    lacks_scopes=frozenset(),
    custom_type_id="2-3456789",
)

EU_PORTAL = Profile(
    portal_id=139876543,
    name="Bergström & Söhne GmbH",
    hublet="eu1",
    ui_domain="app-eu1.hubspot.com",
    hub_domain="bergstroem.example",
    user_id=333333,
    user="anna.bergstroem@bergstroem.example",
    time_zone="Europe/Berlin",
    utc_offset="+01:00",
    utc_offset_ms=3_600_000,
    currency="EUR",
    other_currencies=(),
    lacks_scopes=frozenset(
        {"tickets", "crm.objects.tickets.read", "crm.objects.custom.read", "crm.schemas.custom.read"}
    ),
    custom_type_id=None,
)

PROFILES = (FIRST_PORTAL, EU_PORTAL)
