"""Open Redis, HTTP, vault and flows once, as one value."""

from collections.abc import AsyncIterator, Hashable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx
from redis.asyncio import Redis

from core.cache import TtlCache
from core.crypto import Keyring
from core.embedded_redis import EmbeddedRedis
from core.http import HttpClient
from core.load_limiter import LoadLimiter, LoadLimits
from core.rate_limit import RollingWindowLimiter
from core.reader_limit import ReaderLimit
from core.redis_client import close_redis, open_redis
from core.retry import Retrier
from core.start_limit import StartLimit
from core.transport import open_transport
from core.vendor_clock import VendorClock
from hubspot.association_limit import AssociationLimits
from hubspot.associations import ParentNames, open_parent_names
from hubspot.metadata_cache import MetadataCache
from hubspot.record_counts import RecordCounts
from hubspot.wire import Schema
from mirror.mirror import Mirror, open_mirror
from oauth.connections import ConnectionStore
from oauth.flow import Flows
from oauth.provider import OAuthProvider
from oauth.sessions import Sessions
from oauth.token_endpoint import TokenEndpoint
from oauth.vault import CLOSE_WITHIN_S, Vault
from services.background import running_background_tasks
from services.shutdown import Shutdown, watching_for_shutdown
from settings import Settings

# Definitions rarely change and are slow to read.
METADATA_LIFETIME_S = 300.0
METADATA_ENTRIES = 2_000
# A load uses at most some tens of megabytes, and more loads do not raise an account's rate limit. One owner can use
# only a part of the slots. The wait is longer than the time after which a stalled reader loses its slot.
LOAD_LIMITS = LoadLimits(total=16, per_owner=6, per_connection=4, waiting=256, waiting_per_owner=32, wait_s=30.0)
# Two a second. Each start costs the account a few calls, even if the client disconnects at once.
LOAD_STARTS_PER_MINUTE = 120
# Clients that wait for changes or stream them, per process. A page of 1,000 changes uses about 2 MB.
MOST_FEED_READERS = 512
MOST_FEED_READERS_OF_OWNER = 32


@dataclass(frozen=True, slots=True)
class Services:
    """The opened resources that requests use; one per process."""

    settings: Settings
    keyring: Keyring
    redis: Redis
    redis_url: str = field(repr=False)
    """With its password: for the job queue, which opens its own client."""
    http: HttpClient
    providers: Mapping[str, OAuthProvider]
    endpoints: Mapping[str, TokenEndpoint]
    connections: ConnectionStore
    vault: Vault
    flows: Flows
    sessions: Sessions
    limiter: RollingWindowLimiter
    association_limits: AssociationLimits
    retriers: Mapping[str, Retrier]
    """By provider: all accounts of a vendor share one retry budget."""
    clocks: Mapping[str, VendorClock]
    """By provider."""
    names: MetadataCache
    counts: RecordCounts
    parents: ParentNames
    loads: LoadLimiter
    load_starts: StartLimit
    mirror: Mirror
    feed_readers: ReaderLimit
    shutdown: Shutdown
    """Set when the service must stop, so that long work ends cleanly."""
    metadata: TtlCache[Hashable, list[Schema]]
    """Schemas of custom objects; keyed by connection, as are names, counts and parents: what was loaded for one owner
    is never returned to another."""


@asynccontextmanager
async def open_services(
    settings: Settings, keyring: Keyring, providers: Mapping[str, OAuthProvider]
) -> AsyncIterator[Services]:
    """Open everything, and close it in reverse order. Redis need not answer yet; requests then get an error."""
    async with _redis_url(settings) as url:
        redis = open_redis(url)
        mirror_redis = open_redis(settings.mirror_redis_url or url, as_text=False)
        origins = [url for provider in providers.values() for url in (provider.token_url, provider.api_url)]
        http = HttpClient(allowed_origins=origins, transport=open_vendor_transport(settings))
        endpoints = {name: TokenEndpoint(http, provider) for name, provider in providers.items()}
        mirror = open_mirror(
            redis,
            mirror_redis,
            keyring,
            max_bytes=settings.mirror_max_bytes,
            tombstone_days=settings.tombstone_days,
        )
        vault = Vault(redis, keyring, endpoints.__getitem__, delete_data=mirror.epochs.drop)
        connections = ConnectionStore(redis, keyring)
        async with (
            watching_for_shutdown() as shutdown,
            _closing(vault, http, (redis, mirror_redis), shutdown),
            running_background_tasks(vault, connections, mirror, redis, keyring, shutdown),
        ):
            yield Services(
                settings=settings,
                keyring=keyring,
                redis=redis,
                redis_url=url,
                http=http,
                providers=providers,
                endpoints=endpoints,
                connections=connections,
                vault=vault,
                flows=Flows(redis, keyring, vault),
                sessions=Sessions(redis, keyring),
                limiter=RollingWindowLimiter(redis),
                association_limits=AssociationLimits(),
                retriers={name: Retrier.with_defaults() for name in providers},
                clocks={name: VendorClock() for name in providers},
                names=MetadataCache(),
                counts=RecordCounts(),
                parents=open_parent_names(),
                loads=LoadLimiter(LOAD_LIMITS),
                load_starts=StartLimit(redis, per_minute=LOAD_STARTS_PER_MINUTE),
                mirror=mirror,
                feed_readers=ReaderLimit(total=MOST_FEED_READERS, per_owner=MOST_FEED_READERS_OF_OWNER),
                shutdown=shutdown,
                metadata=TtlCache(ttl_s=METADATA_LIFETIME_S, max_entries=METADATA_ENTRIES),
            )


def open_vendor_transport(settings: Settings) -> httpx.AsyncBaseTransport:
    """The outbound HTTP transport, with the proxy and certificate authorities of the settings."""
    return open_transport(extra_ca=settings.vendor_ca, https_proxy=settings.https_proxy, no_proxy=settings.no_proxy)


@asynccontextmanager
async def _closing(vault: Vault, http: HttpClient, clients: Iterable[Redis], shutdown: Shutdown) -> AsyncIterator[None]:
    """Close them in this order at the end, within the remaining time."""
    try:
        yield
    finally:
        await vault.aclose(min(CLOSE_WITHIN_S, shutdown.left_s()))
        await http.aclose()
        for client in clients:
            await close_redis(client)


@asynccontextmanager
async def _redis_url(settings: Settings) -> AsyncIterator[str]:
    """REDIS_URL, or an embedded server that runs as long as the service."""
    if settings.redis_url:
        yield settings.redis_url
        return
    embedded = EmbeddedRedis(settings.data_dir)
    url = await embedded.start()
    try:
        yield url
    finally:
        await embedded.stop()
