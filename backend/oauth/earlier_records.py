"""Seal connections written by an earlier version that stored accounts and scopes as plain text.

The service never accepts a plain record, because anyone with write access to Redis could create one. By running
`python -m oauth.keys rotate` once, an operator confirms that the plain records in Redis are genuine.
"""

from collections.abc import AsyncIterator

import msgspec
import structlog
from redis.asyncio import Redis

from core import store
from core.crypto import Keyring
from core.redis_client import scan_keys
from oauth.connection import Account, ConnectionKey
from oauth.connections import Details

log = structlog.get_logger(__name__)

# KEYS: connection. ARGV: account and scopes as read, sealed details. Answers 1 when they were sealed.
_SEAL = """#!lua
local record = redis.call('HMGET', KEYS[1], 'account', 'granted_scopes', 'details')
if record[1] ~= ARGV[1] or record[2] ~= ARGV[2] or record[3] then return 0 end
redis.call('HSET', KEYS[1], 'details', ARGV[3])
redis.call('HDEL', KEYS[1], 'account', 'granted_scopes')
return 1
"""


async def count_earlier_records(redis: Redis) -> int:
    """The number of plain records."""
    return sum([1 async for _ in _scan(redis)])


async def seal_earlier_records(redis: Redis, keyring: Keyring) -> tuple[int, int]:
    """Seal every plain record; return how many were sealed, and how many are unreadable and unchanged."""
    script = redis.register_script(_SEAL)
    sealed = failed = 0
    async for key, account, scopes in _scan(redis):
        try:
            details = Details(msgspec.json.decode(account, type=Account), tuple(scopes.split()))
        except msgspec.MsgspecError:
            log.error("a record of an earlier version cannot be read", record=key)
            failed += 1
            continue
        text = details.seal(keyring, ConnectionKey.parse(key))
        sealed += await script(keys=[key], args=[account, scopes, text])
    return sealed, failed


async def _scan(redis: Redis) -> AsyncIterator[tuple[str, str, str]]:
    """Key, account and scopes of each plain record."""
    async for batch in scan_keys(redis, store.CONNECTION_PREFIX):
        async with redis.pipeline(transaction=False) as pipe:
            for key in batch:
                pipe.hmget(key, ["account", "granted_scopes", "details"])
            records = await pipe.execute()
        for key, (account, scopes, details) in zip(batch, records, strict=True):
            if account is not None and scopes is not None and details is None:
                yield key, account, scopes
