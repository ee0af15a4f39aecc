"""The page on which a user allows or denies, and what the form brings back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from urllib.parse import urlencode, urlsplit, urlunsplit

from starlette.responses import HTMLResponse, RedirectResponse, Response

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{vendor} (simulated)</title>
<meta name="viewport" content="width=device-width">
<style>body{{font:16px/1.5 system-ui,sans-serif;max-width:30rem;margin:3rem auto;padding:0 1rem}}
label{{display:block;margin:.4rem 0}}button{{font:inherit;padding:.5rem 1.2rem;margin-right:.5rem}}</style></head>
<body><main>{content}</main></body></html>
"""


def consent_page(vendor: str, app: str, accounts: Mapping[str, str], asks: Iterable[str]) -> HTMLResponse:
    """`accounts`: id and name of each that can be chosen; `asks`: what the app wants, in words."""
    choices = "".join(
        f'<label><input type="radio" name="account" value="{escape(account_id)}"{" checked" if not number else ""}> '
        f"{escape(name)}</label>"
        for number, (account_id, name) in enumerate(accounts.items())
    )
    wanted = "".join(f"<li>{escape(ask)}</li>" for ask in asks)
    content = (
        f"<h1>{escape(app)} wants to read your {escape(vendor)}</h1><p>This is a simulated {escape(vendor)}.</p>"
        f'<ul>{wanted}</ul><form method="post"><fieldset><legend>Account</legend>{choices}</fieldset>'
        '<p><button name="decision" value="allow">Allow access</button>'
        '<button name="decision" value="deny">Deny</button></p></form>'
    )
    return HTMLResponse(_PAGE.format(vendor=escape(vendor), content=content))


def refusal_page(vendor: str, reason: str) -> HTMLResponse:
    """For a request whose redirect address cannot be trusted: nobody is sent anywhere."""
    content = f"<h1>{escape(vendor)} cannot continue</h1><p>{escape(reason)}</p>"
    return HTMLResponse(_PAGE.format(vendor=escape(vendor), content=content), 400)


def send_back(redirect_uri: str, **parameters: str) -> Response:
    parts = urlsplit(redirect_uri)
    query = "&".join(filter(None, (parts.query, urlencode(parameters))))
    return RedirectResponse(urlunsplit(parts._replace(query=query)), 302)
