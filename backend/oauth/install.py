"""Installs that begin at the vendor's marketplace instead of on our page.

`step=authorize` and `returnUrl`: start an attempt and redirect the browser to `returnUrl` with its state; the vendor
asks for consent and calls back with `step=finalize`, `code` and our `state`, as in any attempt.
`code` and `returnUrl` without a state: it is unknown who requested this code, so it is not used; a new attempt starts
at the consent page.
In both cases the browser returns to `returnUrl` when the account is connected.

Source: HubSpot, Understand app installation flow with the option for partner sign in.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from oauth.provider import OAuthProvider

# A path or query without characters that browsers drop or interpret differently.
_REST = r"(?:[/?](?![^\\<>\"'`]*[\\<>\"'`])[!-~]*)?"


@dataclass(frozen=True, slots=True)
class Install:
    """The start of an install. `return_url` is on the vendor's hosts, or None."""

    return_url: str | None
    consent_follows_there: bool = False  # the browser goes to `return_url`, not to the consent page


def find_install(provider: OAuthProvider, query: Mapping[str, str]) -> Install | None:
    """The install that this callback begins; None if it belongs to one of our attempts or is unknown."""
    if provider.install_hosts is None or "state" in query or "error" in query:
        return None
    return_url = check_return_url(provider, query.get("returnUrl"))
    match query.get("step"):
        case "authorize":
            return Install(return_url, consent_follows_there=return_url is not None)
        case None if query.get("returnUrl"):
            return Install(return_url)
    return None


def check_return_url(provider: OAuthProvider, url: str | None) -> str | None:
    """The URL if it is on the hosts of the vendor's application or consent page; else None.

    A URL with another client id is refused: it could be the consent page of another app, which would get our state.
    """
    if url is None or provider.install_hosts is None:
        return None
    consent = urlsplit(provider.authorize_url)
    origins = rf"https://(?:{provider.install_hosts})|{re.escape(f'{consent.scheme}://{consent.netloc}')}"
    if not re.fullmatch(rf"(?:{origins}){_REST}", url):
        return None
    own = {"client_id": provider.client_id, "redirect_uri": provider.redirect_uri}
    # Some parsers also split at ";" or ignore case.
    query = parse_qsl(urlsplit(url).query.replace(";", "&"), keep_blank_values=True)
    return url if all(own.get(name.lower(), value) == value for name, value in query) else None


def add_state(return_url: str, state: str) -> str:
    """The URL with our state in its query."""
    parts = urlsplit(return_url)
    query = "&".join(filter(None, (parts.query, urlencode({"state": state}))))
    return urlunsplit(parts._replace(query=query))
