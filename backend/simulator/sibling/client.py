"""The registered app of a sibling, and how it proves itself: HTTP Basic, and nothing else."""

from __future__ import annotations

import base64
import binascii
import hmac
import re
from dataclasses import dataclass, field
from urllib.parse import unquote


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """What a developer fills in at the vendor."""

    provider: str
    client_id: str
    client_secret: str = field(repr=False)
    name: str = "Integrations Demo"
    scopes: frozenset[str] = frozenset()

    def allows_redirect(self, redirect_uri: str) -> bool:
        local = rf"http://(localhost|127\.0\.0\.1)(:\d+)?/integrations/{self.provider}/oauth2callback"
        return re.fullmatch(local, redirect_uri) is not None

    def is_proven_by(self, authorization: str) -> bool:
        """Whether the header holds this client's id and secret (RFC 6749 section 2.3.1)."""
        scheme, _, encoded = authorization.partition(" ")
        try:
            text = base64.b64decode(encoded, validate=True).decode() if scheme.lower() == "basic" else ""
        except (binascii.Error, UnicodeDecodeError):
            return False
        client_id, _, secret = text.partition(":")
        return unquote(client_id) == self.client_id and hmac.compare_digest(unquote(secret), self.client_secret)
