"""Encrypting 10,000 connections anew with `python -m oauth.keys rotate` while their tokens are read and refreshed.

`python -m tests.bench.key_rotation`. Exits with 1 when a read failed or something was left.
"""

import argparse
import asyncio
import logging
import os
import random
import sys
import tempfile
import time
from base64 import b64encode
from pathlib import Path

from redis.exceptions import RedisError

from core.crypto import Keyring
from core.encryption_keys import parse_keyring
from core.log import configure_logging
from core.redis_client import open_redis
from errors import ServiceError
from oauth.connection import Account, Connection, Owner
from oauth.vault import Vault
from tests.integration.oauth.conftest import age, grant
from tests.integration.oauth.vendor import Vendor
from tests.servers import BACKEND, clean_environment, running_redis

READERS = 20


async def measure(count: int) -> int:
    old, new = (f"{kid}:{b64encode(os.urandom(32)).decode()}" for kid in ("k1", "k2"))
    vendor = Vendor()
    with tempfile.TemporaryDirectory() as folder, running_redis(Path(folder)) as url:
        redis = open_redis(url)
        before = Vault(redis, Keyring(parse_keyring(old)), lambda _name: vendor.endpoint)
        connections = [await store(before, number) for number in range(count)]
        for connection in random.sample(connections, count // 20):
            await age(redis, connection, left_s=0)
        during = Vault(redis, Keyring(parse_keyring(f"{new},{old}")), lambda _name: vendor.endpoint)
        load = Load(during, connections)
        readers = [asyncio.create_task(load.read()) for _ in range(READERS)]
        began = time.monotonic()
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "oauth.keys", "rotate"),
            cwd=BACKEND,
            env=clean_environment() | {"REDIS_URL": url, "ENCRYPTION_KEYS": f"{new},{old}"},
        )
        status = await process.wait()
        took_s = time.monotonic() - began
        load.is_over = True
        await asyncio.gather(*readers)
        after = Vault(redis, Keyring(parse_keyring(new)), lambda _name: vendor.endpoint)
        lost = sum([await fails(after, connection) for connection in connections])
        await during.aclose()
        await redis.aclose()
    print(f"{count} connections, whole command {took_s:.1f} s, exit status {status}")
    print(f"meanwhile {load.reads} tokens read, {vendor.count('/token')} refreshed, {load.errors} errors")
    print(f"unreadable with the new key alone: {lost}")
    return 1 if status or load.errors or lost else 0


class Load:
    """Callers of the service meanwhile."""

    def __init__(self, vault: Vault, connections: list[Connection]) -> None:
        self._vault = vault
        self._connections = connections
        self.reads = 0
        self.errors = 0
        self.is_over = False

    async def read(self) -> None:
        while not self.is_over:
            self.errors += await fails(self._vault, random.choice(self._connections))
            self.reads += 1


async def store(vault: Vault, number: int) -> Connection:
    return await vault.store(Owner("acme", f"user-{number}"), "vendor", Account(account_id=str(number)), grant(), ())


async def fails(vault: Vault, connection: Connection) -> bool:
    try:
        await vault.access_token(connection)
    except (ServiceError, RedisError):
        return True
    return False


def main() -> int:
    configure_logging(as_json=False, level=logging.ERROR)
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    return asyncio.run(measure(parser.parse_args().count))


if __name__ == "__main__":
    sys.exit(main())
