"""The mirror's parts, opened together. See the package's docstring for how they are used."""

from dataclasses import dataclass

from redis.asyncio import Redis

from core.crypto import Keyring
from core.data_keys import DataKeys
from mirror.epochs import Epochs
from mirror.feed import ChangeFeed
from mirror.reader import MirrorReader
from mirror.watch import FeedWatch
from mirror.writer import MirrorWriter


@dataclass(frozen=True, slots=True)
class Mirror:
    """The parts of the mirror; one per process."""

    epochs: Epochs
    writer: MirrorWriter
    reader: MirrorReader
    feed: ChangeFeed
    watch: FeedWatch


def open_mirror(main: Redis, redis: Redis, keyring: Keyring, *, max_bytes: int, tombstone_days: int) -> Mirror:
    """`main` is the Redis of connections; `redis` is the mirror's, opened with `as_text=False`."""
    epochs = Epochs(main, redis, DataKeys(main, keyring), max_bytes=max_bytes)
    return Mirror(
        epochs=epochs,
        writer=MirrorWriter(redis, epochs, tombstone_days=tombstone_days),
        reader=MirrorReader(redis, epochs),
        feed=ChangeFeed(redis, epochs, keyring),
        watch=FeedWatch(redis),
    )
