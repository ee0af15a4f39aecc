"""Verify HubSpot's webhook signature, version 3.

The signature is the base64 HMAC-SHA256, with the app's client secret as key, of the method, the target URL as
configured at HubSpot, the raw body and the timestamp. Versions 1 and 2 are refused: they do not cover the time.

Source: HubSpot, validating requests (the list of decoded escapes and the five minutes are HubSpot's).
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Sequence

from errors import WebhookSignatureInvalidError

SIGNATURE_HEADER = b"x-hubspot-signature-v3"
TIMESTAMP_HEADER = b"x-hubspot-request-timestamp"

OLDEST_MS = 300_000
# Clocks differ; a timestamp further in the future is invalid.
FURTHEST_AHEAD_MS = 60_000
_ESCAPES = re.compile(rb"%(3A|2F|3F|40|21|24|27|28|29|2A|2C|3B)", re.IGNORECASE)
_TIMESTAMP = re.compile(rb"[0-9]{1,15}")


def signed_uri(public_url: str, raw_path: bytes, query: bytes) -> bytes:
    """The URL that HubSpot signed: never from Host or forwarded headers, and with only HubSpot's escapes decoded."""
    uri = public_url.rstrip("/").encode() + raw_path + (b"?" + query if query else b"")
    return _ESCAPES.sub(lambda match: bytes.fromhex(match[1].decode()), uri)


def sign(secret: str, *, method: str, uri: bytes, body: bytes, timestamp: bytes) -> bytes:
    """The version 3 signature, in the format of the header."""
    digest = hmac.new(secret.encode(), digestmod=hashlib.sha256)
    for part in (method.encode(), uri, body, timestamp):
        digest.update(part)
    return base64.b64encode(digest.digest())


def verify_signature(
    headers: Sequence[tuple[bytes, bytes]], *, secrets: Sequence[str], method: str, uri: bytes, body: bytes, now_ms: int
) -> None:
    """Accept a request that HubSpot signed with one of the secrets in the last five minutes.

    Header names are lower case, as in ASGI; `body` is the received bytes. Empty secrets are skipped: the
    previous one exists only while the secret changes.

    Raises: WebhookSignatureInvalidError for anything else.
    """
    signature, timestamp = _single(headers, SIGNATURE_HEADER), _single(headers, TIMESTAMP_HEADER)
    if not _TIMESTAMP.fullmatch(timestamp) or not -FURTHEST_AHEAD_MS <= now_ms - int(timestamp) <= OLDEST_MS:
        raise WebhookSignatureInvalidError
    signatures = [sign(secret, method=method, uri=uri, body=body, timestamp=timestamp) for secret in secrets if secret]
    if not any(hmac.compare_digest(signature, expected) for expected in signatures):
        raise WebhookSignatureInvalidError


def _single(headers: Sequence[tuple[bytes, bytes]], name: bytes) -> bytes:
    """Raises: WebhookSignatureInvalidError unless the header is there exactly once."""
    values = [value for key, value in headers if key == name]
    if len(values) != 1:
        raise WebhookSignatureInvalidError
    return values[0]
