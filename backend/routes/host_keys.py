"""The host application's public keys: a JWK set from the settings, or from its address and then cached.

A key decides its own algorithm (EdDSA, ES256, RS256): what a token's header asks for is compared, never obeyed.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import jwt
import msgspec
import structlog
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from core.http import ExchangeError, HttpClient, HttpRequest
from errors import UpstreamUnavailableError
from settings import ConfigurationError

ALGORITHMS = frozenset({"EdDSA", "ES256", "RS256"})
MIN_RSA_BITS = 2_048  # RFC 7518 section 3.3
FRESH_S = 300.0
# Keys that once were good stay so for this long while their address does not answer.
STALE_S = 3_600.0
# Unknown key ids must not become a way to storm the host application.
REFETCH_PAUSE_S = 30.0
FETCH_TIMEOUT_S = 5.0

Keys = Mapping[str | None, jwt.PyJWK]

log = structlog.get_logger(__name__)


class _JwkSet(msgspec.Struct):
    keys: list[dict[str, Any]]


def parse_keys(text: str | bytes) -> Keys:
    """A JWK set (RFC 7517) → key id to key; keys of other kinds and for other uses are left out.

    Raises: ValueError when it is none, or when nothing in it can verify a token.
    """
    try:
        entries = msgspec.json.decode(text, type=_JwkSet).keys
    except msgspec.MsgspecError:
        raise ValueError("not a JWK set") from None
    keys = {key.key_id: key for entry in entries if (key := _parse_key(entry))}
    if not keys:
        raise ValueError("no EdDSA, ES256 or RS256 key in it")
    return keys


def find_key_faults(text: str) -> list[str]:
    """What is wrong with the keys in the settings, in words for the operator."""
    try:
        parse_keys(text)
    except ValueError as exc:
        return [f"HOST_JWT_JWKS: {exc}"]
    return []


def _parse_key(entry: dict[str, Any]) -> jwt.PyJWK | None:
    if entry.get("use", "sig") != "sig" or entry.get("kty") == "oct":
        return None
    try:
        key = jwt.PyJWK(entry)
    except jwt.PyJWTError:
        return None
    if isinstance(key.key, RSAPublicKey) and key.key.key_size < MIN_RSA_BITS:
        return None
    return key if key.algorithm_name in ALGORITHMS else None


def pick_key(keys: Keys, key_id: str | None) -> jwt.PyJWK | None:
    """The named key; without a name the only one."""
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
    """Keys from an address, read again when they are old or do not hold the wanted one."""

    def __init__(self, fetch: Callable[[], Awaitable[bytes]], *, clock: Callable[[], float] = time.monotonic) -> None:
        self._fetch = fetch
        self._clock = clock
        self._keys: Keys = {}
        self._fetched_at = self._tried_at = float("-inf")
        self._turn = asyncio.Lock()

    async def find(self, key_id: str | None) -> jwt.PyJWK | None:
        """None when there is no such key. Raises: UpstreamUnavailableError when no keys can be had."""
        async with self._turn:
            now = self._clock()
            wanted = pick_key(self._keys, key_id)
            if (wanted is None or now - self._fetched_at > FRESH_S) and now - self._tried_at > REFETCH_PAUSE_S:
                await self._refetch(now)
            if now - self._fetched_at > STALE_S:
                raise UpstreamUnavailableError("The host application's keys cannot be read. Try again shortly.")
            return pick_key(self._keys, key_id)

    async def _refetch(self, now: float) -> None:
        self._tried_at = now
        try:
            self._keys = parse_keys(await self._fetch())
        except (ExchangeError, ValueError) as exc:
            log.warning("HOST_JWT_JWKS_URL gives no keys", reason=str(exc) or type(exc).__name__)
        else:
            self._fetched_at = now


async def fetch_keys(http: HttpClient, url: str) -> bytes:
    """Raises: ExchangeError; ValueError for an answer that is not 200."""
    response = await http.send(HttpRequest("GET", url), timeout_s=FETCH_TIMEOUT_S)
    if response.status != 200:
        raise ValueError(f"answered {response.status}")
    return response.body
