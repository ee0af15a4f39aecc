"""Standard object types that every account knows and none of ours has records of.

Not every type goes by its singular. Sources: HubSpot using object APIs (type ids); measured answers, October 2026.
"""

from __future__ import annotations

from collections.abc import Iterator

from simulator.records.object_types import ObjectType

# Each line: type id (`-` where it is not known), plural, singular (`-` where HubSpot does not take it).
_LINES = """
0-18 communications communication
0-19 feedback_submissions feedback_submission
0-53 invoices invoice
0-54 marketing_events marketing_event
0-64 quote_templates quote_template
0-69 subscriptions subscription
0-72 deal_splits deal_split
0-74 goal_targets goal_target
0-84 discounts discount
0-85 fees fee
0-86 taxes tax
0-101 commerce_payments commerce_payment
0-115 users user
0-116 postal_mail -
0-123 orders order
0-142 carts cart
0-145 partner_clients partner_client
0-162 services service
0-410 courses -
0-420 listings -
0-421 appointments -
- campaigns campaign
- payments -
"""
# Source: HubSpot scopes; `security` of each list.
_OTHER_SCOPES = {
    "communications": ("crm.objects.contacts.read",),
    "postal_mail": ("crm.objects.contacts.read",),
    "discounts": ("crm.objects.line_items.read", "e-commerce"),
    "fees": ("crm.objects.line_items.read", "e-commerce"),
    "taxes": ("crm.objects.line_items.read", "e-commerce"),
}


def further_types() -> Iterator[tuple[ObjectType, tuple[str, ...]]]:
    """Yield each type with the names that a path may use for it."""
    for line in _LINES.split("\n"):
        if not line:
            continue
        type_id, plural, singular = line.split(" ")
        names = tuple(name for name in (plural, singular, type_id) if name != "-")
        scopes = _OTHER_SCOPES.get(plural, (f"crm.objects.{plural}.read",))
        label = plural.replace("_", " ").capitalize()
        yield ObjectType(plural, singular if singular != "-" else plural, type_id, label, label, scopes), names
