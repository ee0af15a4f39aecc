"""The CRM object types: names, type ids, scopes, and the properties that come when none are asked for.

Sources: HubSpot using object APIs (type ids), search (default and searchable properties), `security` of each list.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ObjectType:
    plural: str
    singular: str
    type_id: str
    label: str
    label_plural: str
    read_scopes: tuple[str, ...]
    default_properties: tuple[str, ...] = ()
    searchable: tuple[str, ...] = ()
    created_property: str = "createdate"
    modified_property: str = "hs_lastmodifieddate"
    primary_display: str = "hs_object_id"

    @property
    def always(self) -> tuple[str, str, str]:
        """What comes back whatever was asked for. Source: HubSpot's documented examples."""
        return (self.created_property, self.modified_property, "hs_object_id")

    @property
    def refused_scopes(self) -> list[str]:
        """The scopes a 403 names. Sources: HubSpot using object APIs, 403 example; recorded answer for e-mails."""
        if self.plural == "emails":
            return ["crm.schemas.emails.read", "crm.objects.emails.read", "sales-email-read"]
        if self.plural not in ("contacts", "companies", "deals"):
            return list(self.read_scopes)
        objects = f"crm.objects.{self.plural}"
        return [
            f"crm.schemas.{self.plural}.read",
            f"{objects}.read",
            f"{objects}.sensitive.read.v2",
            f"{objects}.highly_sensitive.read.v2",
        ]

    @property
    def schema_scopes(self) -> tuple[str, ...]:
        return (*self.read_scopes, f"crm.schemas.{self.plural}.read")


_CONTACTS_READ = ("crm.objects.contacts.read",)


def _activity(
    plural: str, singular: str, type_id: str, display: str, scopes: tuple[str, ...] = _CONTACTS_READ
) -> ObjectType:
    """Activities are plain objects dated by `hs_createdate`. Source: HubSpot activities guides."""
    label = singular.capitalize()
    return ObjectType(
        plural,
        singular,
        type_id,
        label,
        f"{label}s",
        scopes,
        searchable=(display,),
        created_property="hs_createdate",
        primary_display=display,
    )


STANDARD_TYPES = (
    ObjectType(
        "contacts",
        "contact",
        "0-1",
        "Contact",
        "Contacts",
        _CONTACTS_READ,
        ("firstname", "lastname", "email"),
        ("firstname", "lastname", "email", "phone", "hs_additional_emails", "fax", "mobilephone", "company"),
        modified_property="lastmodifieddate",
        primary_display="email",
    ),
    ObjectType(
        "companies",
        "company",
        "0-2",
        "Company",
        "Companies",
        ("crm.objects.companies.read",),
        ("name", "domain"),
        ("website", "phone", "name", "domain"),
        primary_display="name",
    ),
    ObjectType(
        "deals",
        "deal",
        "0-3",
        "Deal",
        "Deals",
        ("crm.objects.deals.read",),
        ("dealname", "amount", "closedate", "pipeline", "dealstage"),
        ("dealname", "pipeline", "dealstage", "description", "dealtype"),
        primary_display="dealname",
    ),
    ObjectType(
        "tickets",
        "ticket",
        "0-5",
        "Ticket",
        "Tickets",
        ("tickets", "crm.objects.tickets.read"),
        ("content", "hs_pipeline", "hs_pipeline_stage", "hs_ticket_category", "hs_ticket_priority", "subject"),
        ("subject", "content", "hs_pipeline_stage", "hs_ticket_category", "hs_ticket_id"),
        primary_display="subject",
    ),
    ObjectType(
        "products",
        "product",
        "0-7",
        "Product",
        "Products",
        ("crm.objects.products.read", "e-commerce"),
        ("name", "description", "price"),
        ("name", "description", "hs_sku"),
        primary_display="name",
    ),
    ObjectType(
        "line_items",
        "line_item",
        "0-8",
        "Line item",
        "Line items",
        ("crm.objects.line_items.read", "e-commerce"),
        ("quantity", "amount", "price"),
        ("name", "hs_sku"),
        primary_display="name",
    ),
    ObjectType(
        "quotes",
        "quote",
        "0-14",
        "Quote",
        "Quotes",
        ("crm.objects.quotes.read", "e-commerce"),
        ("hs_expiration_date", "hs_public_url_key", "hs_status", "hs_title"),
        ("hs_title",),
        created_property="hs_createdate",
        primary_display="hs_title",
    ),
    ObjectType(
        "leads",
        "lead",
        "0-136",
        "Lead",
        "Leads",
        ("crm.objects.leads.read",),
        searchable=("hs_lead_name",),
        # Source: recorded answer: a lead has 150 properties and no `createdate`.
        created_property="hs_createdate",
        primary_display="hs_lead_name",
    ),
    _activity("calls", "call", "0-48", "hs_call_title"),
    _activity("emails", "email", "0-49", "hs_email_subject", ("crm.objects.contacts.read", "sales-email-read")),
    _activity("meetings", "meeting", "0-47", "hs_meeting_title"),
    _activity("notes", "note", "0-46", "hs_note_body"),
    _activity("tasks", "task", "0-27", "hs_task_subject"),
)

CUSTOM_NAME = "machine"
# Source: HubSpot custom objects: names have letters, digits and underscores only.
_NOT_IN_NAMES = re.compile(r"[^a-z0-9]+")


def custom_type(type_id: str, label: str | None) -> ObjectType:
    """The one custom object: machines that customers have bought, or what an account calls them: `Deal`."""
    name = CUSTOM_NAME if label is None else _NOT_IN_NAMES.sub("_", f"{label}s".lower())
    label = label or "Machine"
    return ObjectType(
        "machines",
        name,
        type_id,
        label,
        f"{label}s",
        ("crm.objects.custom.read",),
        searchable=("serial_number", "model"),
        created_property="hs_createdate",
        primary_display="serial_number",
    )


def names_of(object_type: ObjectType, portal_id: int) -> tuple[str, ...]:
    """Every name a path may use for the type. Source: captures 2026-08-24 (singular and plural both resolve)."""
    names = (object_type.plural, object_type.singular, object_type.type_id)
    if not object_type.type_id.startswith("2-"):
        return names
    bare = names if object_type.singular == CUSTOM_NAME else (object_type.type_id,)
    return (*bare, f"p_{object_type.singular}", f"p{portal_id}_{object_type.singular}")
