"""One connect attempt, from the click to the stored connection.

`start` → the user consents at the vendor → `finish`: read and delete the state → provider → session or browser →
consent → check that Redis takes writes → exchange the code → read the account → store the connection. All checks run
before the code is used. Meanwhile the opener polls `status`.
"""

import asyncio
import hashlib
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

import msgspec
import structlog
from pydantic import SecretStr
from redis.asyncio import Redis
from redis.exceptions import RedisError

from core import base64_text
from core.audit import audit
from core.crypto import Keyring
from core.store import as_service_error
from errors import (
    OAuthCodeRejectedError,
    ProviderMisconfiguredError,
    ProviderNotConfiguredError,
    ServiceError,
    ShuttingDownError,
)
from oauth.callback import Callback, cookie_name, pkce_rejected, verify_callback
from oauth.connection import Account, Connection, Owner
from oauth.flow_store import STATE_LIFETIME_S, BegunFlow, FlowStore, hash_secret
from oauth.install import Install, add_state, check_return_url
from oauth.provider import OAuthProvider
from oauth.token_endpoint import TokenEndpoint
from oauth.tokens import ClientRejectedError, GrantRejectedError, PkceRejectedError, TokenGrant
from oauth.vault import Vault

STATE_BYTES = 32  # 256 bits
VERIFIER_BYTES = 48  # 64 characters; RFC 7636 section 4.1 allows 43 to 128

ReadAccount = Callable[[TokenGrant], Awaitable[tuple[Account, tuple[str, ...]]]]

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """How an attempt to connect begins.

    Args:
        any_browser: no flow cookie or session is needed to finish it; in local mode only.
        return_to: a checked path of this service, if the attempt uses the tab instead of a popup.
        install: it began at the vendor's marketplace.
        more_scopes: requested as optional scopes, in addition to the provider's.
    """

    any_browser: bool = False
    return_to: str | None = None
    more_scopes: tuple[str, ...] = ()
    install: Install | None = None


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

    flow_id: str | None = None
    connection: Connection | None = None
    error: ServiceError | None = None
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

    async def start(self, provider: OAuthProvider, owner: Owner, start: Start) -> FlowStart:
        """Store the attempt for 10 minutes and return where to send the user.

        Raises: ProviderNotConfiguredError, RateLimitedError.
        """
        if not provider.is_configured:
            raise ProviderNotConfiguredError
        install = start.install
        # In an install the vendor builds the consent URL, without our PKCE challenge.
        returns_first = install.return_url if install and install.consent_follows_there else None
        state, bind = secrets.token_urlsafe(STATE_BYTES), secrets.token_urlsafe(STATE_BYTES)
        optional = tuple(dict.fromkeys((*provider.optional_scopes, *start.more_scopes)))
        begun = BegunFlow(
            flow_id=secrets.token_urlsafe(16),
            provider=provider.name,
            org_id=owner.org_id,
            user_id=owner.user_id,
            redirect_uri=provider.redirect_uri,
            code_verifier=secrets.token_urlsafe(VERIFIER_BYTES) if provider.pkce and not returns_first else None,
            bind_digest=hash_secret(bind),
            any_browser=start.any_browser,
            scopes=[*provider.scopes, *optional],
            return_to=install.return_url if install else start.return_to,
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
        callback: Callback,
        read_account: ReadAccount,
    ) -> FlowEnd:
        """Complete the attempt that the vendor redirected to us. A failure is returned, not raised.

        Reading the state deletes it, so of several copies of one callback exactly one continues.

        Args:
            provider: of the called URL.
            endpoint: its token endpoint.
            callback: the vendor's redirect.
            read_account: returns the tokens' account and the granted scopes.
        """
        try:
            begun = await self._flows.take(callback.query.get("state", ""))
        except (ServiceError, RedisError) as exc:
            error = as_service_error(exc)
            audit("connect", "refused", provider=provider.name, error_code=error.code)
            return FlowEnd(error=error)
        try:
            verify_callback(provider, begun, callback)
            connection = await self._complete(provider, endpoint, begun, callback.query["code"], read_account)
        except asyncio.CancelledError:  # the service stops
            await self._fail(begun, ShuttingDownError())
            raise
        except Exception as exc:  # the opener waits for the end, whatever it is
            error = as_service_error(exc)
            if not isinstance(exc, ServiceError | RedisError):
                log.error("a connect attempt failed unexpectedly", exc_info=exc, **begun.identity)
            await self._fail(begun, error)
            return FlowEnd(flow_id=begun.flow_id, error=error, return_to=None if begun.is_install else begun.return_to)
        await self._announce(begun, "connected", connection_id=connection.connection_id)
        # The last callback of an install names the return page again.
        later = check_return_url(provider, callback.query.get("returnUrl")) if begun.is_install else None
        return FlowEnd(flow_id=begun.flow_id, connection=connection, return_to=later or begun.return_to)

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
            raise pkce_rejected(provider) from None
        except ClientRejectedError:
            log.error("the vendor refuses our client id, secret or redirect URI", provider=provider.name)
            raise ProviderMisconfiguredError from None
        return await self._vault.store(begun.owner, provider.name, account, grant, scopes or tuple(begun.scopes))

    async def _fail(self, begun: BegunFlow, error: ServiceError) -> None:
        audit("connect", "failed", error_code=error.code, **begun.identity)
        public = {"code": error.code, "detail": error.detail, "action": error.action}
        await self._announce(begun, "failed", error=msgspec.json.encode(public).decode())

    async def _announce(self, begun: BegunFlow, status: str, **more: str) -> None:
        """Store how it ended. If Redis fails, the opener finds the connection by itself or starts again."""
        try:
            await self._flows.announce(begun, status, **more)
        except RedisError as exc:
            log.warning("the end of a connect attempt was not announced", error=type(exc).__name__, **begun.identity)


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
        query["code_challenge"] = base64_text.encode(hashlib.sha256(code_verifier.encode()).digest())
        query["code_challenge_method"] = "S256"
    return f"{provider.authorize_url}?{urlencode(query, quote_via=quote)}"
