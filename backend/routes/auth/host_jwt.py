"""Verify the host application's token: signature, audience, expiry, user and organization.

PyJWT verifies; we pin what it accepts. Chosen over joserfc and authlib because it does only this and depends only on
cryptography, which we use anyway.
"""

import hashlib
import re
import time
from collections.abc import Mapping
from typing import Any, Protocol

import jwt
from jwt.exceptions import InvalidJTIError, InvalidSubjectError

from errors import TokenExpiredError, TokenInvalidError
from routes.auth.principal import MAX_ID_LENGTH, HostToken, Principal
from routes.patterns import IDENTIFIER

# A token is made for a page view or a call; a longer lifetime makes a leak worse.
MAX_LIFETIME_S = 600
# The clocks of two hosts differ.
LEEWAY_S = 10
# Other types have other purposes: a logout token (`logout+jwt`) names the same user and must not sign in.
# Source: RFC 7519 section 5.1, RFC 9068 section 2.1; "application/" may be left out (RFC 7515 section 4.1.9).
TOKEN_TYPES = frozenset({"jwt", "at+jwt"})
REQUIRED_CLAIMS = ["iss", "aud", "exp", "sub", "org_id"]
# PyJWT checks claims after the signature, so only the owner of the key learns what is wrong with them.
CLAIM_ERRORS: Mapping[type[jwt.PyJWTError], str] = {
    jwt.InvalidIssuerError: "iss",
    jwt.InvalidAudienceError: "aud",
    InvalidSubjectError: "sub",
    InvalidJTIError: "jti",
}


class KeySource(Protocol):
    """A source of keys: the settings or a URL."""

    async def find(self, key_id: str | None) -> jwt.PyJWK | None: ...


class SharedSecret:
    """HS256: one key without a name."""

    def __init__(self, secret: str) -> None:
        self._key = jwt.PyJWK({"kty": "oct", "k": jwt.utils.base64url_encode(secret.encode()).decode()}, "HS256")

    async def find(self, _key_id: str | None) -> jwt.PyJWK | None:
        return self._key


class HostTokens:
    """Verifies tokens and returns their claims."""

    def __init__(self, keys: KeySource, *, issuer: str, audience: str) -> None:
        self._keys = keys
        self._issuer = issuer
        self._audience = audience

    async def verify(self, token: str) -> HostToken:
        """Raises: TokenInvalidError, TokenExpiredError; UpstreamUnavailableError if the keys cannot be fetched."""
        key = await self._keys.find(_key_id(token))
        if key is None:
            raise TokenInvalidError(
                "The host application's JWK set has no key with this token's `kid`. Correct the token or the JWK set."
            )
        claims = self._claims(token, key)
        return HostToken(self._principal(claims), _token_id(token, claims), int(claims["exp"]) + LEEWAY_S)

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
        except jwt.MissingRequiredClaimError as exc:
            raise _wrong(exc.claim) from None
        except tuple(CLAIM_ERRORS) as exc:
            raise _wrong(CLAIM_ERRORS[type(exc)]) from None
        except jwt.ImmatureSignatureError:
            raise TokenInvalidError(
                "The `iat` or `nbf` of the host application's token is in the future. Synchronize both clocks."
            ) from None
        except (jwt.InvalidSignatureError, jwt.InvalidAlgorithmError):
            raise TokenInvalidError(
                "The signature of the host application's token does not match this service's key. Compare the keys."
            ) from None
        except (jwt.PyJWTError, ArithmeticError):  # the second: times out of range
            raise TokenInvalidError from None

    def _principal(self, claims: dict[str, Any]) -> Principal:
        if int(claims["exp"]) > time.time() + MAX_LIFETIME_S + LEEWAY_S:
            raise TokenInvalidError(f"The host application's token must expire within {MAX_LIFETIME_S} seconds of now.")
        return Principal(_identifier(claims, "org_id"), _identifier(claims, "sub"), "host_jwt")


def _token_id(token: str, claims: Mapping[str, Any]) -> str:
    """A token's identity: its `jti`, else the signed part (the signature has several encodings)."""
    name = claims.get("jti") or token.rpartition(".")[0]
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()


def _key_id(token: str) -> str | None:
    try:
        header = jwt.get_unverified_header(token)
    except jwt.PyJWTError:
        raise TokenInvalidError from None
    if not _is_accepted_type(header.get("typ", "JWT")):
        raise TokenInvalidError(
            "This token is not for signing in: its `typ` must be `JWT` or `at+jwt`. Correct it in the host application."
        )
    key_id = header.get("kid")
    return key_id if isinstance(key_id, str) else None


def _is_accepted_type(typ: object) -> bool:
    """Media types are case-insensitive."""
    return isinstance(typ, str) and typ.lower().removeprefix("application/") in TOKEN_TYPES


def _identifier(claims: Mapping[str, Any], name: str) -> str:
    """An id that is safe as part of a key and as a log field."""
    claim = claims[name]
    if not isinstance(claim, str) or len(claim) > MAX_ID_LENGTH or not re.fullmatch(IDENTIFIER, claim):
        raise _wrong(name)
    if any("\ud800" <= character <= "\udfff" for character in claim):  # half a surrogate pair: no UTF-8
        raise _wrong(name)
    return claim


def _wrong(claim: str) -> TokenInvalidError:
    return TokenInvalidError(
        f"The claim `{claim}` of the host application's token is missing or invalid. Correct it in that application."
    )
