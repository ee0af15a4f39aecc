"""Builds the requests of the token endpoints, each with the client's credentials as the vendor wants them."""

import base64
from urllib.parse import quote

import httpx

from oauth.provider import OAuthProvider


def build_request(provider: OAuthProvider, url: str, fields: dict[str, str]) -> httpx.Request:
    """A POST with the client's credentials and the body as this vendor wants them."""
    headers = {"Accept": "application/json", **provider.request_headers}
    secret = provider.client_secret.get_secret_value()
    if provider.client_authentication == "basic":
        pair = f"{quote(provider.client_id, safe='')}:{quote(secret, safe='')}"
        headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
    else:
        fields = {**fields, "client_id": provider.client_id, "client_secret": secret}
    if provider.request_body == "json":
        members = {name: value for name, value in fields.items() if name != "token_type_hint"}
        return httpx.Request("POST", url, headers=headers, json=members)
    return httpx.Request("POST", url, headers=headers, data=fields)
