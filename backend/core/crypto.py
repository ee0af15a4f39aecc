"""Encryption at rest: a separate key for every record, derived from the keyring and the record's context.

Stored text: `v1.<kid>.<fernet>`. Fernet has no associated data, so a blob moved to another record would still
decrypt under one shared key: the derived key prevents that, and the context's hash inside is checked again.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from core import base64_text
from errors import CredentialIntegrityError, KeyUnknownError

FORMAT = "v1"
_GENERATION_BYTES = 8


@dataclass(frozen=True, slots=True)
class Context:
    """What a ciphertext belongs to. Any other context refuses to open it."""

    purpose: str
    provider: str = ""
    org_id: str = ""
    user_id: str = ""
    connection_id: str = ""

    def encode(self) -> bytes:
        """Length-prefixed, so that no two contexts share an encoding."""
        parts = (self.purpose, self.provider, self.org_id, self.user_id, self.connection_id)
        encoded = (part.encode() for part in parts)
        return b"".join(len(part).to_bytes(4, "big") + part for part in encoded)


class Keyring:
    """Seals and opens with derived keys; the first key seals, every key opens."""

    def __init__(self, keys: dict[str, bytes]) -> None:
        if not keys:
            raise ValueError("a keyring needs at least one key")
        self._keys = keys
        self.primary = next(iter(keys))

    def __repr__(self) -> str:
        return f"Keyring(primary={self.primary!r}, keys={len(self._keys)})"

    @property
    def kids(self) -> tuple[str, ...]:
        """The keys' names, the primary first."""
        return tuple(self._keys)

    def seal(self, data: bytes, context: Context, *, generation: int = 0, kid: str | None = None) -> str:
        """Encrypt `data` for this context and generation only, with the primary key or the one named."""
        kid = kid or self.primary
        inner = _digest(context) + generation.to_bytes(_GENERATION_BYTES, "big") + data
        token = Fernet(base64.urlsafe_b64encode(self._derive(kid, context))).encrypt(inner)
        return f"{FORMAT}.{kid}.{token.decode()}"

    def open(self, sealed: str, context: Context, *, generation: int = 0) -> bytes:
        """Decrypt what `seal` made.

        Raises: KeyUnknownError when the key is not in the keyring; CredentialIntegrityError when the text was
        changed, or sealed for another context or generation. Neither deletes anything.
        """
        version, _, rest = sealed.partition(".")
        kid, _, token = rest.partition(".")
        if version != FORMAT or not token:
            raise CredentialIntegrityError
        fernet = Fernet(base64.urlsafe_b64encode(self._derive(kid, context)))
        try:
            base64_text.decode(token, padded=True)  # Fernet ignores foreign letters and bits beyond the last byte
            inner = fernet.decrypt(token)
        except (ValueError, InvalidToken):
            raise CredentialIntegrityError from None
        expected = _digest(context) + generation.to_bytes(_GENERATION_BYTES, "big")
        if not hmac.compare_digest(inner[: len(expected)], expected):
            raise CredentialIntegrityError
        return inner[len(expected) :]

    def sign(self, data: bytes, context: Context) -> bytes:
        """A 16-byte tag that only this keyring makes; for values a caller holds for us (cursors)."""
        return hmac.digest(self._derive(self.primary, context), data, "sha256")[:16]

    def verify(self, data: bytes, tag: bytes, context: Context) -> bool:
        """True when any key of the ring made the tag, so that cursors live through a rotation."""
        tags = (hmac.digest(self._derive(kid, context), data, "sha256")[:16] for kid in self._keys)
        return any(hmac.compare_digest(tag, known) for known in tags)

    def _derive(self, kid: str, context: Context) -> bytes:
        master = self._keys.get(kid)
        if master is None:
            raise KeyUnknownError
        return HKDF(algorithm=SHA256(), length=32, salt=None, info=context.encode()).derive(master)


def is_sealed(text: str) -> bool:
    """Whether the text has the form of a sealed text; it is not opened."""
    return text.startswith(f"{FORMAT}.")


def kid_of(sealed: str) -> str:
    """The name of the key that sealed this text; arbitrary if it is not a sealed text."""
    return sealed.removeprefix(f"{FORMAT}.").partition(".")[0]


def _digest(context: Context) -> bytes:
    return hashlib.sha256(context.encode()).digest()
