"""The host application's public keys: a JWK set from the settings, or from a URL with a cache.

The key determines the algorithm (EdDSA, ES256, RS256); the token's header must match it.

Keys are fetched in the background. A token with a known key never waits for a fetch; a token with an unknown key waits
for a short time, and only a few of them at once.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import httpx
import jwt
import msgspec
import structlog
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from core.audit import audit
from core.http import HttpClient
from core.tasks import end_tasks, running, start_detached
from errors import ServiceError, UpstreamUnavailableError
from settings import ConfigurationError

ALGORITHMS = frozenset({"EdDSA", "ES256", "RS256"})
MIN_RSA_BITS = 2_048  # RFC 7518 section 3.3
# RFC 7518 section 6: parameters of private keys (RSA, EC, OKP) and of symmetric ones.
PRIVATE_PARAMETERS = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
FRESH_S = 300.0
# Fetched keys stay valid for this long if their URL does not answer.
STALE_S = 3_600.0
# The shortest time between two fetches, so that unknown key ids cannot flood the host application.
REFETCH_PAUSE_S = 30.0
# The same while there are no valid keys.
RETRY_PAUSE_S = 2.0
FETCH_TIMEOUT_S = 5.0
# How long a token with an unknown key id waits for a fetch, and how many such tokens wait at once.
UNKNOWN_KEY_WAIT_S = 2.0
MAX_WAITING = 16

Keys = Mapping[str | None, jwt.PyJWK]

log = structlog.get_logger(__name__)


class _JwkSet(msgspec.Struct):
    keys: list[dict[str, Any]]


def parse_keys(text: str | bytes) -> Keys:
    """A JWK set (RFC 7517) → key id to key; keys of other types and for other uses are left out.

    Raises: ValueError if it is not a JWK set or has no usable key.
    """
    return _usable_keys(_parse_entries(text))


def find_key_faults(text: str) -> list[str]:
    """Describe the faults of the keys in the settings for the operator, without repeating any key."""
    try:
        entries = _parse_entries(text)
        faults = [_PRIVATE_KEY.format(number=number) for number, entry in enumerate(entries, 1) if is_private(entry)]
        if not faults:
            _usable_keys(entries)
    except ValueError as exc:
        faults = [str(exc)]
    return [f"HOST_JWT_JWKS: {fault}" for fault in faults]


_PRIVATE_KEY = "key {number} is private or symmetric: anyone who reads it can sign in as any user. Use a public key"


def is_private(entry: Mapping[str, Any]) -> bool:
    """Whether this JWK contains a private or symmetric key."""
    return entry.get("kty") == "oct" or not PRIVATE_PARAMETERS.isdisjoint(entry)


def _parse_entries(text: str | bytes) -> list[dict[str, Any]]:
    try:
        return msgspec.json.decode(text, type=_JwkSet).keys
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        raise ValueError("not a JWK set") from None


def _usable_keys(entries: list[dict[str, Any]]) -> Keys:
    keys = {key.key_id: key for entry in entries if (key := _parse_key(entry))}
    if not keys:
        raise ValueError("no EdDSA, ES256 or RS256 key in it")
    return keys


def _parse_key(entry: dict[str, Any]) -> jwt.PyJWK | None:
    if entry.get("use", "sig") != "sig" or is_private(entry):
        return None
    if not isinstance(entry.get("kid"), str | None) or not isinstance(entry.get("alg"), str | None):
        return None
    try:
        key = jwt.PyJWK(entry)
    except (jwt.PyJWTError, NotImplementedError):  # the second: `"alg": "none"`
        return None
    if isinstance(key.key, RSAPublicKey) and key.key.key_size < MIN_RSA_BITS:
        return None
    return key if key.algorithm_name in ALGORITHMS else None


def pick_key(keys: Keys, key_id: str | None) -> jwt.PyJWK | None:
    """The named key, or the only key if there is no name."""
    if key_id is None and len(keys) == 1:
        return next(iter(keys.values()))
    return keys.get(key_id)


class FixedKeys:
    """Keys from the settings."""

    def __init__(self, text: str) -> None:
        if faults := find_key_faults(text):
            raise ConfigurationError(faults)
        self._keys = parse_keys(text)

    async def find(self, key_id: str | None) -> jwt.PyJWK | None:
        return pick_key(self._keys, key_id)


class FetchedKeys:
    """Keys from a URL, fetched every few minutes and when a token names an unknown key."""

    def __init__(
        self,
        fetch: Callable[[], Awaitable[bytes]],
        *,
        clock: Callable[[], float] = time.monotonic,
        wait_s: float = UNKNOWN_KEY_WAIT_S,
    ) -> None:
        self._fetch = fetch
        self._clock = clock
        self._wait_s = wait_s
        self._keys: Keys = {}
        self._fetched_at = self._tried_at = float("-inf")
        self._fetching: asyncio.Task[None] | None = None
        self._waiting = 0

    async def find(self, key_id: str | None) -> jwt.PyJWK | None:
        """None if the host application has no such key.

        Raises: UpstreamUnavailableError if the URL does not answer in time.
        """
        key = self._find_known(key_id)
        if key is None or self._age_s() > FRESH_S:
            self.refetch()
        if key is None and self._fetching is not None:
            await self._wait_for(self._fetching)
            key = self._find_known(key_id)
        if key is None and self._is_uncertain():
            raise UpstreamUnavailableError("The host application's keys cannot be read. Try again shortly.")
        return key

    def refetch(self) -> None:
        """Start a fetch, unless one is running or has just started."""
        pause_s = REFETCH_PAUSE_S if self._age_s() <= STALE_S else RETRY_PAUSE_S
        if self._fetching is None and self._clock() - self._tried_at > pause_s:
            self._tried_at = self._clock()
            self._fetching = start_detached(self._refetch(), name="host keys")

    @asynccontextmanager
    async def kept_fresh(self) -> AsyncIterator[None]:
        """Fetch at once and every few minutes until the body ends."""
        try:
            async with running(self._keep_refetching):
                yield
        finally:
            if self._fetching is not None:
                await end_tasks(self._fetching)

    async def _keep_refetching(self) -> None:
        while True:
            self.refetch()
            await asyncio.sleep(FRESH_S)

    def _find_known(self, key_id: str | None) -> jwt.PyJWK | None:
        return pick_key(self._keys, key_id) if self._age_s() <= STALE_S else None

    def _age_s(self) -> float:
        return self._clock() - self._fetched_at

    def _is_uncertain(self) -> bool:
        """Whether the host application may have keys that were not fetched yet."""
        return self._fetching is not None or self._tried_at > self._fetched_at or self._age_s() > STALE_S

    async def _wait_for(self, fetching: asyncio.Task[None]) -> None:
        if self._waiting >= MAX_WAITING:
            return
        self._waiting += 1
        try:
            await asyncio.wait([fetching], timeout=self._wait_s)
        finally:
            self._waiting -= 1

    async def _refetch(self) -> None:
        started_at = self._clock()
        try:
            keys = parse_keys(await self._fetch())
        except (ServiceError, ValueError) as exc:
            log.warning(
                "HOST_JWT_JWKS_URL gives no keys", reason=exc.code if isinstance(exc, ServiceError) else str(exc)
            )
        else:
            _audit_change(self._keys, keys)
            self._keys, self._fetched_at = keys, started_at
        finally:
            self._fetching = None


def _audit_change(before: Keys, now: Keys) -> None:
    """Write an audit line when the set of keys changes, except for the first keys of the process."""
    changes = {
        "added": now.keys() - before.keys(),
        "removed": before.keys() - now.keys(),
        "replaced": {name for name in now.keys() & before.keys() if now[name].key != before[name].key},
    }
    if before and any(changes.values()):
        names = {change: " ".join(sorted(map(str, found))) for change, found in changes.items()}
        audit("host_key_rotation", "succeeded", **names)


async def fetch_keys(http: HttpClient, url: str) -> bytes:
    """Raises: as `HttpClient.send`; ValueError for a status other than 200."""
    response = await http.send(httpx.Request("GET", url), timeout_s=FETCH_TIMEOUT_S)
    if response.status_code != 200:
        raise ValueError(f"answered {response.status_code}")
    return response.content
