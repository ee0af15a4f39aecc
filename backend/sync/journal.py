"""Poll the webhooks journal, for events that pushes cannot deliver: to localhost, custom objects, uninstalls, privacy.

read a file → store the signals of synced accounts → store the offset → next file. So if a worker dies, the file is read
again and nothing is lost. If the offset is unknown (the journal keeps three days), every account is verified. One job
for all workers.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, cast

import structlog
from docket.dependencies import Perpetual
from redis.exceptions import RedisError

from core import metrics, store
from core.public_http import PublicHttp, PublicHttpError
from errors import (
    CredentialIntegrityError,
    KeyUnknownError,
    RateLimitedError,
    ServiceError,
    SyncNotEnabledError,
    UpstreamError,
    UpstreamMalformedError,
    UpstreamResponseTooLargeError,
)
from hubspot.journal import Journal, OffsetUnknownError
from hubspot.journal_events import read_journal_file
from hubspot.record_events import UnreadableBodyError
from oauth.connection import Connection, ConnectionKey
from services.services import Services
from sync.runner import SyncRunner
from sync.session import now_ms
from sync.signal_store import PROVIDER, SignalStore, store_events
from sync.sync_store import parse_ref

EVERY = timedelta(seconds=2)
JOB = "journal.hubspot"
START_EVERY_S = 5.0
# After failures of HubSpot the wait doubles, from 2 seconds up to this.
LONGEST_WAIT_S = 300.0
FILES_AT_ONCE = 100
# In addition to whenever a sync is turned on or changed.
SUBSCRIBE_EVERY_MS = 600_000
OFFSET, ASKED, ATTEMPTS = "offset", "asked", "attempts"
# A file that is too large or unreadable is then skipped: it would stop the journal until it expires after three days.
FILE_ATTEMPTS = 5

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class JournalPoller:
    """Reads the new files of the journal."""

    services: Services
    journal: Journal
    signals: SignalStore
    runner: SyncRunner
    _subscribed_at_ms: int = field(default=0)
    _failures: int = field(default=0)

    async def keep_polling(self) -> None:
        """Start the job if it is missing, because it is new or Redis lost it. Cancel it to stop."""
        while self.services.settings.hubspot_journal:
            try:
                await self.runner.queue.add_job(self.poll_journal, JOB)
            except RedisError as exc:
                log.debug("the journal's job not started", error=type(exc).__name__)
            await asyncio.sleep(START_EVERY_S)

    async def poll_journal(self, perpetual: Perpetual = Perpetual(every=EVERY)) -> None:  # noqa: B008
        """The job; it repeats itself until the journal is turned off."""
        if not self.services.settings.hubspot_journal:
            perpetual.cancel()
            return
        try:
            await self._subscribe()
            for _ in range(FILES_AT_ONCE):
                if self.services.shutdown.is_set() or not await self._read_next():
                    break
            self._failures = 0
        except (ServiceError, PublicHttpError) as exc:
            self._failures += 1
            asked_s = exc.retry_after_s if isinstance(exc, ServiceError) else None
            wait_s = max(asked_s or 0.0, min(2.0 ** min(self._failures, 16), LONGEST_WAIT_S))
            log.warning("journal not read", error=type(exc).__name__, reason=str(exc), wait_s=wait_s)
            perpetual.after(timedelta(seconds=wait_s))
        except RedisError as exc:
            log.warning("journal not read", error=type(exc).__name__)

    async def _read_next(self) -> bool:
        """Read one file; False if there is none."""
        redis = cast(Any, self.services.redis)
        offset: str | None = await redis.hget(store.JOURNAL, OFFSET)
        try:
            entry = await self.journal.next_entry(offset)
        except OffsetUnknownError:
            log.warning("the journal's offset is unknown, verifying every account")
            await self._verify_all()
            await redis.hdel(store.JOURNAL, OFFSET)
            return True
        if entry is None:
            return False
        try:
            await self._store(await self.journal.read_file(entry))
        except (UpstreamResponseTooLargeError, UpstreamMalformedError, UnreadableBodyError) as exc:
            if await redis.hincrby(store.JOURNAL, ATTEMPTS, 1) < FILE_ATTEMPTS:
                raise UpstreamMalformedError from exc
            log.warning("a file of the journal cannot be read, verifying every account", error=type(exc).__name__)
            metrics.webhook_events_received("unreadable_body")
            await self._verify_all()
        await redis.hset(store.JOURNAL, mapping={OFFSET: entry.current_offset, ATTEMPTS: 0})
        return True

    async def _store(self, content: bytes) -> None:
        """Raises: UnreadableBodyError."""
        read = read_journal_file(content, now_ms=now_ms())
        removed = {str(portal_id) for portal_id, signals in read.portals.items() if signals.removed_at_ms is not None}
        if removed:  # with the app its subscriptions end
            await cast(Any, self.services.redis).hdel(store.JOURNAL, *removed)
        for portal_id in await store_events(self.signals, read, now_ms()) & removed:
            await self._check_access(portal_id)

    async def _check_access(self, portal_id: str) -> None:
        """After the app was removed from an account, use its tokens once, so that the refused connections end."""
        for ref in _refs(await self.signals.syncs_of(portal_id)):
            if (connection := await self._find_connected(ref)) is None:
                continue
            try:
                token = await self.services.vault.access_token(connection)
                await self.services.vault.access_token(connection, rejected=token)
            except ServiceError as exc:
                log.info("the app was removed from an account", error_code=exc.code, **ref.identity)
            await self.runner.schedule(ref)

    async def _verify_all(self) -> None:
        for ref in await self._all_refs():
            try:
                await self.runner.store.request(ref, "verify", now_ms())
                await self.runner.schedule(ref)
            except (SyncNotEnabledError, RateLimitedError):
                continue

    # --- subscriptions

    async def ask(self) -> None:
        """Make the next poll look for new syncs."""
        if self.services.settings.hubspot_journal:
            await cast(Any, self.services.redis).hset(store.JOURNAL, ASKED, "1")

    async def _subscribe(self) -> None:
        """Subscribe to the events of newly synced accounts and types."""
        redis = cast(Any, self.services.redis)
        if not await redis.hdel(store.JOURNAL, ASKED) and now_ms() - self._subscribed_at_ms < SUBSCRIBE_EVERY_MS:
            return
        for ref in await self._all_refs():
            sync, connection = await self.runner.store.find(ref), await self._find_connected(ref)
            if sync is None or connection is None:
                continue
            portal_id, wanted = connection.account.account_id, set(sync.wanted.types.values())
            known = set(filter(None, (await redis.hget(store.JOURNAL, portal_id) or "").split(",")))
            if new := sorted(wanted - known):
                try:
                    await self.journal.subscribe(portal_id, new)
                except UpstreamError as exc:  # tried again later; the other accounts' events are read meanwhile
                    log.warning("not subscribed to an account", error_code=exc.code, **ref.identity)
                    continue
                await redis.hset(store.JOURNAL, portal_id, ",".join(sorted(known | wanted)))
        self._subscribed_at_ms = now_ms()

    async def _find_connected(self, ref: ConnectionKey) -> Connection | None:
        """The connection; None if it ended or cannot be opened, so that it does not stop the others' events."""
        try:
            connection = await self.services.connections.find(ref.owner, ref.provider, ref.connection_id)
        except (CredentialIntegrityError, KeyUnknownError):
            return None
        return connection if connection is not None and connection.status == "connected" else None

    async def _all_refs(self) -> list[ConnectionKey]:
        keys = await self.services.redis.zrange(store.SYNCS_DUE, 0, -1)
        return [ref for ref in _refs(keys) if ref.provider == PROVIDER]


def open_journal(services: Services, files: PublicHttp, signals: SignalStore, runner: SyncRunner) -> JournalPoller:
    """The poller with a client that uses the app's credentials."""
    settings = services.settings
    journal = Journal(
        http=services.http,
        files=files,
        api_url=settings.hubspot_api_url,
        oauth_version=settings.hubspot_api_version,
        client_id=settings.hubspot_client_id,
        client_secret=settings.hubspot_client_secret.get_secret_value(),
    )
    return JournalPoller(services, journal, signals, runner)


def _refs(keys: Iterable[str]) -> list[ConnectionKey]:
    """The members that are keys of syncs."""
    return [ref for ref in map(parse_ref, keys) if ref is not None]
