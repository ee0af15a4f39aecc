"""The OAuth machine on a real Redis, with a vendor in this process."""

import random
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, cast

import pytest
from pydantic import SecretStr
from redis.asyncio import Redis

from core.crypto import Keyring
from oauth.connection import Account, Connection, Owner
from oauth.connections import ConnectionStore
from oauth.flow import Flows
from oauth.refresh_rights import RefreshTimes
from oauth.tokens import TokenGrant
from oauth.vault import Vault
from tests.integration.oauth.vendor import Vendor

OWNER = Owner("acme", "ann")
# As in production where a test does not wait for it; what is waited for is short.
QUICK = RefreshTimes(poll_s=(0.005, 0.01), committer_s=0.1, lock_s=2.0, turn_s=4.0, store_s=5.0)


MakeVault = Callable[[], AbstractAsyncContextManager[Vault]]


@pytest.fixture
def raw(redis_client: Redis) -> Any:
    """The same client for commands whose types are both synchronous and not."""
    return redis_client


@pytest.fixture
def keyring() -> Keyring:
    return Keyring({"k1": bytes(range(32))})


@pytest.fixture
async def vendor() -> AsyncIterator[Vendor]:
    vendor = Vendor()
    yield vendor
    await vendor.http.aclose()


@pytest.fixture
def make_vault(redis_client: Redis, keyring: Keyring, vendor: Vendor) -> MakeVault:
    """One vault a call, as separate workers have; each waits for its refreshes at the end."""

    @asynccontextmanager
    async def make() -> AsyncIterator[Vault]:
        vault = Vault(redis_client, keyring, lambda _name: vendor.endpoint, times=QUICK, rng=random.Random(1))
        try:
            yield vault
        finally:
            await vault.aclose()

    return make


@pytest.fixture
async def vault(make_vault: MakeVault) -> AsyncIterator[Vault]:
    async with make_vault() as vault:
        yield vault


@pytest.fixture
def flows(redis_client: Redis, keyring: Keyring, vault: Vault) -> Flows:
    return Flows(redis_client, keyring, vault)


@pytest.fixture
def connections(redis_client: Redis, keyring: Keyring) -> ConnectionStore:
    return ConnectionStore(redis_client, keyring)


def grant(
    number: int = 0,
    *,
    expires_in_s: int | None = 1800,
    refresh_token: str | None = "refresh-1",
    account_id: str = "42",
) -> TokenGrant:
    """The vendor's answer when the account was connected."""
    return TokenGrant(
        access_token=SecretStr(f"access-{number}"),
        refresh_token=SecretStr(refresh_token) if refresh_token else None,
        expires_in_s=expires_in_s,
        scopes=("read",),
        account_id=account_id,
    )


async def connect(
    vault: Vault, *, owner: Owner = OWNER, account_id: str = "42", expires_in_s: int | None = 1800
) -> Connection:
    account = Account(account_id=account_id, name="Acme")
    return await vault.store(
        owner, "vendor", account, grant(expires_in_s=expires_in_s, account_id=account_id), ("read",)
    )


async def age(redis: Redis, connection: Connection, *, left_s: float) -> None:
    """Let time pass until so many seconds of the access token are left."""
    seconds, microseconds = await redis.time()
    expires_at_ms = seconds * 1000 + microseconds // 1000 + int(left_s * 1000)
    await cast(Any, redis).hset(connection.key.record, "expires_at_ms", expires_at_ms)
