"""The page that ends a connect attempt: it notifies the opener, then closes itself or returns.

It contains no secret. Its script first removes the query (state, code) from the address bar, and sends only the flow's
id and status, to our origin only.
"""

import re
import secrets
from html import escape
from string import Template

from starlette.responses import HTMLResponse

from errors import ServiceError
from oauth.flow import FlowEnd

CHANNEL = "integration-connect"

# Words that a sentence may add to the title without new meaning: "at the moment", "for an unexpected reason".
MAX_ADDED_WORDS = 4

PAGE = Template("""\
<!doctype html>
<html lang="en">
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
Integrations
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


def build_callback_page(end: FlowEnd, *, label: str, home: str, origin: str, reference: str) -> HTMLResponse:
    """The page for this end, with its HTTP status.

    Args:
        end: of the attempt; its `return_to` was checked when the attempt began.
        label: display name of the integration.
        home: path of our page.
        origin: the only origin that is notified.
        reference: the request's id, shown after a failure.
    """
    nonce = secrets.token_urlsafe(16)
    error = end.error
    text = PAGE.substitute(
        nonce=nonce,
        title=escape(f"{label} is connected" if error is None else error.title),
        detail=escape(_connected_words(end) if error is None else text_below(error.title, error.detail)),
        flow_id=escape(end.flow_id or ""),
        status="connected" if error is None else "failed",
        origin=escape(origin),
        return_to=escape(end.return_to or ""),
        # After a success or the user's own refusal the page closes; other results stay open to be read.
        close="yes" if error is None or error.code == "oauth_denied" else "no",
        next_step=_next_step(end, home),
        reference="" if error is None else _reference(error, reference),
        script=SCRIPT,
    )
    return HTMLResponse(text, 200 if error is None else error.status, headers(nonce))


def headers(nonce: str) -> dict[str, str]:
    """The headers, without an opener policy: `same-origin` would separate the page from its opener."""
    policy = f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'"
    return {
        "Content-Security-Policy": f"{policy}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
    }


def text_below(title: str, detail: str) -> str:
    """The detail without a first sentence that only repeats the title."""
    repeated = re.match(rf"{re.escape(title)}(?: [\w'-]+){{0,{MAX_ADDED_WORDS}}}\.(?: |$)", detail, re.IGNORECASE)
    return detail[repeated.end() :] if repeated else detail


def _connected_words(end: FlowEnd) -> str:
    """Names the account and its new user, so that the person who consented can notice a mistake."""
    if end.connection is None:
        return "The account is connected. You can close this window."
    account, owner = end.connection.account, end.connection.owner
    name = f"{account.name} (account {account.account_id})" if account.name else f"Account {account.account_id}"
    return (
        f"{name} is connected for user {owner.user_id} of organization {owner.org_id}. You can close this window. "
        "If that is not you, disconnect it now."
    )


def _next_step(end: FlowEnd, home: str) -> str:
    if end.return_to is None and end.error is None:
        return ""
    return f'<p id="back"><a href="{escape(end.return_to or home)}">Back to the page</a></p>'


def _reference(error: ServiceError, reference: str) -> str:
    code, quoted = escape(error.code), escape(reference)
    return f'<p class="reference">Code: <code>{code}</code> · Reference: <code>{quoted}</code></p>'
