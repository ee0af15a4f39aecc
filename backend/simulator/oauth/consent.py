"""HubSpot's consent page: who may ask, what is asked, and where the browser goes with the decision.

Order of events: check the client, the redirect URI and the scopes (an error page, never a redirect, when one is wrong);
show the page; take the decision; issue a code; send the browser back.
Source: HubSpot working with OAuth, GET https://app.hubspot.com/oauth/authorize.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import quote, urlencode, urlsplit

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from simulator.identity import Profile
from simulator.oauth import pages
from simulator.oauth.codes import CODE_LIFETIME_MS, Consent
from simulator.records.portal import Portal, by_portal_id
from simulator.scopes import ALL_SCOPES
from simulator.state import SimulatorState


class ConsentError(Exception):
    """HubSpot shows an error page and sends the browser nowhere."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A checked request for consent."""

    redirect_uri: str
    required: frozenset[str]
    optional: frozenset[str]
    state: str | None
    code_challenge: str | None

    def granted(self, profile: Profile) -> frozenset[str]:
        """The scopes an account gives; an optional one that it lacks is dropped silently.

        Raises: ConsentError when it lacks a required one.
        """
        missing = self.required - profile.available_scopes
        if missing:
            raise ConsentError(
                f"{profile.name} does not have the products for these scopes: {', '.join(sorted(missing))}."
            )
        return self.required | (self.optional & profile.available_scopes)

    def back(self, **answer: str) -> RedirectResponse:
        """Send the browser back to the app."""
        if self.state is not None:
            answer["state"] = self.state
        joint = "&" if urlsplit(self.redirect_uri).query else "?"
        return RedirectResponse(f"{self.redirect_uri}{joint}{urlencode(answer, quote_via=quote)}", 302)


def consent_page(state: SimulatorState) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        try:
            asked = check(state, request.query_params)
            chosen = _preselected(state, request)
            if request.method != "POST":
                return _page(state, asked, chosen)
            form = await request.form()
            portal = _chosen(state, str(form.get("portal_id") or chosen.portal_id))
            return _decide(state, asked, portal, str(form.get("decision", "")))
        except ConsentError as exc:
            return HTMLResponse(pages.error(str(exc)), 400, _headers(state))

    return endpoint


def check(state: SimulatorState, query: QueryParams) -> Asked:
    """Raises: ConsentError with the words HubSpot's page would have."""
    app = state.app
    if query.get("client_id") != app.client_id:
        raise ConsentError("We couldn't find an app with this client ID.")
    redirect_uri = query.get("redirect_uri", "")
    if not app.allows_redirect(redirect_uri):
        raise ConsentError("The redirect URL in this link doesn't match one that is registered for the app.")
    if query.get("response_type", "code") != "code":
        raise ConsentError("This response type isn't supported.")
    required, optional = _scopes(query, "scope"), _scopes(query, "optional_scope")
    if unknown := (required | optional) - ALL_SCOPES:
        raise ConsentError(f"These scopes don't exist: {', '.join(sorted(unknown))}.")
    if absent := app.required_scopes - required:
        raise ConsentError(f"The app requires scopes that this link doesn't ask for: {', '.join(sorted(absent))}.")
    challenge = query.get("code_challenge")
    if challenge is not None and query.get("code_challenge_method") != "S256":
        raise ConsentError("The code challenge method must be S256.")
    return Asked(redirect_uri, required, optional - required, query.get("state"), challenge)


def _scopes(query: QueryParams, name: str) -> frozenset[str]:
    return frozenset(query.get(name, "").split())


def _preselected(state: SimulatorState, request: Request) -> Portal:
    """The account of `/oauth/{accountId}/authorize`, else the first."""
    account_id = request.path_params.get("account_id")
    return _chosen(state, str(account_id)) if account_id else next(iter(state.portals.values()))


def _chosen(state: SimulatorState, portal_id: str) -> Portal:
    portal = by_portal_id(state.portals, portal_id)
    if portal is None:
        raise ConsentError("You don't have access to this account.")
    return portal


def _page(state: SimulatorState, asked: Asked, chosen: Portal) -> Response:
    profiles = [portal.profile for portal in state.portals.values()]
    page = pages.consent(state.app.name, profiles, chosen.profile, asked.required, asked.optional)
    return HTMLResponse(page, headers=_headers(state))


def _headers(state: SimulatorState) -> dict[str, str]:
    """A page that isolates itself from its opener, when a test wants it: `popup.closed` then lies."""
    policy = state.settings.consent_opener_policy
    return {"cache-control": "no-store"} | ({"cross-origin-opener-policy": policy} if policy else {})


def _decide(state: SimulatorState, asked: Asked, portal: Portal, decision: str) -> Response:
    failure = state.settings.consent_error
    if decision == "deny" or failure:
        return asked.back(error=failure or "access_denied", error_description="The user did not authorize the app")
    if decision != "allow":
        raise ConsentError("Choose either to allow or to deny the connection.")
    consent = Consent(
        portal_id=portal.portal_id,
        scopes=asked.granted(portal.profile),
        redirect_uri=asked.redirect_uri,
        code_challenge=asked.code_challenge,
        expires_at_ms=state.now_ms() + CODE_LIFETIME_MS,
    )
    return asked.back(code=state.codes.issue(consent, portal.profile.hublet))
