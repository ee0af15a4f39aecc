"""The paths Airtable answers, below `/airtable`."""

from __future__ import annotations

from starlette.routing import Route

from simulator.airtable import api, oauth
from simulator.airtable.vendor import Airtable


def routes(airtable: Airtable) -> list[Route]:
    return [
        Route("/airtable/oauth2/v1/authorize", oauth.authorize(airtable), methods=["GET", "POST"]),
        Route("/airtable/oauth2/v1/token", oauth.token(airtable), methods=["POST"]),
        Route("/airtable/v0/meta/whoami", api.gate(airtable, api.whoami)),
        Route("/airtable/v0/meta/bases", api.gate(airtable, api.list_bases)),
        Route("/airtable/v0/meta/bases/{base_id}/tables", api.gate(airtable, api.list_tables)),
    ]
