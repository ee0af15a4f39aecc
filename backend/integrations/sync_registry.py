"""The sync source of each integration."""

from collections.abc import Mapping

from integrations.airtable import AIRTABLE
from integrations.hubspot_sync import HubSpotSource
from integrations.notion import NOTION
from integrations.sync_source import LoaderSource
from services.services import Services
from sync.source import Source


def open_sources(services: Services) -> Mapping[str, Source]:
    """By provider."""
    return {
        "hubspot": HubSpotSource(services),
        AIRTABLE.name: LoaderSource(services, AIRTABLE, knows_changes=False),
        NOTION.name: LoaderSource(services, NOTION, knows_changes=True),
    }
