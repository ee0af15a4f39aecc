"""Items to store."""

from typing import Any

from integrations.integration_item import IntegrationItem


def make_contact(**changes: Any) -> IntegrationItem:
    """A contact as HubSpot's default properties make it."""
    values: dict[str, Any] = {
        "id": "512_Contact",
        "type": "Contact",
        "parent_path_or_name": "Analytical Engines",
        "parent_id": "77_Company",
        "name": "Ada Lovelace",
        "creation_time": "2026-01-05T09:00:00.000Z",
        "last_modified_time": "2026-11-20T16:12:08.250Z",
        "url": "https://app.hubspot.com/contacts/24681012/record/0-1/512",
        "children": [],
        "mime_type": "application/vnd.hubspot.contact+json",
        "delta": "015264c1646397097ee86f2b",
        "drive_id": "24681012",
        "object_type": "contacts",
        "record_id": "512",
        "properties": {
            "createdate": "2026-01-05T09:00:00.000Z",
            "email": "ada@engines.example",
            "firstname": "Ada",
            "hs_object_id": 512,
            "hubspot_owner_id": "1001",
            "jobtitle": "Analyst",
            "lastmodifieddate": "2026-11-20T16:12:08.250Z",
            "lastname": "Lovelace",
            "lifecyclestage": "customer",
            "phone": "+44 20 7946 0000",
        },
        "labels": {"hubspot_owner_id": "Charles Babbage", "lifecyclestage": "Customer"},
        "associations": {"companies": ["77_Company"], "deals": ["1_Deal"]},
        "association_labels": {},
    }
    return IntegrationItem(**(values | changes))
