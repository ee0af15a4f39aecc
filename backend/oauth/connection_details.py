"""What a connection's record says of its account, sealed for this connection only.

Whoever can write to Redis can delete a connection. They cannot change whose account it is, where its links lead or what
was granted, and a record copied to another owner's key does not open.
"""

from dataclasses import dataclass

import msgspec

from core.audit import audit
from core.crypto import Context, Keyring
from errors import CredentialIntegrityError
from oauth.connection import Account, Owner


@dataclass(frozen=True, slots=True)
class Details:
    """What is sealed."""

    account: Account
    granted_scopes: tuple[str, ...]


class DetailsSeal:
    """Seals and opens the details of connections."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring

    def seal(self, owner: Owner, provider: str, connection_id: str, details: Details) -> str:
        return self._keyring.seal(msgspec.json.encode(details), details_context(owner, provider, connection_id))

    def open(self, owner: Owner, provider: str, connection_id: str, sealed: str | None) -> Details:
        """Raises: CredentialIntegrityError (with an audit line), also for none; KeyUnknownError."""
        try:
            data = self._keyring.open(sealed or "", details_context(owner, provider, connection_id))
            return msgspec.json.decode(data, type=Details)
        except (CredentialIntegrityError, msgspec.MsgspecError):
            note_damage(owner, provider, connection_id)
            raise CredentialIntegrityError from None


def note_damage(owner: Owner, provider: str, connection_id: str) -> None:
    """Write the audit line for a record that was changed or moved."""
    identity = {"org_id": owner.org_id, "user_id": owner.user_id, "connection_id": connection_id}
    audit("integrity_failure", "refused", provider=provider, **identity)


def details_context(owner: Owner, provider: str, connection_id: str) -> Context:
    return Context("connection", provider, owner.org_id, owner.user_id, connection_id)
