"""All integrations and their sync sources: a new vendor is one file in this folder and one line in each table here."""

from collections.abc import Mapping

from integrations.airtable import AIRTABLE
from integrations.hubspot import HUBSPOT
from integrations.hubspot_sync import HubSpotSource
from integrations.integration import Integration
from integrations.notion import NOTION
from integrations.sync_source import LoaderSource
from services.services import Services
from sync.source import Source

INTEGRATIONS: Mapping[str, Integration] = {integration.name: integration for integration in (HUBSPOT, AIRTABLE, NOTION)}


def open_sources(services: Services) -> Mapping[str, Source]:
    """The sync source of each integration, by provider."""
    return {
        HUBSPOT.name: HubSpotSource(services),
        AIRTABLE.name: LoaderSource(services, AIRTABLE),
        NOTION.name: LoaderSource(services, NOTION),
    }
