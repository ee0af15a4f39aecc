"""Read the records of signals into one mirror of the account: store them, or prove that they ended.

A read that is older than its signal (HubSpot answers from copies) and an end that nothing proves are unsure: their
signals are returned, to be looked at again.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from types import MappingProxyType

import structlog

from core.together import together
from errors import (
    MirrorFullError,
    MirrorLostError,
    ReconnectRequiredError,
    ScopeMissingError,
    ServiceError,
    SyncNotEnabledError,
)
from integrations.integration_item import IntegrationItem
from mirror.fence import Fence, StaleWriterError
from mirror.mirror import Mirror
from mirror.records import StoredItem, updated_at_ms
from oauth.connection import Connection, ConnectionKey
from sync.receipts import RECORD_UNREADABLE
from sync.run_failures import may_be_of_one_type
from sync.session import now_ms
from sync.signal_store import Signal
from sync.source import SignalSource
from sync.state import Wanted

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Target:
    """One mirror of the account."""

    connection: Connection
    wanted: Wanted
    epoch: int
    touched: Counter[str] = field(default_factory=Counter)
    """Records that were changed in the mirror, by object type, and not announced yet."""
    unread: dict[str, str] = field(default_factory=dict)
    """Records that could not be read, and the error code."""

    @property
    def names(self) -> Mapping[str, str]:
        """Names of the object types that are kept, by their id."""
        return {type_id: name for name, type_id in self.wanted.types.items()}

    @property
    def is_readable(self) -> bool:
        """False while a reconnect is required."""
        return self.connection.status == "connected"

    @property
    def identity(self) -> tuple[ConnectionKey, Wanted, int, bool]:
        """Differs when signals must be processed again for this mirror."""
        return self.connection.key, self.wanted, self.epoch, self.is_readable

    @property
    def fence(self) -> Fence:
        return Fence(self.epoch)


@dataclass(frozen=True, slots=True)
class SignalReader:
    """Updates mirrors from one vendor."""

    mirror: Mirror
    source: SignalSource

    async def erase(self, target: Target, type_id: str, signals: Sequence[Signal]) -> None:
        """Delete records that were erased for privacy, without reading them.

        Of a type that was left out, these are the stored ones: they stay stored until sync is turned off.
        """
        ids, at_ms = [signal.record_id for signal in signals], max(signal.at_ms for signal in signals)
        name, connection_id = target.names.get(type_id), target.connection.connection_id
        try:
            if name is None:
                ids = list(await self.mirror.reader.read(connection_id, type_id, ids))
            deletions = await self.source.erased(target.connection, target.wanted, name or type_id, ids, at_ms)
            deleted = await self.mirror.writer.delete(connection_id, type_id, deletions, fence=target.fence)
        except (StaleWriterError, MirrorLostError, SyncNotEnabledError):
            return  # the next load leaves them out
        if deletions:
            target.touched[deletions[0].object_type] += deleted

    async def read_all(self, targets: Sequence[Target], groups: Sequence[Sequence[Signal]]) -> list[Signal]:
        """Read each group into each mirror; the signals that are to be looked at again.

        Those of a group that the vendor fails for, while it answers for others, are among them.

        Raises: ServiceError: as `read`; the vendor's failure if it fails for all.
        """
        failures: list[ServiceError] = []

        async def read(target: Target, group: Sequence[Signal]) -> list[Signal]:
            try:
                return await self.read(target, group)
            except ServiceError as exc:
                if not may_be_of_one_type(exc):
                    raise
                failures.append(exc)
                return _note_unread(target, list(group), exc.code)

        unsure = await together(read(target, group) for target in targets for group in groups)
        if failures and len(failures) == len(unsure):
            raise failures[0]
        return [signal for signals in unsure for signal in signals]

    async def read(self, target: Target, batch: Sequence[Signal]) -> list[Signal]:
        """Read one batch of one type into one mirror; the signals that are to be looked at again.

        What ends this mirror's reading is the business of its own runs, which begin again by themselves.
        """
        name = target.names.get(batch[0].type_id)
        if name is None:
            return []
        try:
            return await self._read_into(target, name, batch)
        except (ReconnectRequiredError, StaleWriterError, MirrorLostError, SyncNotEnabledError):
            return []
        except ScopeMissingError as exc:
            # The vendor refused what the account has granted: the type's own runs may not notice it.
            return _note_unread(target, list(batch), exc.code) if exc.upstream else []
        except ServiceError as exc:
            if exc.retryable:
                raise
            if len(batch) > 1:
                return await self._read_alone(target, batch)
            log.warning(
                "changed records could not be read", error_code=exc.code, object_type=name, **target.connection.identity
            )
            return _note_unread(target, list(batch), exc.code)

    async def _read_alone(self, target: Target, batch: Sequence[Signal]) -> list[Signal]:
        """Of a batch that was refused, read those alone that are not looked at again: one of them may be the reason."""
        last = [signal for signal in batch if signal.is_last_look]
        unsure = [await self.read(target, [signal]) for signal in last]
        return [signal for signal in batch if signal not in last] + [signal for signals in unsure for signal in signals]

    async def _read_into(self, target: Target, name: str, batch: Sequence[Signal]) -> list[Signal]:
        by_id = {signal.record_id: signal for signal in batch}
        stored = await self._stored(target, batch)
        kept = {record_id: entry.item() for record_id, entry in stored.items()}
        read = await self.source.reread(target.connection, target.wanted, name, list(by_id), kept)
        # The associations that were kept are as old as the stored record: a run that reads them replaces them.
        sent_before = {record_id: entry.sent_at_ms for record_id, entry in stored.items()}
        await self._store(target, name, read.items, sent_at_ms=read.sent_at_ms, sent_before=sent_before)
        unsure = [by_id[item.record_id] for item in read.items if _is_older(item, by_id[item.record_id])]
        unsure += _note_unread(target, [by_id[id_] for id_ in read.unreadable])
        if read.missing:
            unsure += await self._end(target, name, [by_id[id_] for id_ in read.missing])
        return unsure

    async def _store(
        self,
        target: Target,
        name: str,
        items: Sequence[IntegrationItem],
        *,
        sent_at_ms: int,
        sent_before: Mapping[str, int] = MappingProxyType({}),
    ) -> None:
        """Leave records that do not fit to the mirror's own runs: the deletions beside them always fit."""
        if not items:
            return
        with suppress(MirrorFullError):
            applied = await self.mirror.writer.apply(
                target.connection.connection_id,
                target.wanted.types[name],
                items,
                sent_at_ms=sent_at_ms,
                sent_before=sent_before,
                fence=target.fence,
            )
            target.touched[name] += applied.added + applied.changed

    async def _stored(self, target: Target, batch: Sequence[Signal]) -> dict[str, StoredItem]:
        """The stored records whose associations did not change."""
        ids = [signal.record_id for signal in batch if signal.linked_at_ms is None]
        if not ids or not target.wanted.associations:
            return {}
        return await self.mirror.reader.read(target.connection.connection_id, batch[0].type_id, ids)

    async def _end(self, target: Target, name: str, missing: Sequence[Signal]) -> list[Signal]:
        """Delete what is proven to have ended. A record that nothing is known of is gone after the last look only."""
        by_id, sent_at_ms = {signal.record_id: signal for signal in missing}, now_ms()
        found = await self.source.find(target.connection, target.wanted, name, list(by_id))
        await self._store(target, name, found.items, sent_at_ms=sent_at_ms)
        unsure = _note_unread(target, [by_id[id_] for id_ in found.unreadable if id_ in by_id])
        proven = []
        for deletion in found.deletions:
            signal = by_id[deletion.record_id]
            if deletion.reason == "gone" and not signal.is_last_look:
                unsure.append(signal)
            else:
                proven.append(deletion)
        if proven:
            connection_id, type_id = target.connection.connection_id, missing[0].type_id
            deleted = await self.mirror.writer.delete(connection_id, type_id, proven, fence=target.fence)
            target.touched[name] += deleted
        return unsure


def _note_unread(target: Target, signals: list[Signal], code: str = RECORD_UNREADABLE) -> list[Signal]:
    """Note the records for the state; the same signals."""
    target.unread.update((signal.member, code) for signal in signals)
    return signals


def _is_older(item: IntegrationItem, signal: Signal) -> bool:
    """Whether the read is older than the signal. A new association does not change the modification time."""
    return signal.linked_at_ms != signal.at_ms and updated_at_ms(item) < signal.at_ms
