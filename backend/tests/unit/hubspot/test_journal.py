import httpx
import pytest

from core.public_http import PublicHttp
from errors import UpstreamMalformedError
from hubspot.journal import Journal
from tests.unit.hubspot.samples import API_URL, http_of


class TestToken:
    @pytest.mark.parametrize("token", ["", "a\r\nX-Other: b", "t\u00f6ken", "x" * 8_193])
    async def test_token_that_no_header_can_carry_is_a_malformed_answer(self, token: str) -> None:
        grant = httpx.Response(200, json={"access_token": token, "expires_in": 1_800})
        http = http_of(lambda request: grant if request.url.path.endswith("/token") else httpx.Response(204))
        journal = Journal(http, PublicHttp(), API_URL, "2026-09", client_id="app", client_secret="secret")

        with pytest.raises(UpstreamMalformedError):
            await journal.next_entry(None)
