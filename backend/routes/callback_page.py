"""The page that ends a connect attempt: it notifies the opener, then closes itself or returns.

It contains no secret. Its script first removes the query (state, code) from the address bar, and sends only the flow's
id and status, to our origin only.
"""

import secrets
from html import escape
from string import Template
from typing import cast

from starlette.responses import HTMLResponse

from errors import ServiceError
from oauth.connection import Connection
from oauth.flow import FlowEnd
from routes.callback_texts import Texts

CHANNEL = "integration-connect"

PAGE = Template("""\
<!doctype html>
<html lang="$language">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>$title</title>
<style nonce="$nonce">
  :root { color-scheme: light dark; --page: light-dark(#f6f7f9, #15161a); --card: light-dark(#fff, #1d1f25);
    --line: light-dark(#dfe2e8, #33363f); --link: light-dark(#4338ca, #a5b4fc); --text: light-dark(#17181c, #eceef2); }
  body { font: 15px/1.55 system-ui, sans-serif; margin: 0; color: var(--text); background: var(--page); }
  header { display: flex; align-items: center; gap: 10px; padding: 14px 20px; font-weight: 600; }
  header { border-bottom: 1px solid var(--line); background: var(--card); }
  header svg { width: 26px; height: 26px; }
  main { max-width: 30rem; margin: 8vh auto 0; padding: 1.75rem; border: 1px solid var(--line); border-radius: 12px; }
  main { box-sizing: border-box; width: calc(100% - 2rem); background: var(--card); }
  h1 { margin: 0 0 0.5rem; font-size: 1.3rem; line-height: 1.3; }
  a { color: var(--link); }
  .reference { margin-bottom: 0; font-size: 0.85rem; overflow-wrap: anywhere; }
</style>
</head>
<body data-flow-id="$flow_id" data-status="$status" data-origin="$origin"
 data-return-to="$return_to" data-close="$close">
<header>
<svg viewBox="0 0 32 32" aria-hidden="true"><rect width="32" height="32" rx="8" fill="#4f46e5"/><g fill="none"
 stroke="#fff" stroke-width="2.4" stroke-linecap="round"><circle cx="12.5" cy="16" r="3.6"/><path
 d="M16 14.4l4.6-3M16 17.6l4.6 3"/><circle cx="22.6" cy="10.4" r="1.6"/><circle cx="22.6" cy="21.6" r="1.6"/></g></svg>
$app
</header>
<main>
<h1>$title</h1>
<p>$detail</p>
$next_step
$reference
</main>
<script nonce="$nonce">
$script
</script>
</body>
</html>
""")

SCRIPT = f"""\
const {{ flowId, status, origin, returnTo, close }} = document.body.dataset
history.replaceState(null, '', location.pathname)
if (flowId) {{
  const end = {{ flow_id: flowId, status }}
  if ('BroadcastChannel' in window) new BroadcastChannel('{CHANNEL}').postMessage(end)
  if (window.opener) window.opener.postMessage(end, origin)
}}
// The opener is the page itself.
if (window.opener && !returnTo) document.getElementById('back')?.remove()
if (returnTo && status === 'connected') location.replace(returnTo)
else if (returnTo && close === 'yes') {{
  // The page reads from the flow why it ended.
  const back = new URL(returnTo, origin)
  back.searchParams.set('flow', flowId)
  location.replace(back)
}} else if (!returnTo && close === 'yes') setTimeout(() => window.close(), 250)
"""


def build_callback_page(
    end: FlowEnd, texts: Texts, *, label: str, home: str, origin: str, reference: str
) -> HTMLResponse:
    """The page for this end, with its HTTP status.

    Args:
        end: of the attempt; its `return_to` was checked when the attempt began.
        texts: in the browser's language.
        label: display name of the integration.
        home: path of our page.
        origin: the only origin that is notified.
        reference: the request's id, shown after a failure.
    """
    nonce = secrets.token_urlsafe(16)
    error = end.error
    title, detail = texts.of_error(error) if error else _connected(cast(Connection, end.connection), texts, label)
    text = PAGE.substitute(
        nonce=nonce,
        language=texts.language,
        app=escape(texts.app),
        title=escape(title),
        detail=escape(detail),
        flow_id=escape(end.flow_id or ""),
        status="connected" if error is None else "failed",
        origin=escape(origin),
        return_to=escape(end.return_to or ""),
        # After a success or the user's own refusal the page closes; other results stay open to be read.
        close="yes" if error is None or error.code == "oauth_denied" else "no",
        next_step=_next_step(end, texts, home),
        reference="" if error is None else _reference(error, texts, reference),
        script=SCRIPT,
    )
    language = {"Content-Language": texts.language, "Vary": "Accept-Language"}
    return HTMLResponse(text, 200 if error is None else error.status, headers(nonce) | language)


def headers(nonce: str) -> dict[str, str]:
    """The headers, without an opener policy: `same-origin` would separate the page from its opener."""
    policy = f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'"
    return {
        "Content-Security-Policy": f"{policy}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
    }


def _connected(connection: Connection, texts: Texts, label: str) -> tuple[str, str]:
    """Names the account and its new user, so that the person who consented can notice a mistake."""
    account, owner = connection.account, connection.owner
    words = texts.named_account if account.name else texts.account
    name = words.format(name=account.name, id=account.account_id)
    owned = texts.owned.format(account=name, user=owner.user_id, org=owner.org_id)
    return texts.connected.format(label=label), owned


def _next_step(end: FlowEnd, texts: Texts, home: str) -> str:
    if end.return_to is None and end.error is None:
        return ""
    return f'<p id="back"><a href="{escape(end.return_to or home)}">{escape(texts.back)}</a></p>'


def _reference(error: ServiceError, texts: Texts, reference: str) -> str:
    code, quoted = escape(error.code), escape(reference)
    words = f"{texts.code}: <code>{code}</code> · {texts.reference}: <code>{quoted}</code>"
    return f'<p class="reference">{words}</p>'
