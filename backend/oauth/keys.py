"""The operator's command for encryption keys: `python -m oauth.keys status` and `python -m oauth.keys rotate`.

To change the key: put a new one first in ENCRYPTION_KEYS, restart all workers, run `rotate`, then drop the old key.
If workers restart one after the other, first add the new key after the old one, so that all workers can read it.
Exit status: 0 if everything is sealed with the primary key, 1 if something is not, 78 if the settings or keys are
unusable, 69 if Redis does not answer.
"""

import argparse
import asyncio
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TextIO

from redis.asyncio import Redis
from redis.exceptions import RedisError

from core.audit import Outcome, audit
from core.configuration import load_settings
from core.crypto import Keyring
from core.embedded_redis import EmbeddedRedis, EmbeddedRedisError
from core.encryption_keys import load_keyring
from core.key_check import check_keys, forget_key
from core.log import configure_logging
from core.redis_client import close_redis, open_redis
from oauth.earlier_records import count_earlier_records, seal_earlier_records
from oauth.rotation import Rotation
from settings import EXIT_CONFIGURATION, ConfigurationError, Settings

EXIT_UNAVAILABLE = 69  # EX_UNAVAILABLE of sysexits.h


def main(arguments: list[str] | None = None) -> int:
    """The exit status."""
    parser = argparse.ArgumentParser(prog="python -m oauth.keys", description="Encryption keys and what they sealed.")
    parser.add_argument("command", choices=["status", "rotate"])
    command = parser.parse_args(arguments).command
    try:
        settings = load_settings()
        configure_logging(as_json=not settings.is_local)
        return asyncio.run(_run(command, settings, load_keyring(settings)))
    except ConfigurationError as exc:
        _say(*(f"configuration: {fault}" for fault in exc.faults), stream=sys.stderr)
        return EXIT_CONFIGURATION
    except (RedisError, EmbeddedRedisError) as exc:
        _say(f"Redis: {exc}", stream=sys.stderr)
        return EXIT_UNAVAILABLE


async def _run(command: str, settings: Settings, keyring: Keyring) -> int:
    async with _open(settings) as redis:
        rotation = Rotation(redis, keyring)
        return await (_rotate if command == "rotate" else _show)(redis, keyring, rotation)


async def _show(redis: Redis, keyring: Keyring, rotation: Rotation) -> int:
    counts, earlier = await rotation.count(), await count_earlier_records(redis)
    for kid in keyring.kids:
        _say(f"{kid}: {counts[kid]} sealed" + (", primary" if kid == keyring.primary else ""))
    unknown = counts.keys() - set(keyring.kids)
    _say(*(f"{kid}: {counts[kid]} sealed, and the key is not in ENCRYPTION_KEYS" for kid in sorted(unknown)))
    if earlier:
        _say(f"{earlier} connections of an earlier version are not sealed and not accepted; rotate seals them")
    return 0 if counts.total() == counts[keyring.primary] and not earlier else 1


async def _rotate(redis: Redis, keyring: Keyring, rotation: Rotation) -> int:
    await check_keys(redis, keyring)
    began = time.monotonic()
    earlier, unreadable = await seal_earlier_records(redis, keyring)
    if earlier or unreadable:
        _say(f"sealed {earlier} connections of an earlier version, failed {unreadable}")
        audit("key_rotation", "failed" if unreadable else "succeeded", sealed=earlier, failed=unreadable)
    count = await rotation.run()
    _say(f"rotated {count.rotated}, skipped {count.skipped}, failed {count.failed}, {time.monotonic() - began:.1f} s")
    _say(*(f"{kid}: {remaining} remaining" for kid, remaining in count.remaining.items()))
    outcome: Outcome = "succeeded" if count.is_complete else "failed"
    audit("key_rotation", outcome, rotated=count.rotated, failed=count.failed, primary=keyring.primary)
    for kid in keyring.kids:
        if kid != keyring.primary and not count.remaining[kid]:
            await forget_key(redis, kid)
            _say(f"{kid}: nothing is sealed with it any more; it may be dropped from ENCRYPTION_KEYS")
    return 0 if count.is_complete and not unreadable else 1


@asynccontextmanager
async def _open(settings: Settings) -> AsyncIterator[Redis]:
    """The service's Redis; in local without REDIS_URL the embedded server, joined or started."""
    embedded = None if settings.redis_url else EmbeddedRedis(settings.data_dir)
    redis = open_redis(await embedded.start() if embedded else settings.redis_url)
    try:
        yield redis
    finally:
        await close_redis(redis)
        if embedded is not None:
            await embedded.stop()


def _say(*lines: str, stream: TextIO | None = None) -> None:
    for line in lines:
        print(line, file=stream or sys.stdout)


if __name__ == "__main__":
    sys.exit(main())
