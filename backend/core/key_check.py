"""Check that the configured keys are the keys that sealed the stored data.

For each key, Redis holds a known text sealed with it, written when the key is first used. If a key cannot open its
text, it is a different key under the same name. If the key of a text is missing, stored data may still need it.
"""

from collections.abc import Iterable
from typing import Any, cast

from redis.asyncio import Redis

from core import store
from core.crypto import Context, Keyring
from errors import InternalError
from settings import ConfigurationError

_KNOWN_TEXT = b"this key is the right one"


async def check_keys(redis: Redis, keyring: Keyring) -> None:
    """Compare the keyring with the stored texts, and write those that are not there yet. Deletes nothing.

    Raises: ConfigurationError naming each wrong or missing key; a RedisError when they cannot be compared now.
    """
    if faults := await compare_keys(redis, keyring, written=keyring.kids):
        raise ConfigurationError(faults)


async def recheck_keys(redis: Redis, keyring: Keyring) -> list[str]:
    """Compare again while the service runs, and return the faults. Deletes nothing.

    Only the primary key's text is written again: that key seals all new data. The text of an older key may be missing
    because a rotation removed it; a start without that key must stay possible.
    """
    return await compare_keys(redis, keyring, written=[keyring.primary])


async def forget_key(redis: Redis, kid: str) -> None:
    """Delete the text of a key that no data uses any more, so that the service can start without the key."""
    await cast(Any, redis.hdel(store.KEY_CHECKS, kid))


async def compare_keys(redis: Redis, keyring: Keyring, *, written: Iterable[str]) -> list[str]:
    """Return the faults. If there are none, store the missing texts of the keys `written`."""
    stored: dict[str, str] = await cast(Any, redis.hgetall(store.KEY_CHECKS))
    if faults := [fault for kid, text in stored.items() if (fault := _fault(keyring, kid, text))]:
        return sorted(faults)
    for kid in written:
        if kid not in stored:
            text = keyring.seal(_KNOWN_TEXT, _context(kid), kid=kid)
            await cast(Any, redis.hsetnx(store.KEY_CHECKS, kid, text))
    return []


def _fault(keyring: Keyring, kid: str, text: str) -> str | None:
    if kid not in keyring.kids:
        return f"ENCRYPTION_KEYS: key {kid} is missing; stored data may need it: put it back, behind the first key"
    try:
        keyring.open(text, _context(kid))
    except InternalError:
        return f"ENCRYPTION_KEYS: key {kid} is not the key that stored data was encrypted with under this name"
    return None


def _context(kid: str) -> Context:
    return Context("key_check", connection_id=kid)
