"""The host application's token: who signed it, for whom, until when, about which user of which organisation.

PyJWT verifies; we pin what it may accept. Chosen over joserfc and authlib because it does this one thing and needs
cryptography alone, which we carry anyway.
"""

import re
import time
from collections.abc import Callable
from typing import Any, Protocol

import jwt

from errors import TokenExpiredError, TokenInvalidError
from routes.principal import ID_PATTERN, MAX_ID_LENGTH, Principal

# A token is made for a page view or a call: one that lives longer has leaked for longer.
MAX_LIFETIME_S = 600
# Clocks of two hosts differ.
LEEWAY_S = 10
REQUIRED_CLAIMS = ["iss", "aud", "exp", "sub", "org_id"]


class KeySource(Protocol):
    """Where keys come from: the settings, an address."""

    async def find(self, key_id: str | None) -> jwt.PyJWK | None: ...


class SharedSecret:
    """HS256: one key without a name."""

    def __init__(self, secret: str) -> None:
        self._key = jwt.PyJWK({"kty": "oct", "k": jwt.utils.base64url_encode(secret.encode()).decode()}, "HS256")

    async def find(self, _key_id: str | None) -> jwt.PyJWK | None:
        return self._key


class HostTokens:
    """Turns a token into a principal, or refuses it."""

    def __init__(self, keys: KeySource, *, issuer: str, audience: str, now: Callable[[], float] = time.time) -> None:
        self._keys = keys
        self._issuer = issuer
        self._audience = audience
        self._now = now

    async def verify(self, token: str) -> Principal:
        """Raises: TokenInvalidError, TokenExpiredError; UpstreamUnavailableError when the keys cannot be had."""
        key = await self._keys.find(_key_id(token))
        if key is None:
            raise TokenInvalidError
        return self._principal(self._claims(token, key))

    def _claims(self, token: str, key: jwt.PyJWK) -> dict[str, Any]:
        try:
            return jwt.decode(
                token,
                key,
                algorithms=[key.algorithm_name],
                issuer=self._issuer,
                audience=self._audience,
                leeway=LEEWAY_S,
                options={"require": REQUIRED_CLAIMS},
            )
        except jwt.ExpiredSignatureError:
            raise TokenExpiredError from None
        except (jwt.PyJWTError, ArithmeticError):  # the second: times no clock will ever show
            raise TokenInvalidError from None

    def _principal(self, claims: dict[str, Any]) -> Principal:
        if int(claims["exp"]) > self._now() + MAX_LIFETIME_S + LEEWAY_S:
            raise TokenInvalidError(f"The host application's token must expire within {MAX_LIFETIME_S} seconds.")
        return Principal(_identifier(claims["org_id"]), _identifier(claims["sub"]), "host_jwt")


def _key_id(token: str) -> str | None:
    try:
        header = jwt.get_unverified_header(token)
    except jwt.PyJWTError:
        raise TokenInvalidError from None
    key_id = header.get("kid")
    return key_id if isinstance(key_id, str) else None


def _identifier(claim: object) -> str:
    """An id that may be a key and a log field."""
    if not isinstance(claim, str) or len(claim) > MAX_ID_LENGTH or not re.fullmatch(ID_PATTERN, claim):
        raise TokenInvalidError
    if any("\ud800" <= character <= "\udfff" for character in claim):  # JSON can write half a character, UTF-8 cannot
        raise TokenInvalidError
    return claim
