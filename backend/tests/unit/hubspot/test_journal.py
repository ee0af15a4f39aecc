import httpx
import pytest

from core.public_http import PublicHttp
from errors import UpstreamError, UpstreamMalformedError, UpstreamUnavailableError
from hubspot.journal import Entry, Journal
from tests.unit.hubspot.samples import API_URL, http_of


class TestToken:
    @pytest.mark.parametrize("token", ["", "a\r\nX-Other: b", "t\u00f6ken", "x" * 8_193])
    async def test_token_that_no_header_can_carry_is_a_malformed_answer(self, token: str) -> None:
        grant = httpx.Response(200, json={"access_token": token, "expires_in": 1_800})
        http = http_of(lambda request: grant if request.url.path.endswith("/token") else httpx.Response(204))
        journal = Journal(http, PublicHttp(), API_URL, "2026-09", client_id="app", client_secret="secret")

        with pytest.raises(UpstreamMalformedError):
            await journal.next_entry(None)


class Files(PublicHttp):
    """The host of the files answers with this status."""

    def __init__(self, status: int) -> None:
        super().__init__()
        self._status = status

    async def get(self, url: str, *, most_bytes: int) -> tuple[int, bytes]:
        del url, most_bytes
        return self._status, b""


class TestFile:
    @pytest.mark.parametrize(
        ("status", "error"),
        [(403, UpstreamUnavailableError), (500, UpstreamUnavailableError), (404, UpstreamMalformedError)],
    )
    async def test_file_that_no_longer_exists_is_no_outage(self, status: int, error: type[UpstreamError]) -> None:
        http = http_of(lambda _: httpx.Response(204))
        journal = Journal(http, Files(status), API_URL, "2026-09", client_id="app", client_secret="secret")

        with pytest.raises(UpstreamError) as caught:
            await journal.read_file(Entry(current_offset="a", url="https://files.example/a"))

        assert type(caught.value) is error
