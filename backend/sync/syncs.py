"""Background sync for routes: turn it on, read its state, start and cancel runs, turn it off."""

from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager, nullcontext
from dataclasses import dataclass, field

from core.public_http import PublicHttp
from core.rate import Usage
from core.tasks import running
from core.together import together
from errors import ReconnectRequiredError, SyncNotEnabledError
from oauth.connection import Connection, Owner
from services.services import Services
from sync.drain import SignalDrain
from sync.event_endpoints import EventEndpoints
from sync.journal import JournalPoller, open_journal
from sync.outgoing import Outgoing
from sync.queue import JobQueue
from sync.runner import SyncRunner
from sync.schedule import reconcile, suspend, types_in
from sync.session import now_ms
from sync.signal_reader import SignalReader
from sync.signal_store import PROVIDER, SignalStore
from sync.source import SignalSource, Source
from sync.state import Fault, Requested, Run, RunKind, Sync, Wanted, park
from sync.sync_store import SyncStore, sync_key
from sync.worker import running_worker


@dataclass(frozen=True, slots=True)
class Syncs:
    """All syncs; one per process."""

    services: Services
    store: SyncStore
    runner: SyncRunner
    signals: SignalStore
    outgoing: Outgoing
    journal: JournalPoller
    streams: Counter[Owner] = field(default_factory=Counter)
    """Open streams of the state in this process."""

    async def enable(
        self,
        connection: Connection,
        object_types: Sequence[str],
        *,
        properties: tuple[str, ...] | None,
        associations: bool,
    ) -> Sync:
        """Turn sync on, or change its settings. Repeating it changes nothing.

        Raises: ReconnectRequiredError; UnknownObjectTypeError; the vendor's errors if a custom object type must be
        looked up.
        """
        if connection.status != "connected":
            raise ReconnectRequiredError
        ref = connection.key
        types = await self.runner.sources[connection.provider].resolve(connection, object_types)
        wanted = Wanted(types=types, properties=properties, associations=associations)
        await self.store.plan(ref, now_ms())  # first: a sync whose turning on is interrupted here is found overdue
        await self.store.enable(ref, wanted)
        if connection.provider == PROVIDER:
            await self.signals.join(connection.account.account_id, sync_key(ref))
            await self.journal.ask()
        await self.runner.schedule(ref)
        return await self.get(connection)

    async def get(self, connection: Connection) -> Sync:
        """The state with what is known from signals. Raises: SyncNotEnabledError.

        No type is newer than the oldest signal that waits, and records of signals that could not be read are among the
        parked ones until a verification. Settings count at once, before a worker adopts them: records that are stored
        with other properties must not answer for the new ones. So does the end of the connection, which a worker finds
        with its next run.
        """
        sync, oldest_ms = await self.store.get(connection.key), None
        reconcile(sync)
        if connection.status != "connected" and not types_in(sync.progress, "reconnect_required"):
            ended_ms = int(connection.ended_at.timestamp() * 1000) if connection.ended_at else now_ms()
            suspend(sync.progress, Fault.from_error(ReconnectRequiredError(), ended_ms))
        if connection.provider == PROVIDER:
            oldest_ms = await self.signals.oldest_ms(connection.account.account_id)
        for name, state in sync.progress.types.items():
            state.as_of_ms = min(state.as_of_ms, state.as_of_ms if oldest_ms is None else oldest_ms)
            for entry in sync.parked.get(name, ()):
                if entry.at_ms >= state.verified_at_ms:
                    park(state, [(entry.record_id, entry.code)], entry.at_ms)
        return sync

    async def refresh(self, connection: Connection) -> Connection:
        """The connection as it is now. Raises: SyncNotEnabledError if it was deleted."""
        found = await self.services.connections.find(connection.owner, connection.provider, connection.connection_id)
        if found is None:
            raise SyncNotEnabledError
        return found

    async def request(self, connection: Connection, kind: RunKind) -> Requested:
        """Start a run as soon as possible.

        Raises: SyncNotEnabledError, ReconnectRequiredError, RateLimitedError if too many wait.
        """
        if connection.status != "connected":
            raise ReconnectRequiredError
        ref = connection.key
        request = await self.store.request(ref, kind, now_ms())
        await self.runner.schedule(ref)
        return request

    async def cancel(self, connection: Connection, run_id: str) -> None:
        """Raises: SyncNotEnabledError, RunNotFoundError."""
        await self.store.cancel(connection.key, run_id)

    async def list_runs(self, connection: Connection) -> list[Run]:
        """The last 50 ended runs, newest first. Raises: SyncNotEnabledError."""
        ref = connection.key
        await self.store.get(ref)
        return await self.store.list_runs(ref)

    async def count_stored(self, connection: Connection, sync: Sync) -> dict[str, int]:
        """Stored records by object type. Raises: MirrorLostError; SyncNotEnabledError before the first load."""
        count, types = self.services.mirror.reader.count, sync.wanted.types
        counts = await together(count(connection.connection_id, type_id) for type_id in types.values())
        return dict(zip(types, counts, strict=True))

    async def enabled(self, connections: Sequence[Connection]) -> frozenset[str]:
        """Ids of those whose sync is on."""
        return await self.store.enabled([connection.key for connection in connections])

    async def usage(self, connection: Connection) -> Usage | None:
        """How much of the vendor's limit for the account is used; None where it is not known. Raises: RedisError."""
        return await self.runner.sources[connection.provider].usage(connection)

    async def count_signals(self, connection: Connection) -> int | None:
        """Changed records that signals have announced and that wait to be read; None where no signals come."""
        if connection.provider != PROVIDER:
            return None
        return await self.signals.count(connection.account.account_id)

    async def disable(self, connection: Connection) -> None:
        """Turn sync off and delete all stored data, the key first. Doing it twice is not an error."""
        ref = connection.key
        await self.store.disable(ref)
        if connection.provider == PROVIDER:
            await self.signals.leave(connection.account.account_id, sync_key(ref))
            if await self.store.enabled([ref]):  # turned on again meanwhile, perhaps before it left
                await self.signals.join(connection.account.account_id, sync_key(ref))
        await self.services.mirror.epochs.drop(connection.connection_id)

    async def forget(self, connection: Connection) -> None:
        """Turn off the sync of a connection that its owner ends, and notify the host application."""
        await self.disable(connection)
        await self.outgoing.emit(connection, "connection.removed")


@asynccontextmanager
async def open_syncs(
    services: Services, sources: Mapping[str, Source], signal_source: SignalSource, *, with_worker: bool
) -> AsyncIterator[Syncs]:
    """Open the job queue, and run jobs if this process has a worker."""
    settings = services.settings
    http = PublicHttp(extra_ca=settings.vendor_ca, allows_local=settings.is_local)
    async with aclosing(http), JobQueue(services.redis_url, services.keyring) as queue:
        outgoing = Outgoing(services.redis, queue, EventEndpoints(services.redis, services.keyring), http)
        store = SyncStore(services.redis)
        signals = SignalStore(services.redis)
        runner = SyncRunner(services, queue, store, signals, sources, outgoing)
        drain = SignalDrain(services, queue, runner, signals, SignalReader(services.mirror, signal_source), outgoing)
        queue.register(runner.sync_connection)
        queue.register(drain.drain_account)
        journal = open_journal(services, http, signals, runner)
        queue.register(journal.poll_journal)
        worker = running_worker(queue, services.shutdown) if with_worker else nullcontext()
        sweeper = (
            running(runner.keep_sweeping, drain.keep_looking, journal.keep_polling) if with_worker else nullcontext()
        )
        async with worker, sweeper:
            yield Syncs(services, store, runner, signals, outgoing, journal)
