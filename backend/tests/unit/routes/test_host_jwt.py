import time
from typing import Any

import jwt
import pytest

from errors import TokenInvalidError
from routes.host_jwt import HostTokens, SharedSecret

SECRET = "sLm0q1V6yqk3m9tXb2nZ8wPc5dRf7hJa"


def token(**header: Any) -> str:
    claims = {"iss": "host", "aud": "us", "sub": "ann", "org_id": "acme", "exp": int(time.time()) + 300}
    return jwt.encode(claims, SECRET, "HS256", headers=header)


class TestType:
    @pytest.mark.parametrize("typ", ["JWT", "jwt", "at+jwt", "application/at+jwt", None])
    async def test_of_a_token_to_sign_in_with_is_accepted(self, typ: str | None) -> None:
        principal = await HostTokens(SharedSecret(SECRET), issuer="host", audience="us").verify(token(typ=typ))

        assert principal.user_id == "ann"

    @pytest.mark.parametrize("typ", ["logout+jwt", "dpop+jwt", "secevent+jwt", "application/logout+jwt", 7])
    async def test_of_a_token_for_another_purpose_is_refused(self, typ: Any) -> None:
        with pytest.raises(TokenInvalidError, match="`typ`"):
            await HostTokens(SharedSecret(SECRET), issuer="host", audience="us").verify(token(typ=typ))
