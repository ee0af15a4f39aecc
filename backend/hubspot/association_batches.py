"""Read the associations of many records with one other type: all pages, and one bad record does not lose its batch.

Order of events: the whole batch is requested → if it is refused or fails twice, it is split in halves, down to single
records → a single record that still fails is reported by its id. When two single records are refused like their batch,
we read HubSpot's list of association types: only that list proves that the two types cannot be associated.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from core.batches import batches
from core.progress import Progress
from errors import (
    RepeatedPageError,
    ServiceError,
)
from hubspot.associated import Associated
from hubspot.client import HubSpotClient
from hubspot.endpoints import ASSOCIATIONS_BATCH_MAX
from hubspot.refusals import FAILURES, REFUSALS, RefusedError, UnknownTypeError
from hubspot.smaller_requests import BatchParts
from hubspot.wire import AssociationsBatch, AssociationsOf

Inputs = Sequence[tuple[str, str | None]]

# HubSpot does not document its answers for a batch that is too large or for types that cannot be associated.
_MAYBE_FOR_THE_BATCH = frozenset({400, 404})
# Attempts for a whole batch, and for a single record of one that was split.
_WHOLE_FAILURES, _SINGLE_FAILURES = 3, 5


class NoSuchPairError(Exception):
    """Records of these two types cannot be associated in HubSpot."""


@dataclass(slots=True)
class FoundLinks:
    """Associations by record id; `missing` are records whose associations could not all be read."""

    by_id: dict[str, Associated] = field(default_factory=dict)
    missing: set[str] = field(default_factory=set)

    def add(self, id_: str, page: Associated) -> bool:
        """Return whether the page contained a new association."""
        before = self.by_id.get(id_)
        self.by_id[id_] = page if before is None else before.and_then(page)
        return before is None or len(self.by_id[id_].ids) > len(before.ids)


@dataclass(slots=True)
class BatchAssociationReader:
    """Reads associations from one type to another. It remembers the largest batch size that HubSpot answers.

    Args:
        from_type, to_type: as addresses have them.
    """

    client: HubSpotClient
    from_type: str
    to_type: str
    _most: int = field(init=False, default=ASSOCIATIONS_BATCH_MAX)
    _has_answered: bool = field(init=False, default=False)

    async def read(self, ids: Iterable[str]) -> FoundLinks:
        """All associations of each record.

        Raises:
            NoSuchPairError: there are none between these types.
            ScopeMissingError, RefusedError: HubSpot does not let us read them, or refuses every batch.
            ServiceError: HubSpot fails for every record, or its limit is used up.
        """
        found = FoundLinks()
        pending: dict[str, str | None] = dict.fromkeys(ids)
        progress: dict[str, Progress] = {}
        while pending:
            inputs = list(pending.items())
            sent, pending = pending, {}
            for batch in batches(inputs, self._most):
                for result in await self._results(batch, found):
                    id_ = str(result.source.id)
                    is_new = found.add(id_, Associated.from_wire(result.to))
                    # An id that we did not request must not cause further calls.
                    if result.after is not None and id_ in sent:
                        try:
                            progress.setdefault(id_, Progress()).check(result.after, is_new=is_new)
                            pending[id_] = result.after
                        except RepeatedPageError:
                            found.missing.add(id_)
        found.by_id = {id_: associated for id_, associated in found.by_id.items() if associated.ids}
        return found

    async def _results(self, inputs: Inputs, found: FoundLinks) -> list[AssociationsOf]:
        results: list[AssociationsOf] = []
        parts = BatchParts([inputs])
        while (part := parts.next()) is not None:
            try:
                answer = await self._ask(part, is_whole=part is inputs)
            except (RefusedError, *FAILURES) as exc:
                await self._check_worth_splitting(part, exc, found)
                parts.failed(part)
            else:
                self._has_answered = True
                parts.answered(part)
                results += answer.results
                found.missing.update(answer.lost)
        if parts.too_large and parts.most:  # 0 if no part was answered
            self._most = parts.most
        return results

    async def _ask(self, part: Inputs, *, is_whole: bool) -> AssociationsBatch:
        """Request a part of a split batch once; if it fails, it is split further."""
        few = _SINGLE_FAILURES if len(part) == 1 else _WHOLE_FAILURES if is_whole else 1
        client = self.client.failing_after(None if is_whole and len(part) == 1 else few)
        return await client.association_batch(self.from_type, self.to_type, part)

    async def _check_worth_splitting(self, part: Inputs, exc: ServiceError, found: FoundLinks) -> None:
        """Raises: the batch's error, if smaller batches would fail in the same way."""
        if isinstance(exc, RefusedError):
            if exc.upstream is None or exc.upstream.status not in _MAYBE_FOR_THE_BATCH:
                raise exc
            if not self._has_answered and await self._is_refused_alone(part):
                if await self._is_no_such_pair(exc):
                    raise NoSuchPairError from exc
                raise exc
        elif not self.client.retrier.budget.spend():
            raise exc
        if len(part) > 1:
            return
        if not self._has_answered:
            raise exc
        found.missing.add(part[0][0])

    async def _is_refused_alone(self, part: Inputs) -> bool:
        for alone in (part[:1], part[-1:]):
            try:
                await self._ask(alone, is_whole=False)
            except RefusedError:
                continue
            self._has_answered = True
            return False
        return True

    async def _is_no_such_pair(self, refused: RefusedError) -> bool:
        """True only if HubSpot's list of association types is empty; a refused or unreadable list proves nothing."""
        if isinstance(refused, UnknownTypeError):
            return True
        try:
            return not await self.client.failing_after(_WHOLE_FAILURES).can_associate(self.from_type, self.to_type)
        except (*REFUSALS, *FAILURES):
            return False
