"""Connect attempts in Redis: the sealed start, which one callback can take, and the status for the opener."""

import hashlib

import msgspec
from redis.asyncio import Redis

from core import store
from core.audit import audit
from core.claim import claim
from core.crypto import Context, Keyring
from core.live_set import LiveSet
from core.start_limit import StartLimit
from errors import CredentialIntegrityError, NotFoundError, OAuthStateInvalidError
from oauth.connection import Owner

STATE_LIFETIME_S = 600
STATUS_LIFETIME_S = 900
MAX_LIVE_FLOWS = 20
STARTS_A_MINUTE = 30


class BegunFlow(msgspec.Struct, frozen=True, kw_only=True):
    """The attempt behind a state. Never printed, because it contains the code verifier."""

    flow_id: str
    provider: str
    org_id: str
    user_id: str
    redirect_uri: str
    code_verifier: str | None
    bind_digest: str | None  # of the flow cookie's value
    scopes: list[str]
    return_to: str | None = None  # a path of this service, or the vendor's page on which an install began
    is_install: bool = False
    any_browser: bool = False  # begun by a program in local mode, which has no sign-in

    def __repr__(self) -> str:
        return f"BegunFlow({self.provider!r}, {self.flow_id!r})"

    @property
    def owner(self) -> Owner:
        return Owner(self.org_id, self.user_id)

    @property
    def identity(self) -> dict[str, str]:
        """Its log fields."""
        return {
            "org_id": self.org_id,
            "user_id": self.user_id,
            "provider": self.provider,
            "flow_id": self.flow_id,
        }


class FlowStore:
    """Stores the data that a callback needs; it can only be opened with the state."""

    def __init__(self, redis: Redis, keyring: Keyring) -> None:
        self._redis = redis
        self._keyring = keyring
        self._live = LiveSet(redis, lifetime_s=STATE_LIFETIME_S, most=MAX_LIVE_FLOWS)
        self._starts = StartLimit(redis, per_minute=STARTS_A_MINUTE)

    async def remember(self, state: str, begun: BegunFlow) -> None:
        """Keep the start for 10 minutes. If the owner has 20 flows, the oldest ends.

        Raises: RateLimitedError after 30 starts of one owner in a minute.
        """
        digest = hash_secret(state)
        await self._make_room(begun, digest)
        sealed = self._keyring.seal(msgspec.json.encode(begun), state_context(digest))
        await self.announce(begun, "pending")
        await self._redis.set(store.state_key(digest), sealed, nx=True, ex=STATE_LIFETIME_S)

    async def take(self, state: str) -> BegunFlow:
        """Read and delete a start: of several callers with the same state exactly one gets it.

        Raises: OAuthStateInvalidError for a state that is unknown, used or expired.
        """
        digest = hash_secret(state)
        sealed = await self._redis.get(store.state_key(digest)) if state else None
        if sealed is None or not await claim(self._redis, store.state_claim_key(digest), STATE_LIFETIME_S):
            raise OAuthStateInvalidError
        await self._redis.unlink(store.state_key(digest))
        begun = msgspec.json.decode(self._keyring.open(sealed, state_context(digest)), type=BegunFlow)
        await self._redis.zrem(store.flows_key(begun.owner.tag), _member(digest, begun))
        return begun

    async def announce(self, begun: BegunFlow, status: str, **more: str) -> None:
        """Store the status for the opener, for another 15 minutes."""
        fields = {"status": status, "provider": begun.provider, "owner": begun.owner.tag, **more}
        sealed = self._keyring.seal(msgspec.json.encode(fields), flow_context(begun.flow_id))
        await self._redis.set(store.flow_key(begun.flow_id), sealed, ex=STATUS_LIFETIME_S)

    async def status(self, provider: str, owner: Owner, flow_id: str) -> dict[str, str]:
        """The last announced status.

        Raises: NotFoundError if unknown, expired or of another owner; CredentialIntegrityError (with an audit line) for
        a manipulated value.
        """
        sealed = await self._redis.get(store.flow_key(flow_id))
        fields = self._open_status(flow_id, sealed) if sealed is not None else {}
        if not fields or fields["owner"] != owner.tag or fields["provider"] != provider:
            raise NotFoundError("This connect attempt is unknown or long over. Begin a new one.")
        return fields

    def _open_status(self, flow_id: str, sealed: str) -> dict[str, str]:
        try:
            data = self._keyring.open(sealed, flow_context(flow_id))
        except CredentialIntegrityError:
            audit("integrity_failure", "refused", flow_id=flow_id)
            raise
        return msgspec.json.decode(data, type=dict[str, str])

    async def _make_room(self, begun: BegunFlow, digest: str) -> None:
        await self._starts.count(store.starts_key(begun.owner.tag))
        for member in await self._live.add(store.flows_key(begun.owner.tag), _member(digest, begun)):
            ended_digest, _, flow_id = member.partition(":")
            await self._redis.unlink(store.state_key(ended_digest))
            await self._redis.unlink(store.flow_key(flow_id))


def flow_context(flow_id: str) -> Context:
    return Context("flow_status", connection_id=flow_id)


def state_context(digest: str) -> Context:
    return Context("oauth_state", connection_id=digest)


def hash_secret(text: str) -> str:
    """For random values of 256 bits: a plain hash is enough."""
    return hashlib.sha256(text.encode()).hexdigest()


def _member(digest: str, begun: BegunFlow) -> str:
    return f"{digest}:{begun.flow_id}"
