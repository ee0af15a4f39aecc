"""The HTML of the consent page and of the error page that takes its place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from simulator.identity import Profile
from simulator.scopes import SCOPE_WORDS

_STYLE = """
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 0; display: grid; place-items: center; min-height: 100vh; background: Canvas; color: CanvasText; }
main { max-width: 32rem; padding: 2rem; }
h1 { font-size: 1.4rem; }
fieldset { border: 1px solid GrayText; border-radius: .5rem; margin: 1rem 0; }
label { display: block; padding: .25rem 0; }
.note { color: GrayText; font-size: .875rem; }
button { font: inherit; padding: .5rem 1.25rem; border-radius: .5rem; border: 1px solid GrayText; cursor: pointer; }
button[value=allow] { background: #c93700; border-color: #c93700; color: #fff; }
"""


def consent(
    app_name: str, profiles: Sequence[Profile], chosen: Profile, required: Iterable[str], optional: Iterable[str]
) -> str:
    accounts = "".join(_account(profile, is_chosen=profile is chosen) for profile in profiles)
    name = escape(app_name)
    return _document(
        f"Connect {name}",
        f"""<h1>Connect {name} to HubSpot</h1>
<form method="post">
<fieldset><legend>Choose an account</legend>{accounts}</fieldset>
<h2>{name} wants to</h2>
<ul>{_items(required)}</ul>
{_optional(optional)}
<p><button type="submit" name="decision" value="allow">Allow</button>
<button type="submit" name="decision" value="deny">Deny</button></p>
</form>
<p class="note">This is a simulator of HubSpot. Its accounts and records are made up.</p>""",
    )


def error(reason: str) -> str:
    return _document(
        "Authorization failed",
        f"<h1>Authorization failed</h1><p>{escape(reason)}</p><p>Contact the developer of the app.</p>",
    )


def _account(profile: Profile, *, is_chosen: bool) -> str:
    checked = " checked" if is_chosen else ""
    return (
        f'<label><input type="radio" name="portal_id" value="{profile.portal_id}"{checked}>'
        f" {escape(profile.name)} ({profile.portal_id}, {escape(profile.hublet)})</label>"
    )


def _optional(scopes: Iterable[str]) -> str:
    items = _items(scopes)
    return f"<h2>and, where the account has it, to</h2>\n<ul>{items}</ul>" if items else ""


def _items(scopes: Iterable[str]) -> str:
    wanted = set(scopes)
    return "".join(f"<li>{escape(words)}</li>" for scope, words in SCOPE_WORDS.items() if scope in wanted)


def _document(title: str, body: str) -> str:
    return (
        f'<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8"><title>{title} | HubSpot simulator</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head>\n'
        f"<body><main>{body}</main></body>\n</html>\n"
    )
