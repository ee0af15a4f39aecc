"""One connect attempt, from the click to the stored connection.

`start` → the user consents at the vendor → `finish`: read and delete the state → provider → session or browser →
consent → check that Redis takes writes → exchange the code → read the account → store the connection. All checks run
before the code is used. Meanwhile the opener polls `status`.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

import msgspec
import structlog
from pydantic import SecretStr
from redis.asyncio import Redis
from redis.exceptions import RedisError

from core.audit import audit
from core.crypto import Keyring
from core.store import as_service_error
from errors import (
    OAuthCodeRejectedError,
    OAuthDeniedError,
    OAuthPkceRejectedError,
    OAuthProviderMismatchError,
    OAuthStateUnboundError,
    ProviderMisconfiguredError,
    ProviderNotConfiguredError,
    ServiceError,
    SessionMismatchError,
    UpstreamUnavailableError,
)
from oauth.connection import Account, Connection, Owner
from oauth.flow_store import STATE_LIFETIME_S, BegunFlow, Display, FlowStore, hash_secret
from oauth.install import Install, add_state, check_return_url
from oauth.provider import OAuthProvider
from oauth.token_endpoint import TokenEndpoint
from oauth.tokens import ClientRejectedError, GrantRejectedError, PkceRejectedError, TokenGrant, mentions_pkce
from oauth.vault import Vault

STATE_BYTES = 32  # 256 bits
VERIFIER_BYTES = 48  # 64 characters; RFC 7636 section 4.1 allows 43 to 128
COOKIE_PREFIX = "__Host-flow_"

# Source: RFC 6749 section 4.1.2.1.
_UNAVAILABLE_ERRORS = frozenset({"server_error", "temporarily_unavailable"})
_REQUEST_ERRORS = frozenset({"invalid_request", "invalid_scope", "unauthorized_client", "unsupported_response_type"})

ReadAccount = Callable[[TokenGrant], Awaitable[tuple[Account, tuple[str, ...]]]]

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowStart:
    """Where to send the user, and the cookie that binds the attempt to this browser."""

    authorization_url: str = field(repr=False)
    flow_id: str
    cookie_name: str
    cookie_value: str = field(repr=False)
    expires_in_s: int = STATE_LIFETIME_S


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowEnd:
    """How the attempt ended. `flow_id` is None if the state was unknown; `error` is None on success."""

    flow_id: str | None
    display: Display
    connection: Connection | None
    error: ServiceError | None
    return_to: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowStatus:
    """The status that the opener polls: `pending`, `connected` or `failed`."""

    status: str
    connection_id: str | None
    error: dict[str, Any] | None


class Flows:
    """Begins and ends connect attempts; one per service."""

    def __init__(self, redis: Redis, keyring: Keyring, vault: Vault) -> None:
        self._flows = FlowStore(redis, keyring)
        self._vault = vault

    async def start(
        self,
        provider: OAuthProvider,
        owner: Owner,
        *,
        any_browser: bool = False,
        display: Display = "popup",
        more_scopes: tuple[str, ...] = (),
        return_to: str | None = None,
        install: Install | None = None,
    ) -> FlowStart:
        """Store the attempt for 10 minutes and return where to send the user.

        `any_browser` is for local mode only: no cookie or session is needed to finish the attempt.
        `more_scopes` are requested as optional scopes, in addition to the provider's. `return_to` is a checked path of
        this service, returned at the end. `install` began at the vendor's marketplace.

        Raises: ProviderNotConfiguredError, RateLimitedError.
        """
        if not provider.is_configured:
            raise ProviderNotConfiguredError
        # In an install the vendor builds the consent URL, without our PKCE challenge.
        returns_first = install.return_url if install and install.consent_follows_there else None
        state, bind = secrets.token_urlsafe(STATE_BYTES), secrets.token_urlsafe(STATE_BYTES)
        optional = tuple(dict.fromkeys((*provider.optional_scopes, *more_scopes)))
        begun = BegunFlow(
            flow_id=secrets.token_urlsafe(16),
            provider=provider.name,
            org_id=owner.org_id,
            user_id=owner.user_id,
            redirect_uri=provider.redirect_uri,
            code_verifier=secrets.token_urlsafe(VERIFIER_BYTES) if provider.pkce and not returns_first else None,
            bind_digest=hash_secret(bind),
            any_browser=any_browser,
            display=display,
            scopes=[*provider.scopes, *optional],
            return_to=install.return_url if install else return_to,
            is_install=install is not None,
        )
        await self._flows.remember(state, begun)
        consent_url = build_authorization_url(provider, state, begun.code_verifier, optional)
        return FlowStart(
            authorization_url=add_state(returns_first, state) if returns_first else consent_url,
            flow_id=begun.flow_id,
            cookie_name=cookie_name(begun.flow_id),
            cookie_value=bind,
        )

    async def finish(
        self,
        provider: OAuthProvider,
        endpoint: TokenEndpoint,
        query: Mapping[str, str],
        cookies: Mapping[str, str],
        read_account: ReadAccount,
        *,
        session_owner: Owner | None = None,
    ) -> FlowEnd:
        """Complete the attempt that the vendor redirected to us. A failure is returned, not raised.

        Reading the state deletes it, so of several copies of one callback exactly one continues.

        Args:
            provider: of the called URL.
            endpoint: its token endpoint.
            query: of the callback.
            cookies: of the callback.
            read_account: returns the tokens' account and the granted scopes.
            session_owner: the user signed in with this browser, if any.
        """
        try:
            begun = await self._flows.take(query.get("state", ""))
        except (ServiceError, RedisError) as exc:
            error = _as_service_error(exc)
            audit("connect", "refused", provider=provider.name, error_code=error.code)
            return FlowEnd(flow_id=None, display="page", connection=None, error=error)
        try:
            verify_callback(provider, begun, query, cookies, session_owner)
            connection = await self._complete(provider, endpoint, begun, query["code"], read_account)
        except (ServiceError, RedisError) as exc:
            error = _as_service_error(exc)
            audit("connect", "failed", error_code=error.code, **begun.identity)
            await self._announce(begun, "failed", error=msgspec.json.encode(_public(error)).decode())
            return _end(begun, error=error)
        await self._announce(begun, "connected", connection_id=connection.connection_id)
        # The last callback of an install names the return page again.
        later = check_return_url(provider, query.get("returnUrl")) if begun.is_install else None
        return _end(begun, connection=connection, return_to=later or begun.return_to)

    async def status(self, provider: str, owner: Owner, flow_id: str) -> FlowStatus:
        """Raises: NotFoundError for a flow that is unknown, expired, or of another owner."""
        fields = await self._flows.status(provider, owner, flow_id)
        error = msgspec.json.decode(fields["error"]) if "error" in fields else None
        return FlowStatus(status=fields["status"], connection_id=fields.get("connection_id"), error=error)

    async def _complete(
        self,
        provider: OAuthProvider,
        endpoint: TokenEndpoint,
        begun: BegunFlow,
        code: str,
        read_account: ReadAccount,
    ) -> Connection:
        # A full or read-only Redis fails here, while the code is still unused.
        await self._flows.announce(begun, "pending")
        try:
            verifier = SecretStr(begun.code_verifier) if begun.code_verifier else None
            grant = await endpoint.exchange(code, verifier)
            account, scopes = await read_account(grant)
        except GrantRejectedError:
            raise OAuthCodeRejectedError from None
        except PkceRejectedError:
            raise _pkce_rejected(provider) from None
        except ClientRejectedError:
            log.error("the vendor refuses our client id, secret or redirect URI", provider=provider.name)
            raise ProviderMisconfiguredError from None
        return await self._vault.store(begun.owner, provider.name, account, grant, scopes or tuple(begun.scopes))

    async def _announce(self, begun: BegunFlow, status: str, **more: str) -> None:
        """Store how it ended. If Redis fails, the opener finds the connection by itself or starts again."""
        try:
            await self._flows.announce(begun, status, **more)
        except RedisError as exc:
            log.warning("the end of a connect attempt was not announced", error=type(exc).__name__, **begun.identity)


def verify_callback(
    provider: OAuthProvider,
    begun: BegunFlow,
    query: Mapping[str, str],
    cookies: Mapping[str, str],
    session_owner: Owner | None,
) -> None:
    """Everything that can be checked before the code is used.

    Raises: OAuthProviderMismatchError, OAuthPkceRejectedError, OAuthDeniedError, OAuthCodeRejectedError; as
    `verify_browser`.
    """
    if begun.provider != provider.name or begun.redirect_uri != provider.redirect_uri:
        raise OAuthProviderMismatchError
    if provider.issuer and query.get("iss", provider.issuer) != provider.issuer:  # RFC 9207 section 2.4
        raise OAuthProviderMismatchError(
            "The answer came from another authorization server than the one this attempt was started at, so nothing "
            "was connected. Connect again from the application."
        )
    verify_browser(begun, cookies, session_owner)
    if "error" in query:
        raise _authorization_error(provider, begun, query)
    if not query.get("code"):
        raise OAuthCodeRejectedError


def _authorization_error(provider: OAuthProvider, begun: BegunFlow, query: Mapping[str, str]) -> ServiceError:
    """Translate the vendor's `error`. Source: RFC 6749 section 4.1.2.1; HubSpot does not document its values."""
    if _is_about_pkce(provider, begun, query):
        return _pkce_rejected(provider)
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


def _pkce_rejected(provider: OAuthProvider) -> OAuthPkceRejectedError:
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


def build_authorization_url(
    provider: OAuthProvider, state: str, code_verifier: str | None, optional_scopes: tuple[str, ...]
) -> str:
    """The vendor's consent page with our request (RFC 6749 section 4.1.1, RFC 7636 section 4.3)."""
    query = {
        "client_id": provider.client_id,
        "redirect_uri": provider.redirect_uri,
        "response_type": "code",
        "state": state,
        **provider.authorize_parameters,
    }
    if provider.scopes:
        query["scope"] = " ".join(provider.scopes)
    if optional_scopes:
        query["optional_scope"] = " ".join(optional_scopes)
    if code_verifier is not None:
        challenge = hashlib.sha256(code_verifier.encode()).digest()
        query["code_challenge"] = base64.urlsafe_b64encode(challenge).rstrip(b"=").decode()
        query["code_challenge_method"] = "S256"
    return f"{provider.authorize_url}?{urlencode(query, quote_via=quote)}"


def cookie_name(flow_id: str) -> str:
    """One cookie per flow, so that two tabs do not conflict."""
    return COOKIE_PREFIX + flow_id[:8]


def _end(
    begun: BegunFlow,
    *,
    connection: Connection | None = None,
    error: ServiceError | None = None,
    return_to: str | None = None,
) -> FlowEnd:
    return FlowEnd(
        flow_id=begun.flow_id,
        display=begun.display,
        connection=connection,
        error=error,
        return_to=return_to or (None if begun.is_install else begun.return_to),
    )


def _public(error: ServiceError) -> dict[str, Any]:
    return {"code": error.code, "detail": error.detail, "action": error.action}


def _as_service_error(exc: ServiceError | RedisError) -> ServiceError:
    return exc if isinstance(exc, ServiceError) else as_service_error(exc)
