import pytest
from hypothesis import given
from hypothesis import strategies as st

from errors import WebhookSignatureInvalidError
from hubspot.webhook_signature import (
    SIGNATURE_HEADER,
    TIMESTAMP_HEADER,
    sign,
    signed_uri,
    verify_signature,
)
from tests.unit.hubspot.samples import sample

# A captured request. Source: HubSpot community.
SECRET = "cfc68c0b-4b4e-4ef8-b764-95350e4ea479"
URI = b"https://webhook.site/335453f5-94b3-49d9-b684-a55354d4b8df"
TIMESTAMP = b"1752613922216"
SIGNATURE = b"gbj1XPRvUt0noT7i7fXfTzOD4sLzQmf0VT28ZYq0EYg="
BODY = sample("webhooks/creation.json")
NOW_MS = int(TIMESTAMP)


def headers(*, signature: bytes = SIGNATURE, timestamp: bytes = TIMESTAMP) -> list[tuple[bytes, bytes]]:
    return [(b"content-type", b"application/json"), (SIGNATURE_HEADER, signature), (TIMESTAMP_HEADER, timestamp)]


def verify(
    sent: list[tuple[bytes, bytes]],
    *,
    now_ms: int = NOW_MS,
    secrets: tuple[str, ...] = (SECRET,),
    uri: bytes = URI,
    body: bytes = BODY,
) -> None:
    verify_signature(sent, secrets=secrets, method="POST", uri=uri, body=body, now_ms=now_ms)


class TestSignature:
    def test_captured_request_is_accepted(self) -> None:
        verify(headers())

    def test_previous_secret_is_accepted_while_it_changes(self) -> None:
        verify(headers(), secrets=("new", SECRET))

    @pytest.mark.parametrize("secrets", [(), ("",), ("another",)])
    def test_other_secrets_are_refused(self, secrets: tuple[str, ...]) -> None:
        with pytest.raises(WebhookSignatureInvalidError):
            verify(headers(), secrets=secrets)

    def test_signature_under_an_empty_secret_is_refused(self) -> None:
        signature = sign("", method="POST", uri=URI, body=BODY, timestamp=TIMESTAMP)

        with pytest.raises(WebhookSignatureInvalidError):
            verify(headers(signature=signature), secrets=("", SECRET))

    @pytest.mark.parametrize("late_s", [-60, -59, 0, 299, 300])
    def test_timestamp_within_the_window_is_accepted(self, late_s: int) -> None:
        verify(headers(), now_ms=NOW_MS + late_s * 1000)

    @pytest.mark.parametrize("late_s", [-3600, -61, 301, 86_400])
    def test_timestamp_outside_the_window_is_refused(self, late_s: int) -> None:
        with pytest.raises(WebhookSignatureInvalidError):
            verify(headers(), now_ms=NOW_MS + late_s * 1000)

    @pytest.mark.parametrize("length", range(len(SIGNATURE)))
    def test_signature_cut_short_is_refused(self, length: int) -> None:
        with pytest.raises(WebhookSignatureInvalidError):
            verify(headers(signature=SIGNATURE[:length]))

    @pytest.mark.parametrize(
        "signature", [SIGNATURE + b" ", SIGNATURE + SIGNATURE, b"\xff" * 44, "ü".encode() * 22, SIGNATURE.lower()]
    )
    def test_altered_signature_is_refused(self, signature: bytes) -> None:
        with pytest.raises(WebhookSignatureInvalidError):
            verify(headers(signature=signature))

    @pytest.mark.parametrize(
        "timestamp",
        [
            b"",
            b"-1752613922216",
            b" 1752613922216",
            b"1752613922216.0",
            b"1e12",
            "\u0661".encode(),
            b"9" * 5_000,
        ],
    )
    def test_timestamp_that_is_no_plain_number_is_refused(self, timestamp: bytes) -> None:
        with pytest.raises(WebhookSignatureInvalidError):
            verify(headers(timestamp=timestamp))

    @pytest.mark.parametrize("name", [SIGNATURE_HEADER, TIMESTAMP_HEADER])
    def test_missing_header_is_refused(self, name: bytes) -> None:
        with pytest.raises(WebhookSignatureInvalidError):
            verify([header for header in headers() if header[0] != name])

    @pytest.mark.parametrize("name", [SIGNATURE_HEADER, TIMESTAMP_HEADER])
    def test_doubled_header_is_refused(self, name: bytes) -> None:
        with pytest.raises(WebhookSignatureInvalidError):
            verify(headers() + [header for header in headers() if header[0] == name])

    @pytest.mark.parametrize(
        "earlier",
        [
            # Version 1 of this body and version 2 of the same request. Source: HubSpot, validating requests.
            [(b"x-hubspot-signature", b"232db2615f3d666fe21a8ec971ac7b5402d33b9a925784df3ca654d05f4817de")],
            [(b"x-hubspot-signature", b"9569219f8ba981ffa6f6f16aa0f48637d35d728c7e4d93d0d52efaa512af7900")],
        ],
    )
    @pytest.mark.parametrize("version", [b"v1", b"v2"])
    def test_earlier_versions_alone_are_refused(self, earlier: list[tuple[bytes, bytes]], version: bytes) -> None:
        with pytest.raises(WebhookSignatureInvalidError):
            verify([*earlier, (b"x-hubspot-signature-version", version), (TIMESTAMP_HEADER, TIMESTAMP)])

    @given(position=st.integers(0, len(BODY) - 1), bit=st.integers(0, 7))
    def test_any_changed_bit_of_the_body_is_refused(self, position: int, bit: int) -> None:
        body = bytearray(BODY)
        body[position] ^= 1 << bit

        with pytest.raises(WebhookSignatureInvalidError):
            verify(headers(), body=bytes(body))


class TestSignedUri:
    def test_address_is_the_public_url_and_the_raw_path_with_its_query(self) -> None:
        assert signed_uri("https://app.example", b"/webhooks/hubspot", b"a=1&b=2") == (
            b"https://app.example/webhooks/hubspot?a=1&b=2"
        )

    def test_only_hubspots_escapes_are_decoded(self) -> None:
        raw = b"/w%3A%2F%3F%40%21%24%27%28%29%2A%2C%3B%20%25%26%C3%A9%3D%23"

        assert signed_uri("https://app.example", raw, b"to=a%2Fb%20c") == (
            b"https://app.example/w:/?@!$'()*,;%20%25%26%C3%A9%3D%23?to=a/b%20c"
        )

    def test_decoded_escape_is_not_decoded_again(self) -> None:
        assert signed_uri("https://app.example", b"/%252F", b"") == b"https://app.example/%252F"

    def test_small_letters_of_an_escape_mean_the_same(self) -> None:
        assert signed_uri("https://app.example", b"/a%2fb", b"") == b"https://app.example/a/b"
