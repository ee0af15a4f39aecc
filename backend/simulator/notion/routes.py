"""The paths Notion answers, below `/notion`."""

from __future__ import annotations

from starlette.routing import Route

from simulator.notion import api, oauth
from simulator.notion.vendor import Notion


def routes(notion: Notion) -> list[Route]:
    return [
        Route("/notion/v1/oauth/authorize", oauth.authorize(notion), methods=["GET", "POST"]),
        Route("/notion/v1/oauth/token", oauth.gate(notion, oauth.token), methods=["POST"]),
        Route("/notion/v1/oauth/introspect", oauth.gate(notion, oauth.introspect), methods=["POST"]),
        Route("/notion/v1/oauth/revoke", oauth.gate(notion, oauth.revoke), methods=["POST"]),
        Route("/notion/v1/search", api.search(notion), methods=["POST"]),
    ]
