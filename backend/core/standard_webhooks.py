"""Sign outgoing webhooks by Standard Webhooks 1.0, so that receivers verify them with an existing library.

Source: github.com/standard-webhooks, specification 1.0.0, symmetric signatures.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence

from core.crypto import Context

SECRET_PREFIX = "whsec_"  # noqa: S105 (not a secret)
SECRET_BYTES = 32


def new_secret() -> str:
    """A random secret in the form that receivers' libraries take."""
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def endpoint_context(name: str) -> Context:
    """What an endpoint with its secret is sealed for: the rest of its key."""
    return Context("event_endpoint", connection_id=name)


def signed_headers(message_id: str, body: bytes, *, signing_secrets: Sequence[str], now_s: int) -> dict[str, str]:
    """The three headers. While a secret changes there is a signature for each, and receivers accept any of them."""
    signed = b".".join((message_id.encode(), str(now_s).encode(), body))
    signatures = [f"v1,{_sign(secret, signed)}" for secret in signing_secrets]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(now_s),
        "webhook-signature": " ".join(signatures),
    }


def _sign(secret: str, signed: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    return base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
