"""Encrypt everything that is sealed in Redis with the primary key, while the service runs.

Scan → open with the key that sealed it → seal with the primary key → write if unchanged. An interrupted run loses
nothing: the next run continues.
"""

from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import structlog
from redis.asyncio import Redis

from core import store
from core.crypto import Context, Keyring, is_sealed, kid_of
from core.data_keys import data_key_context
from core.redis_client import SCAN_BATCH, scan_keys
from core.standard_webhooks import endpoint_context
from errors import InternalError
from oauth.connection import ConnectionKey
from oauth.connections import parse_generation
from oauth.disconnect import note_context
from oauth.flow_store import flow_context, state_context
from oauth.sessions import session_context

# The service seals changes during a pass with the primary key; a second pass finds nothing to do.
PASSES = 3

# The keys whose value is one sealed text, by the beginning of the key; the rest of the key gives the context.
CONTEXTS: Mapping[str, Callable[[str], Context]] = {
    store.STATE_PREFIX: state_context,
    store.FLOW_PREFIX: flow_context,
    store.SESSION_PREFIX: session_context,
    store.DATA_KEY_PREFIX: lambda tag: data_key_context(tag.strip("{}")),
    store.EVENT_ENDPOINT_PREFIX: endpoint_context,
}

log = structlog.get_logger(__name__)

# KEYS: the key. ARGV: hash field or '', text as read, new text. Answers 1 when it was replaced.
_REPLACE = """#!lua
if ARGV[1] == '' then
  if redis.call('GET', KEYS[1]) ~= ARGV[2] then return 0 end
  redis.call('SET', KEYS[1], ARGV[3], 'KEEPTTL')
else
  if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
  redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
end
return 1
"""


@dataclass(frozen=True, slots=True)
class _Sealed:
    """A sealed text, its place and its context."""

    key: str
    name: str  # of the hash field; empty: the whole value
    text: str = field(repr=False)
    context: Context
    generation: int = 0


@dataclass(slots=True)
class RotationCount:
    """The result of a rotation. `failed` texts could not be opened and are unchanged."""

    rotated: int = 0
    skipped: int = 0  # sealed with the primary key already
    failed: int = 0
    remaining: Counter[str] = field(default_factory=Counter)  # by the name of their key, without the primary key

    @property
    def is_complete(self) -> bool:
        return not self.remaining and not self.failed


class Rotation:
    """One keyring over one Redis."""

    def __init__(self, redis: Redis, keyring: Keyring) -> None:
        self._redis = redis
        self._keyring = keyring

    async def count(self) -> Counter[str]:
        """The number of sealed texts of each key, by its name."""
        counts: Counter[str] = Counter()
        async for batch in self._scan():
            counts.update(kid_of(sealed.text) for sealed in batch)
        return counts

    async def run(self) -> RotationCount:
        """Encrypt until no text of another key remains, in at most three passes."""
        total = RotationCount()
        for number in range(PASSES):
            found = await self._pass(total, is_first=number == 0)
            if not found:
                break
        total.remaining = await self.count()
        del total.remaining[self._keyring.primary]
        return total

    async def _pass(self, total: RotationCount, *, is_first: bool) -> int:
        """Return how many texts of other keys were found. Failed and skipped ones count in the first pass only."""
        found = 0
        async for batch in self._scan():
            old = [sealed for sealed in batch if kid_of(sealed.text) != self._keyring.primary]
            renewed = [(sealed, text) for sealed in old if (text := self._renew(sealed))]
            found += len(old)
            total.rotated += await self._write(renewed)
            if is_first:
                total.skipped += len(batch) - len(old)
                total.failed += len(old) - len(renewed)
        return found

    def _renew(self, sealed: _Sealed) -> str | None:
        try:
            data = self._keyring.open(sealed.text, sealed.context, generation=sealed.generation)
        except InternalError as exc:
            log.error("a record cannot be encrypted again", record=sealed.key, field=sealed.name, error_code=exc.code)
            return None
        return self._keyring.seal(data, sealed.context, generation=sealed.generation)

    async def _write(self, renewed: Sequence[tuple[_Sealed, str]]) -> int:
        """Return how many were unchanged and are now replaced."""
        async with self._redis.pipeline(transaction=False) as pipe:
            for sealed, text in renewed:
                # The script's text each time: a registered one cannot be part of a pipeline on a cluster.
                pipe.eval(_REPLACE, 1, sealed.key, sealed.name, sealed.text, text)
            return sum(await pipe.execute())

    async def _scan(self) -> AsyncIterator[list[_Sealed]]:
        async for keys in scan_keys(self._redis, store.CONNECTION_PREFIX):
            yield await self._read_connections(keys)
        for prefix, context_of in CONTEXTS.items():
            async for keys in scan_keys(self._redis, prefix):
                yield await self._read_values(keys, prefix, context_of)
        notes = cast(Any, self._redis).hscan_iter(store.DISCONNECTS, count=SCAN_BATCH)
        yield [_Sealed(store.DISCONNECTS, name, text, note_context(name)) async for name, text in notes]

    async def _read_connections(self, keys: Sequence[str]) -> list[_Sealed]:
        async with self._redis.pipeline(transaction=False) as pipe:
            for key in keys:
                pipe.hmget(key, ["sealed", "generation", "details"])
            records = await pipe.execute()
        return [
            sealed
            for key, (tokens, generation, details) in zip(keys, records, strict=True)
            for name in [ConnectionKey.parse(key)]
            for sealed in (
                _Sealed(key, "sealed", tokens or "", name.context("tokens"), parse_generation(generation)),
                _Sealed(key, "details", details or "", name.context("connection")),
            )
            if sealed.text
        ]

    async def _read_values(
        self, keys: Sequence[str], prefix: str, context_of: Callable[[str], Context]
    ) -> list[_Sealed]:
        """Sealed strings whose context is the part of their key after `prefix`. Plain strings are skipped."""
        async with self._redis.pipeline(transaction=False) as pipe:
            for key in keys:
                pipe.get(key)
            texts = await pipe.execute()
        return [
            _Sealed(key, "", text, context_of(key.removeprefix(prefix)))
            for key, text in zip(keys, texts, strict=True)
            if text is not None and is_sealed(text)
        ]
