"""Identify the caller: one `Principal` from exactly one credential; an invalid credential is refused, never ignored.

Local mode has no sign-in: the request names its user, by default `TestUser` of `TestOrg`. Otherwise (and in local with
HOST_JWT_*) a host token or a session cookie identifies the user, and ids in the request are only compared.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Literal, cast

from fastapi import Depends, Form, Query, Request

from errors import (
    AmbiguousCredentialsError,
    CsrfRejectedError,
    IdentityMismatchError,
    TokenInvalidError,
    UnauthenticatedError,
)
from oauth.connection import Owner
from routes.patterns import FORM_IDENTIFIER, IDENTIFIER
from routes.problems import SAFE_METHODS

LOCAL_USER = "TestUser"
LOCAL_ORG = "TestOrg"
MAX_ID_LENGTH = 200
# A browser sends this header to another site only after a CORS preflight, so a write with it comes from our page.
CSRF_HEADER = "X-Requested-With"
SESSION_COOKIE = "__Host-integrations_session"

USER_ID = "Local mode: on whose behalf, `TestUser` by default. Elsewhere only compared with the sign-in."
ORG_ID = "Local mode: of which organization, `TestOrg` by default. Elsewhere only compared with the sign-in."
UserId = Annotated[str | None, Query(max_length=MAX_ID_LENGTH, pattern=IDENTIFIER, description=USER_ID)]
OrgId = Annotated[str | None, Query(max_length=MAX_ID_LENGTH, pattern=IDENTIFIER, description=ORG_ID)]
FormUserId = Annotated[str | None, Form(max_length=MAX_ID_LENGTH, pattern=FORM_IDENTIFIER, description=USER_ID)]
FormOrgId = Annotated[str | None, Form(max_length=MAX_ID_LENGTH, pattern=FORM_IDENTIFIER, description=ORG_ID)]

Via = Literal["local", "host_jwt", "session"]


@dataclass(frozen=True, slots=True)
class Principal:
    """The signed-in user, and the kind of credential."""

    org_id: str
    user_id: str
    via: Via

    @property
    def owner(self) -> Owner:
        return Owner(self.org_id, self.user_id)


@dataclass(frozen=True, slots=True)
class HostToken:
    """The claims of a verified host token."""

    principal: Principal
    token_id: str
    """Identifies the token, because a token opens only one session."""
    expires_at: int
    """Expiry, in seconds since the epoch."""


@dataclass(frozen=True, slots=True)
class SignIn:
    """The accepted credentials. Without `verify_token` there is no sign-in: local mode.

    Args:
        verify_token: the text of a host token → its claims; raises TokenInvalidError or TokenExpiredError.
        find_session: a session cookie's value → its owner; raises TokenInvalidError or TokenExpiredError.
    """

    verify_token: Callable[[str], Awaitable[HostToken]] | None
    find_session: Callable[[str], Awaitable[Owner]]

    async def identify(self, request: Request, user_id: str | None, org_id: str | None) -> Principal:
        """The principal of this request. `user_id` and `org_id` are the ids in the request.

        Raises: UnauthenticatedError and its subclasses, AmbiguousCredentialsError, CsrfRejectedError,
        IdentityMismatchError.
        """
        if self.verify_token is None:
            if "authorization" in request.headers:
                raise TokenInvalidError("This service has no sign-in: leave out the Authorization header.")
            return Principal(org_id or LOCAL_ORG, user_id or LOCAL_USER, "local")
        principal = await self._signed_in(request, self.verify_token)
        if (user_id or principal.user_id) != principal.user_id or (org_id or principal.org_id) != principal.org_id:
            raise IdentityMismatchError
        return principal

    async def session_of(self, request: Request) -> Principal | None:
        """The owner of the browser's valid session, if any; for pages to which a vendor redirects the user."""
        session = request.cookies.get(SESSION_COOKIE)
        if self.verify_token is None or session is None:
            return None
        try:
            return _session_principal(await self.find_session(session))
        except UnauthenticatedError:
            return None

    async def by_token(self, request: Request) -> HostToken:
        """The host token of this request; a session cookie is ignored.

        Raises: UnauthenticatedError and its subclasses, AmbiguousCredentialsError for two tokens.
        """
        tokens = request.headers.getlist("authorization")
        if not tokens or self.verify_token is None:
            raise UnauthenticatedError
        if len(tokens) > 1:
            raise AmbiguousCredentialsError
        return await self.verify_token(parse_bearer(tokens[0]))

    async def _signed_in(self, request: Request, verify_token: Callable[[str], Awaitable[HostToken]]) -> Principal:
        tokens, session = request.headers.getlist("authorization"), request.cookies.get(SESSION_COOKIE)
        if len(tokens) + (session is not None) > 1:
            raise AmbiguousCredentialsError
        if session is not None:
            if request.method not in SAFE_METHODS and CSRF_HEADER not in request.headers:
                raise CsrfRejectedError
            return _session_principal(await self.find_session(session))
        if not tokens:
            raise UnauthenticatedError
        return (await verify_token(parse_bearer(tokens[0]))).principal


def _session_principal(owner: Owner) -> Principal:
    return Principal(owner.org_id, owner.user_id, "session")


def parse_bearer(header: str) -> str:
    """The token of an Authorization header (RFC 6750 section 2.1). Raises: TokenInvalidError."""
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise TokenInvalidError("The Authorization header must read `Bearer` and the host application's token.")
    return token.strip()


async def get_sign_in(request: Request) -> SignIn:
    return cast(SignIn, request.app.state.sign_in)


SignInDependency = Annotated[SignIn, Depends(get_sign_in)]


async def get_principal(
    request: Request, sign_in: SignInDependency, user_id: UserId = None, org_id: OrgId = None
) -> Principal:
    """Raises as `SignIn.identify`."""
    return await sign_in.identify(request, user_id, org_id)


async def get_form_principal(
    request: Request, sign_in: SignInDependency, user_id: FormUserId = None, org_id: FormOrgId = None
) -> Principal:
    """The same for ids in a form. Raises: as `SignIn.identify`."""
    return await sign_in.identify(request, user_id, org_id)


Caller = Annotated[Principal, Depends(get_principal)]
FormCaller = Annotated[Principal, Depends(get_form_principal)]
