import time
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from errors import TokenInvalidError
from routes.auth.host_jwt import HostTokens, SharedSecret

# Source: FIPS 186-4 appendix D.1.2.3, the order n of P-256.
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
SECRET = "sLm0q1V6yqk3m9tXb2nZ8wPc5dRf7hJa"


def claims() -> dict[str, Any]:
    return {"iss": "host", "aud": "us", "sub": "ann", "org_id": "acme", "exp": int(time.time()) + 300}


def token(**header: Any) -> str:
    return jwt.encode(claims(), SECRET, "HS256", headers=header)


class TestType:
    @pytest.mark.parametrize("typ", ["JWT", "jwt", "at+jwt", "application/at+jwt", None])
    async def test_of_a_token_to_sign_in_with_is_accepted(self, typ: str | None) -> None:
        verified = await HostTokens(SharedSecret(SECRET), issuer="host", audience="us").verify(token(typ=typ))

        assert verified.principal.user_id == "ann"

    @pytest.mark.parametrize("typ", ["logout+jwt", "dpop+jwt", "secevent+jwt", "application/logout+jwt", 7])
    async def test_of_a_token_for_another_purpose_is_refused(self, typ: Any) -> None:
        with pytest.raises(TokenInvalidError, match="`typ`"):
            await HostTokens(SharedSecret(SECRET), issuer="host", audience="us").verify(token(typ=typ))


class TestIdentity:
    async def test_another_signature_of_the_same_text_is_the_same_token(self) -> None:
        """Of an ECDSA signature (r, s) everybody can make a second one, (r, n - s)."""
        key = ec.generate_private_key(ec.SECP256R1())
        published = jwt.algorithms.ECAlgorithm.to_jwk(key.public_key(), as_dict=True) | {"alg": "ES256"}
        tokens = HostTokens(OneKey(jwt.PyJWK(published)), issuer="host", audience="us")
        text = jwt.encode(claims(), key, "ES256")

        first, second = await tokens.verify(text), await tokens.verify(signed_again(text))

        assert signed_again(text) != text
        assert first.token_id == second.token_id


class OneKey:
    def __init__(self, key: jwt.PyJWK) -> None:
        self._key = key

    async def find(self, _key_id: str | None) -> jwt.PyJWK:
        return self._key


def signed_again(text: str) -> str:
    signed, _, encoded = text.rpartition(".")
    signature = jwt.utils.base64url_decode(encoded)
    r, s = signature[:32], int.from_bytes(signature[32:], "big")
    return f"{signed}.{jwt.utils.base64url_encode(r + (P256_ORDER - s).to_bytes(32, 'big')).decode()}"
