"""Browser sessions: a page opened by the host application exchanges its token for a cookie, and signs out at the end.

A token replaces another user's session only if the request says so.
"""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import JSONResponse, Response

from core.audit import audit
from errors import RateLimitedError, SessionConflictError
from oauth.connection import Owner
from oauth.sessions import LIFETIME_S
from routes.auth.principal import SESSION_COOKIE, Caller, SignInDependency, Via
from routes.dependencies import ServicesDependency
from routes.parameters import Flag, refuse_unclear_query
from routes.responses import errors

# The stored data of this origin: loaded records, the theme. "cookies" would clear those of the whole domain, including
# the host application's; our cookie is deleted by name.
CLEARED = '"storage"'

router = APIRouter(prefix="/session", tags=["session"])

Replace = Annotated[
    Flag, Query(description="End another user's session in this browser, and sign in as the token's user instead.")
]
Everywhere = Annotated[Flag, Query(alias="all", description="End all sessions of the signed-in user, in any browser.")]


class Session(BaseModel):
    """The signed-in user and the end of the session."""

    user_id: str
    org_id: str
    expires_in: Annotated[int, Field(description="Remaining seconds; without requests it ends after an hour.")]


class SignedIn(BaseModel):
    """The user of these requests."""

    user_id: str
    org_id: str
    via: Annotated[Via, Field(description="The credential: a session cookie, a host token, or none in local mode.")]
    host_origins: Annotated[
        list[str], Field(description="HOST_ORIGINS: pages from which a token signs in without confirmation.")
    ]


@router.get("", response_model=SignedIn, responses=errors(), dependencies=[Depends(refuse_unclear_query)])
async def get_session(caller: Caller, services: ServicesDependency) -> SignedIn:
    """Get the signed-in user, or the user of a host token. This does not use the token."""
    origins = services.settings.host_origins.split()
    return SignedIn(user_id=caller.user_id, org_id=caller.org_id, via=caller.via, host_origins=origins)


@router.post("", response_model=Session, responses=errors(SessionConflictError, RateLimitedError))
async def open_session(
    request: Request, services: ServicesDependency, sign_in: SignInDependency, *, replace: Replace = False
) -> Response:
    """Exchange the host application's token for a session cookie; the page does this when it is opened as `/#token=…`.

    A token opens one session. If the browser has a session of another user, the answer is 409 `session_conflict` and
    nothing changes; repeat the request with `replace=true` after the user has confirmed it.
    """
    token = await sign_in.by_token(request)
    current, requested = await sign_in.session_of(request), token.principal
    if current and current.owner != requested.owner and not replace:
        raise SessionConflictError(current=_identity(current.owner), requested=_identity(requested.owner))
    value = await services.sessions.sign_in(requested.owner, token.token_id, expires_at=token.expires_at)
    if current:
        await services.sessions.end(current.owner, request.cookies[SESSION_COOKIE])
    audit("sign_in", "succeeded", **_identity(requested.owner))
    session = Session(user_id=requested.user_id, org_id=requested.org_id, expires_in=LIFETIME_S)
    response = JSONResponse(session.model_dump())
    # Lax, not Strict: after the vendor's redirect from another site, the callback needs the session.
    response.set_cookie(SESSION_COOKIE, value, max_age=LIFETIME_S, secure=True, httponly=True, samesite="lax")
    return response


@router.delete("", status_code=204, responses=errors(), dependencies=[Depends(refuse_unclear_query)])
async def end_session(
    request: Request, services: ServicesDependency, caller: Caller, *, everywhere: Everywhere = False
) -> Response:
    """Sign out: end the session, delete its cookie and the page's data in the browser."""
    if everywhere:
        await services.sessions.end_all(caller.owner)
    elif caller.via == "session":
        await services.sessions.end(caller.owner, request.cookies[SESSION_COOKIE])
    # Below a path the origin is shared, so the page deletes its stored data itself.
    is_own_origin = not services.settings.public_path
    response = Response(status_code=204, headers={"Clear-Site-Data": CLEARED} if is_own_origin else None)
    response.delete_cookie(SESSION_COOKIE, secure=True, httponly=True, samesite="lax")
    return response


def _identity(owner: Owner) -> dict[str, str]:
    return {"user_id": owner.user_id, "org_id": owner.org_id}
