"""Browser sessions: a page opened by the host application trades its token for a cookie, and gives it back at the end.

The cookie is 256 random bits; Redis knows only its hash, and whose it is. No other address reads a token from a page.
"""

import hashlib
import secrets
from typing import Annotated

import msgspec
from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from redis.asyncio import Redis
from starlette.responses import JSONResponse, Response

from core.store import session_key
from errors import TokenExpiredError
from routes.given import GivenServices
from routes.principal import SESSION_COOKIE, Caller, GivenSignIn, Principal
from routes.responses import errors

SESSION_BYTES = 32
# A working day; the host application signs its user in again after that.
SESSION_LIFETIME_S = 8 * 3_600

router = APIRouter(prefix="/session", tags=["session"])


class Session(BaseModel):
    """Who is signed in, and for how long."""

    user_id: str
    org_id: str
    expires_in: Annotated[int, Field(description="Seconds.")]


class Sessions:
    """Sessions in Redis."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def open(self, principal: Principal) -> str:
        """The new cookie's value."""
        value = secrets.token_urlsafe(SESSION_BYTES)
        owner = msgspec.json.encode([principal.org_id, principal.user_id])
        await self._redis.set(_key(value), owner, ex=SESSION_LIFETIME_S)
        return value

    async def find(self, value: str) -> Principal:
        """Raises: TokenExpiredError for a session that is over, or never was."""
        stored = await self._redis.get(_key(value))
        if stored is None:
            raise TokenExpiredError
        org_id, user_id = msgspec.json.decode(stored, type=tuple[str, str])
        return Principal(org_id, user_id, "session")

    async def end(self, value: str) -> None:
        await self._redis.unlink(_key(value))


@router.post("", response_model=Session, responses=errors())
async def open_session(request: Request, services: GivenServices, sign_in: GivenSignIn) -> Response:
    """Trade the host application's token for a session cookie; the page does so when it is opened as `/#token=…`.

    A session the browser already has ends: the token says who is there now.
    """
    caller = await sign_in.by_token(request)
    sessions = Sessions(services.redis)
    if previous := request.cookies.get(SESSION_COOKIE):
        await sessions.end(previous)
    value = await sessions.open(caller)
    session = Session(user_id=caller.user_id, org_id=caller.org_id, expires_in=SESSION_LIFETIME_S)
    response = JSONResponse(session.model_dump())
    # Lax, not Strict: the vendor sends the user back from its own site, and that must find whose browser it is.
    response.set_cookie(SESSION_COOKIE, value, max_age=SESSION_LIFETIME_S, secure=True, httponly=True, samesite="lax")
    return response


@router.delete("", status_code=204, responses=errors())
async def end_session(request: Request, services: GivenServices, caller: Caller) -> Response:
    """Sign out: the session is deleted, its cookie too."""
    if caller.via == "session":
        await Sessions(services.redis).end(request.cookies[SESSION_COOKIE])
    response = Response(status_code=204)
    response.delete_cookie(SESSION_COOKIE, secure=True, httponly=True, samesite="lax")
    return response


def _key(value: str) -> str:
    return session_key(hashlib.sha256(value.encode()).hexdigest())
