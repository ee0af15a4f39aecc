"""Browser sessions in Redis: found by the hash of a cookie, sealed, and ended by sign-out, inactivity or age.

Write access to Redis is not enough to create a session, because the value is sealed for its key. A host token opens
only one session.
"""

import hashlib
import secrets
import time
from collections.abc import Callable
from typing import Any, cast

import msgspec
import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from core import store
from core.audit import audit
from core.claim import claim
from core.crypto import Context, Keyring
from core.live_set import LiveSet
from core.start_limit import StartLimit
from errors import CredentialIntegrityError, KeyUnknownError, TokenExpiredError, TokenInvalidError
from oauth.connection import Owner

SESSION_BYTES = 32  # 256 bits
# A working day; after that the host application signs its user in again.
LIFETIME_S = 8 * 3_600
IDLE_LIFETIME_S = 3_600
# An active session is written at most this often.
TOUCH_EVERY_S = 60
MAX_SESSIONS = 10
SIGN_INS_A_MINUTE = 30

log = structlog.get_logger(__name__)


class _Session(msgspec.Struct, frozen=True):
    """The sealed value."""

    org_id: str
    user_id: str
    ends_at: float  # seconds since the epoch; use does not extend it


class Sessions:
    """All sessions of the service; one per process."""

    def __init__(self, redis: Redis, keyring: Keyring, *, now: Callable[[], float] = time.time) -> None:
        self._redis = redis
        self._keyring = keyring
        self._now = now
        self._live = LiveSet(redis, lifetime_s=LIFETIME_S, most=MAX_SESSIONS)
        self._sign_ins = StartLimit(redis, per_minute=SIGN_INS_A_MINUTE)

    async def sign_in(self, owner: Owner, token_id: str, *, expires_at: float) -> str:
        """Exchange a host token, which opens one session, for a new cookie value.

        Raises:
            RateLimitedError: more than 30 sign-ins of one owner in a minute; the token can be used later.
            TokenInvalidError: the token has already opened a session.
        """
        await self._sign_ins.count(store.sign_ins_key(owner.tag))
        await self._use_token(owner, token_id, expires_at)
        return await self.open(owner)

    async def open(self, owner: Owner) -> str:
        """Open a session and return its cookie value. If the owner has 10 sessions, the oldest ends."""
        value = secrets.token_urlsafe(SESSION_BYTES)
        digest = _digest(value)
        session = _Session(owner.org_id, owner.user_id, self._now() + LIFETIME_S)
        sealed = self._keyring.seal(msgspec.json.encode(session), session_context(digest))
        # Stored before it is listed: if it is ended in between, it is listed afterwards and can be ended again.
        await self._redis.set(store.session_key(digest), sealed, ex=IDLE_LIFETIME_S)
        await self._delete(await self._live.add(store.sessions_key(owner.tag), digest))
        return value

    async def find(self, value: str) -> Owner:
        """The owner of the session. Each use extends its idle timeout.

        Raises: TokenExpiredError for a session that has ended or never existed; TokenInvalidError, with an audit line,
        for a manipulated value.
        """
        digest = _digest(value)
        async with self._redis.pipeline(transaction=False) as pipe:
            pipe.get(store.session_key(digest))
            pipe.pttl(store.session_key(digest))
            sealed, left_ms = await pipe.execute()
        if sealed is None:
            raise TokenExpiredError
        session = self._open_sealed(digest, sealed)
        left_s = session.ends_at - self._now()
        if left_s <= 0:
            raise TokenExpiredError
        if left_ms < (min(IDLE_LIFETIME_S, left_s) - TOUCH_EVERY_S) * 1000:
            await self._touch(digest, left_s)
        return Owner(session.org_id, session.user_id)

    async def end(self, owner: Owner, value: str) -> None:
        """Sign out in one browser."""
        digest = _digest(value)
        await self._redis.unlink(store.session_key(digest))
        await self._redis.zrem(store.sessions_key(owner.tag), digest)

    async def end_all(self, owner: Owner) -> None:
        """Sign out in every browser."""
        members_key = store.sessions_key(owner.tag)
        digests = await cast(Any, self._redis.zrange(members_key, 0, -1))
        await self._delete(digests)
        if digests:  # not the key: a session that opens meanwhile must stay listed, to be ended next time
            await self._redis.zrem(members_key, *digests)

    async def _use_token(self, owner: Owner, token_id: str, expires_at: float) -> None:
        digest = hashlib.sha256(Context("host_token", "", owner.org_id, owner.user_id, token_id).encode()).hexdigest()
        lifetime_s = max(1, int(expires_at - self._now()) + 1)
        if not await claim(self._redis, store.host_token_key(digest), lifetime_s):
            raise TokenInvalidError(
                "This sign-in has already been used to open a session. Open the page from the host application again."
            )

    def _open_sealed(self, digest: str, sealed: str) -> _Session:
        try:
            data = self._keyring.open(sealed, session_context(digest))
        except (CredentialIntegrityError, KeyUnknownError):
            audit("integrity_failure", "refused", record="session")
            raise TokenInvalidError(
                "This session cannot be trusted and was refused. Open the page from the host application again."
            ) from None
        return msgspec.json.decode(data, type=_Session)

    async def _touch(self, digest: str, left_s: float) -> None:
        """Extend the idle timeout; if Redis takes no writes, it stays unchanged."""
        try:
            await self._redis.expire(store.session_key(digest), max(1, int(min(IDLE_LIFETIME_S, left_s))))
        except RedisError as exc:
            log.warning("a session's idle end was not moved", error=type(exc).__name__)

    async def _delete(self, digests: list[str]) -> None:
        for digest in digests:  # one command each: on a cluster they are on different nodes
            await self._redis.unlink(store.session_key(digest))


def session_context(digest: str) -> Context:
    return Context("session", connection_id=digest)


def _digest(value: str) -> str:
    """A plain hash is enough for 256 random bits."""
    return hashlib.sha256(value.encode()).hexdigest()
