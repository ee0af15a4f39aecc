"""All integrations: a new vendor is one file in this folder and one line here."""

from collections.abc import Mapping

from integrations.airtable import AIRTABLE
from integrations.hubspot import HUBSPOT
from integrations.integration import Integration
from integrations.notion import NOTION

INTEGRATIONS: Mapping[str, Integration] = {integration.name: integration for integration in (HUBSPOT, AIRTABLE, NOTION)}
