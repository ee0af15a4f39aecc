"""Store tokens encrypted and return access tokens; no other module does.

`access_token`: read the record → return a token that is valid and was not rejected, and refresh it in the background
if it expires soon → otherwise refresh, and return the stored result.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import replace

from pydantic import SecretStr
from redis.asyncio import Redis
from redis.exceptions import RedisError

from core.audit import audit
from core.crypto import Keyring
from errors import InternalError, NotConnectedError, OverloadedError, ProviderMisconfiguredError, UpstreamError
from oauth.connection import Account, Connection, ConnectionKey, Owner
from oauth.connections import ConnectionStore, Details
from oauth.disconnect import DeleteData, Disconnector
from oauth.refresh import Refresher
from oauth.refresh_janitor import RefreshJanitor
from oauth.refresh_rights import RefreshTimes
from oauth.token_endpoint import TokenEndpoint
from oauth.token_records import TokenRecords, insist
from oauth.token_values import shown_name
from oauth.tokens import TokenGrant, verify_account

SAVE_ATTEMPTS = 5
SAVE_S = 5.0
# A token call has ten seconds; storing its result may have to wait for Redis.
CLOSE_WITHIN_S = 20.0


class Vault:
    """Tokens of all connections; one per service."""

    def __init__(
        self,
        redis: Redis,
        keyring: Keyring,
        endpoint_of: Callable[[str], TokenEndpoint],
        *,
        delete_data: DeleteData | None = None,
        times: RefreshTimes | None = None,
        rng: random.Random | None = None,
    ) -> None:
        self._times = times or RefreshTimes()
        self._rng = rng or random.SystemRandom()
        self._connections = ConnectionStore(redis, keyring)
        self._records = TokenRecords(redis, keyring)
        self._disconnector = Disconnector(redis, keyring, self._connections, endpoint_of, delete_data=delete_data)
        self._refresher = Refresher(
            redis,
            keyring,
            endpoint_of,
            self._disconnector.disconnect,
            times=self._times,
            rng=self._rng,
        )
        self._janitor = RefreshJanitor(self._refresher.open_refreshes, self._connections, self._refresher.resolve)

    async def aclose(self, within_s: float = CLOSE_WITHIN_S) -> None:
        """Wait at most `within_s` for running refreshes."""
        await self._refresher.aclose(within_s)

    async def store(
        self, owner: Owner, provider: str, account: Account, grant: TokenGrant, scopes: tuple[str, ...]
    ) -> Connection:
        """Store a new grant in the account's present connection, or in a new one.

        Raises: AccountMismatchError if the grant names another account; OverloadedError if other workers keep changing
        the same connection; a RedisError if Redis fails for 5 seconds.
        """
        verify_account(account, grant)
        details = Details(replace(account, name=account.name and shown_name(account.name)), scopes)
        for _ in range(SAVE_ATTEMPTS):
            connection = await insist(lambda: self._save(owner, provider, details, grant), SAVE_S)
            if connection is not None:
                audit("connect", "succeeded", account_id=account.account_id, **connection.identity)
                return connection
        raise OverloadedError

    async def access_token(self, connection: Connection, rejected: SecretStr | None = None) -> SecretStr:
        """An access token that is valid for at least another minute.

        `rejected` is a token that the vendor has just refused: if it is still the stored token, it is refreshed at
        once, only once for all callers. While the vendor or Redis refuse a refresh, a valid token is returned even
        if it expires soon.

        Raises: NotConnectedError, ReconnectRequiredError, TokenRefreshBackoffError, ProviderMisconfiguredError, or an
        UpstreamError if the vendor does not answer and no token is valid.
        """
        stored = await self._records.read(connection)
        refused = rejected is not None and rejected == stored.access_token
        if not refused and not stored.is_within(self._times.hard_margin_s):
            if not stored.is_cooling_down and stored.is_within(self._soft_margin_s()):
                self._refresher.refresh_ahead(connection, stored.generation)
            return stored.access_token
        task = self._refresher.refresh(
            connection, stored.generation, forced=refused, margin_s=self._times.hard_margin_s
        )
        try:
            await asyncio.shield(task)
        except (UpstreamError, ProviderMisconfiguredError, RedisError):
            stored = await self._records.read(connection)
            if stored.left_s <= 0 or stored.access_token == rejected:
                raise
            return stored.access_token
        return (await self._records.read(connection)).access_token

    async def disconnect(self, connection: Connection) -> None:
        """End the connection: delete it here, and revoke it at the vendor now or later.

        A connection that cannot be decrypted is deleted as well; its grant must then be revoked at the vendor.

        Raises: NotConnectedError if it does not exist any more.
        """
        try:
            tokens = (await self._records.read(connection, ended_too=True)).tokens
        except InternalError:
            tokens = None
        await self._disconnector.disconnect(connection, tokens)

    async def keep_disconnecting(self) -> None:
        """Repeat failed revocations as long as the service runs. Cancel it to stop."""
        await self._disconnector.keep_finishing()

    async def keep_resolving(self) -> None:
        """Finish refreshes whose worker died, as long as the service runs. Cancel it to stop."""
        await self._janitor.keep_resolving()

    async def _save(self, owner: Owner, provider: str, details: Details, grant: TokenGrant) -> Connection | None:
        """None if another worker changed the same connection at the same time."""
        connection_id, generation = await self._connections.reserve(owner, provider, details.account.account_id)
        key = ConnectionKey(owner, provider, connection_id)
        old = await self._find_old(key) if generation else None
        revoke_old = await self._note_old(old, grant) if old else None
        details = replace(details, account=_with_known(details.account, old.account)) if old else details
        sealed = self._records.seal(grant, key, generation + 1)
        if not await self._connections.save(
            key, details, generation=generation, sealed=sealed, expires_in_s=grant.expires_in_s
        ):
            return None
        if revoke_old is not None:
            await revoke_old()
        return await self._connections.find(owner, provider, connection_id)

    async def _find_old(self, key: ConnectionKey) -> Connection | None:
        """The connection that is replaced; None if its record cannot be opened."""
        try:
            return await self._connections.find(key.owner, key.provider, key.connection_id)
        except InternalError:
            return None

    async def _note_old(self, old: Connection, grant: TokenGrant) -> Callable[[], Awaitable[None]] | None:
        """A function that revokes the replaced tokens; None if there is nothing to revoke."""
        try:
            tokens = (await self._records.read(old, ended_too=True)).tokens
        except (NotConnectedError, InternalError):
            return None
        return None if tokens.access_token == grant.access_token else await self._disconnector.replacing(old, tokens)

    def _soft_margin_s(self) -> float:
        return self._times.soft_margin_s + self._rng.uniform(-self._times.soft_jitter_s, self._times.soft_jitter_s)


def _with_known(account: Account, old: Account) -> Account:
    """What the vendor did not return this time stays as it was."""
    facts = ("name", "account_type", "region", "ui_domain")
    return replace(account, **{fact: getattr(old, fact) for fact in facts if getattr(account, fact) is None})
