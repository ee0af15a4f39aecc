"""Check a vendor's redirect back to us before its code is used: provider → session or browser → consent."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field

import structlog

from errors import (
    OAuthCodeRejectedError,
    OAuthDeniedError,
    OAuthPkceRejectedError,
    OAuthProviderMismatchError,
    OAuthStateUnboundError,
    ProviderMisconfiguredError,
    ServiceError,
    SessionMismatchError,
    UpstreamUnavailableError,
)
from oauth.connection import Owner
from oauth.flow_store import BegunFlow, hash_secret
from oauth.provider import OAuthProvider
from oauth.tokens import mentions_pkce

COOKIE_PREFIX = "__Host-flow_"

# Source: RFC 6749 section 4.1.2.1.
_UNAVAILABLE_ERRORS = frozenset({"server_error", "temporarily_unavailable"})
_REQUEST_ERRORS = frozenset({"invalid_request", "invalid_scope", "unauthorized_client", "unsupported_response_type"})

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Callback:
    """The vendor's redirect: query and cookies, and the user signed in with this browser, if any."""

    query: Mapping[str, str] = field(repr=False)
    cookies: Mapping[str, str] = field(repr=False)
    session_owner: Owner | None = None


def verify_callback(provider: OAuthProvider, begun: BegunFlow, callback: Callback) -> None:
    """Everything that can be checked before the code is used.

    Raises: OAuthProviderMismatchError, OAuthPkceRejectedError, OAuthDeniedError, OAuthCodeRejectedError; as
    `verify_browser`.
    """
    query = callback.query
    if begun.provider != provider.name or begun.redirect_uri != provider.redirect_uri:
        raise OAuthProviderMismatchError
    if provider.issuer and query.get("iss", provider.issuer) != provider.issuer:  # RFC 9207 section 2.4
        raise OAuthProviderMismatchError(
            "The answer came from another authorization server than the one this attempt was started at, so nothing "
            "was connected. Connect again from the application."
        )
    verify_browser(begun, callback.cookies, callback.session_owner)
    if "error" in query:
        raise _authorization_error(provider, begun, query)
    if not query.get("code"):
        raise OAuthCodeRejectedError


def _authorization_error(provider: OAuthProvider, begun: BegunFlow, query: Mapping[str, str]) -> ServiceError:
    """Translate the vendor's `error`. Source: RFC 6749 section 4.1.2.1; HubSpot does not document its values."""
    if _is_about_pkce(provider, begun, query):
        return pkce_rejected(provider)
    if query["error"] in _UNAVAILABLE_ERRORS:
        return UpstreamUnavailableError(
            f"{provider.label} could not complete the authorization, so nothing was connected. Try again shortly."
        )
    if query["error"] in _REQUEST_ERRORS:
        log.error("the vendor refuses our authorization request", provider=provider.name, error=query["error"])
        return ProviderMisconfiguredError(
            f"{provider.label} does not accept this service's authorization request (`{query['error']}`), so nothing "
            "was connected. The operator must compare the app's client id, redirect URI and scopes with the settings."
        )
    return OAuthDeniedError()


def _is_about_pkce(provider: OAuthProvider, begun: BegunFlow, query: Mapping[str, str]) -> bool:
    """Whether the consent page refused our challenge. RFC 7636 section 4.4.1: the error is `invalid_request`."""
    if begun.code_verifier is None:
        return False
    error, description = query["error"], query.get("error_description", "")
    return mentions_pkce(error, description) or (provider.pkce_setting is not None and error == "invalid_request")


def pkce_rejected(provider: OAuthProvider) -> OAuthPkceRejectedError:
    """The error for a vendor that refuses PKCE; the log line names the setting that turns it off."""
    setting = provider.pkce_setting
    log.error("the vendor does not accept PKCE", provider=provider.name, setting=setting and f"{setting}=false")
    if setting is None:
        return OAuthPkceRejectedError()
    return OAuthPkceRejectedError(
        f"{provider.label} does not accept PKCE from this service, so nothing was connected. "
        f"The operator must set {setting}=false and restart the service; then connect again."
    )


def verify_browser(begun: BegunFlow, cookies: Mapping[str, str], session_owner: Owner | None) -> None:
    """Check that the attempt is finished by the browser that began it, or by one signed in as the same owner.

    Otherwise a user could send the consent URL to another person and get access to that person's account.

    Raises: SessionMismatchError, OAuthStateUnboundError.
    """
    if session_owner is not None and session_owner != begun.owner:
        raise SessionMismatchError
    if begun.any_browser or session_owner is not None:
        return
    bind = cookies.get(cookie_name(begun.flow_id), "")
    if not hmac.compare_digest(hash_secret(bind), begun.bind_digest or ""):
        raise OAuthStateUnboundError


def cookie_name(flow_id: str) -> str:
    """One cookie per flow, so that two tabs do not conflict."""
    return COOKIE_PREFIX + flow_id[:8]
