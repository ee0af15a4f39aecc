"""The scopes an app can ask for, in words for the consent page and in a fixed order for the tokens.

Source: HubSpot scopes; `security` of each list operation in the OpenAPI documents.
"""

from __future__ import annotations

from collections.abc import Iterable

# The order is part of the token format: append only.
SCOPE_WORDS = {
    "oauth": "Identify this account",
    "crm.objects.contacts.read": "Read contacts, notes, calls, meetings and tasks",
    "crm.objects.companies.read": "Read companies",
    "crm.objects.deals.read": "Read deals",
    "tickets": "Read and write tickets",
    "crm.objects.owners.read": "Read the names of owners",
    "crm.objects.products.read": "Read products",
    "crm.objects.line_items.read": "Read line items",
    "crm.objects.quotes.read": "Read quotes",
    "crm.objects.leads.read": "Read leads",
    "crm.objects.custom.read": "Read custom objects",
    "crm.schemas.custom.read": "Read the definitions of custom objects",
    "crm.schemas.contacts.read": "Read the properties of contacts",
    "crm.schemas.companies.read": "Read the properties of companies",
    "crm.schemas.deals.read": "Read the properties of deals",
    "sales-email-read": "Read the content of e-mails",
    "e-commerce": "Read products, line items and quotes",
    "crm.objects.tickets.read": "Read tickets",
    "crm.objects.contacts.write": "Change contacts",
    "crm.objects.companies.write": "Change companies",
    "crm.objects.deals.write": "Change deals",
    "crm.lists.read": "Read lists",
    "crm.export": "Export records",
    "automation": "Read workflows and owners",
    "crm.schemas.line_items.read": "Read the properties of line items",
    "crm.schemas.quotes.read": "Read the properties of quotes",
    "crm.schemas.tickets.read": "Read the properties of tickets",
    "crm.schemas.products.read": "Read the properties of products",
    "crm.schemas.leads.read": "Read the properties of leads",
}
ALL_SCOPES = frozenset(SCOPE_WORDS)
_ORDER = tuple(SCOPE_WORDS)


def to_mask(scopes: Iterable[str]) -> int:
    """Pack scopes into an integer, so that a token stays well under HubSpot's 512 characters."""
    return sum(1 << _ORDER.index(scope) for scope in set(scopes))


def from_mask(mask: int) -> tuple[str, ...]:
    return tuple(scope for position, scope in enumerate(_ORDER) if mask >> position & 1)
