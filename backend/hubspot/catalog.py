"""The object types we read, as data: adding one is adding an entry to `CATALOG`."""

from typing import Any

from errors import UnknownObjectTypeError
from hubspot.object_type import ObjectType

# Sources: HubSpot object guides, type ids and search defaults; scopes from the `security` of each GET list.
CONTACTS = ObjectType(
    name="contacts",
    label="Contacts",
    item_type="Contact",
    type_id="0-1",
    aliases=("contact",),
    scopes=frozenset({"crm.objects.contacts.read"}),
    modified_property="lastmodifieddate",
    default_properties=(
        *("firstname", "lastname", "email", "phone", "mobilephone", "jobtitle", "company", "website"),
        *("address", "city", "state", "zip", "country", "lifecyclestage", "hs_lead_status", "hubspot_owner_id"),
        *("createdate", "lastmodifieddate", "hs_object_id"),
    ),
    name_properties=(("firstname", "lastname"), ("email",), ("company",), ("phone",), ("mobilephone",)),
    associates_with=("companies", "deals", "tickets"),
    parent_type="companies",
    by_default=True,
)
COMPANIES = ObjectType(
    name="companies",
    label="Companies",
    item_type="Company",
    type_id="0-2",
    aliases=("company",),
    scopes=frozenset({"crm.objects.companies.read"}),
    default_properties=(
        *("name", "domain", "website", "phone", "description", "industry", "type", "numberofemployees"),
        *("annualrevenue", "address", "city", "state", "zip", "country", "lifecyclestage", "hs_lead_status"),
        *("hubspot_owner_id", "createdate", "hs_lastmodifieddate", "hs_object_id"),
    ),
    name_properties=(("name",), ("domain",), ("website",), ("phone",)),
    associates_with=("contacts", "deals", "tickets"),
    directory=True,
    by_default=True,
)
DEALS = ObjectType(
    name="deals",
    label="Deals",
    item_type="Deal",
    type_id="0-3",
    aliases=("deal",),
    scopes=frozenset({"crm.objects.deals.read"}),
    default_properties=(
        *("dealname", "amount", "deal_currency_code", "pipeline", "dealstage", "dealtype", "closedate", "description"),
        *("hs_is_closed", "hs_is_closed_won", "hs_priority", "hubspot_owner_id"),
        *("createdate", "hs_lastmodifieddate", "hs_object_id"),
    ),
    name_properties=(("dealname",),),
    associates_with=("companies", "contacts", "tickets"),
    parent_type="companies",
    pipeline_property="pipeline",
    stage_property="dealstage",
    by_default=True,
)
TICKETS = ObjectType(
    name="tickets",
    label="Tickets",
    item_type="Ticket",
    type_id="0-5",
    aliases=("ticket",),
    # The specification names `tickets`; the newer platform's pages name the long scope.
    scopes=frozenset({"tickets", "crm.objects.tickets.read"}),
    asked_scope="tickets",
    default_properties=(
        *("subject", "content", "hs_pipeline", "hs_pipeline_stage", "hs_ticket_category", "hs_ticket_priority"),
        *("source_type", "hubspot_owner_id", "createdate", "closed_date", "hs_lastmodifieddate", "hs_object_id"),
    ),
    name_properties=(("subject",),),
    associates_with=("companies", "contacts", "deals"),
    parent_type="companies",
    pipeline_property="hs_pipeline",
    stage_property="hs_pipeline_stage",
)

PRODUCTS = ObjectType(
    name="products",
    label="Products",
    item_type="Product",
    type_id="0-7",
    aliases=("product",),
    scopes=frozenset({"crm.objects.products.read", "e-commerce"}),
    default_properties=(
        *("name", "description", "price", "hs_sku", "hs_cost_of_goods_sold", "hs_recurring_billing_period"),
        *("hs_product_type", "hs_url", "hubspot_owner_id", "createdate", "hs_lastmodifieddate", "hs_object_id"),
    ),
    name_properties=(("name",), ("hs_sku",)),
)
LINE_ITEMS = ObjectType(
    name="line_items",
    label="Line items",
    item_type="Line item",
    type_id="0-8",
    aliases=("line_item", "line items", "lineitems"),
    scopes=frozenset({"crm.objects.line_items.read", "e-commerce"}),
    default_properties=(
        *("name", "quantity", "amount", "price", "discount", "hs_sku", "hs_product_id", "hs_line_item_currency_code"),
        *("createdate", "hs_lastmodifieddate", "hs_object_id"),
    ),
    name_properties=(("name",), ("hs_sku",)),
    associates_with=("deals", "quotes"),
)
QUOTES = ObjectType(
    name="quotes",
    label="Quotes",
    item_type="Quote",
    type_id="0-14",
    aliases=("quote",),
    scopes=frozenset({"crm.objects.quotes.read", "e-commerce"}),
    created_property="hs_createdate",
    default_properties=(
        *("hs_title", "hs_status", "hs_expiration_date", "hs_quote_amount", "hs_currency", "hs_public_url_key"),
        *("hubspot_owner_id", "hs_createdate", "hs_lastmodifieddate", "hs_object_id"),
    ),
    name_properties=(("hs_title",),),
    associates_with=("deals", "line_items"),
)
LEADS = ObjectType(
    name="leads",
    label="Leads",
    item_type="Lead",
    type_id="0-136",
    aliases=("lead",),
    scopes=frozenset({"crm.objects.leads.read"}),
    # HubSpot's search page names `createdate`, but real leads do not have it. Source: recorded answers of 2024.
    created_property="hs_createdate",
    default_properties=(
        *("hs_lead_name", "hs_lead_type", "hs_lead_label", "hs_pipeline", "hs_pipeline_stage", "hubspot_owner_id"),
        *("hs_createdate", "hs_lastmodifieddate", "hs_object_id"),
    ),
    name_properties=(("hs_lead_name",),),
    associates_with=("contacts", "companies"),
    parent_type="contacts",
    pipeline_property="hs_pipeline",
    stage_property="hs_pipeline_stage",
)


def _activity(label: str, type_id: str, *, properties: tuple[str, ...], name_property: str, **more: Any) -> ObjectType:
    """Activities are plain objects that share scope, dates and partners. Source: HubSpot activities guides."""
    item_type = label.removesuffix("s")
    return ObjectType(
        name=label.lower(),
        label=label,
        item_type=item_type,
        type_id=type_id,
        aliases=(item_type.lower(),),
        scopes=frozenset({"crm.objects.contacts.read", *more.pop("further_scopes", ())}),
        created_property="hs_createdate",
        default_properties=(
            name_property,
            *properties,
            *("hs_timestamp", "hubspot_owner_id", "hs_createdate", "hs_lastmodifieddate", "hs_object_id"),
        ),
        name_properties=((name_property,),),
        associates_with=("contacts", "companies", "deals", "tickets"),
        **more,
    )


CALLS = _activity(
    "Calls",
    "0-48",
    name_property="hs_call_title",
    properties=(
        *("hs_call_body", "hs_call_direction", "hs_call_duration", "hs_call_status", "hs_call_disposition"),
        "hs_call_recording_url",
    ),
)
EMAILS = _activity(
    "Emails",
    "0-49",
    name_property="hs_email_subject",
    properties=(
        *("hs_email_text", "hs_email_direction", "hs_email_status", "hs_email_from_email", "hs_email_to_email"),
    ),
    further_scopes=("sales-email-read",),
    content_scope="sales-email-read",
)
MEETINGS = _activity(
    "Meetings",
    "0-47",
    name_property="hs_meeting_title",
    properties=(
        *("hs_meeting_body", "hs_meeting_start_time", "hs_meeting_end_time", "hs_meeting_outcome"),
        "hs_meeting_location",
    ),
)
NOTES = _activity(
    "Notes",
    "0-46",
    name_property="hs_note_body",
    properties=("hs_attachment_ids",),
    name_is_html=True,
    # A note has no page: the list of notes, filtered by its id. Source: `url` of recorded notes.
    page_path="contacts/{portal_id}/objects/0-46/views/all/list?filters="
    "%5B%7B%22property%22%3A%22hs_object_id%22%2C%22operator%22%3A%22EQ%22%2C%22value%22%3A%22{record_id}%22%7D%5D",
)
TASKS = _activity(
    "Tasks",
    "0-27",
    name_property="hs_task_subject",
    properties=("hs_task_body", "hs_task_status", "hs_task_priority", "hs_task_type"),
    # Source: `url` of recorded tasks.
    page_path="tasks/{portal_id}/view/all/task/{record_id}",
)

CATALOG: tuple[ObjectType, ...] = (
    *(CONTACTS, COMPANIES, DEALS, TICKETS, PRODUCTS, LINE_ITEMS, QUOTES, LEADS),
    *(CALLS, EMAILS, MEETINGS, NOTES, TASKS),
)
DEFAULT_OBJECT_TYPES: tuple[ObjectType, ...] = tuple(object_type for object_type in CATALOG if object_type.by_default)
_BY_NAME = {name: object_type for object_type in CATALOG for name in object_type.all_names}


def find_object_type(name: str) -> ObjectType | None:
    """By name, singular or plural, or type id; case does not matter."""
    return _BY_NAME.get(name.strip().lower())


def partners_of(object_type: ObjectType) -> list[ObjectType]:
    """The types whose associations are read with this type, standard types first."""
    standard = (find_object_type(name) for name in object_type.associates_with)
    return [*(partner for partner in standard if partner is not None), *object_type.custom_partners]


def get_object_type(name: str) -> ObjectType:
    """Like `find_object_type`.

    Raises:
        UnknownObjectTypeError: no such type; the detail lists the known types.
    """
    if (found := find_object_type(name)) is None:
        known = ", ".join(object_type.name for object_type in CATALOG)
        raise UnknownObjectTypeError(
            f"There is no object type {_quoted(name)}. Choose from: {known}, or a custom object (see object-types)."
        )
    return found


def _quoted(name: str) -> str:
    """The caller's text, shortened and safe to show."""
    shown = "".join(letter for letter in name if letter.isprintable())
    return f"“{shown[:40]}…”" if len(shown) > 40 else f"“{shown}”"
