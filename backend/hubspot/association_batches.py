"""Links of many records to one other type, in batches: all pages, and no batch lost for one record in it.

Order of events for a batch: asked for as a whole → refused, or failed twice: in halves, down to single records → what
cannot be had of a single record is left out by its id. When two records alone are refused like their batch, HubSpot is
asked whether it associates the two types at all: only its own answer proves that no links are missing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

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

# HubSpot does not document what it answers for a batch that is too large, or for types that it does not associate.
_MAYBE_FOR_THE_BATCH = frozenset({400, 404})
# Attempts for a whole batch, and for a single record of one that was split.
_WHOLE_FAILURES, _SINGLE_FAILURES = 3, 5


class NoSuchPairError(Exception):
    """HubSpot associates no records of these two types with each other."""


@dataclass(slots=True)
class FoundLinks:
    """By record id; `missing` are records whose links could not be read, or not all of them."""

    by_id: dict[str, Associated] = field(default_factory=dict)
    missing: set[str] = field(default_factory=set)

    def add(self, id_: str, page: Associated) -> bool:
        """Whether the page brought a link that was not there before."""
        before = self.by_id.get(id_)
        self.by_id[id_] = page if before is None else before.and_then(page)
        return before is None or len(self.by_id[id_].ids) > len(before.ids)


@dataclass(slots=True)
class BatchAssociationReader:
    """Reads links from one type to another. It remembers the largest batch that HubSpot answers for.

    Args:
        client: of the portal.
        from_type, to_type: as addresses have them.
    """

    client: HubSpotClient
    from_type: str
    to_type: str
    _most: int = field(init=False, default=ASSOCIATIONS_BATCH_MAX)
    _has_answered: bool = field(init=False, default=False)

    async def read(self, ids: Iterable[str]) -> FoundLinks:
        """All links of each record.

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
            for start in range(0, len(inputs), self._most):
                for result in await self._results(inputs[start : start + self._most], found):
                    id_ = str(result.source.id)
                    is_new = found.add(id_, Associated.from_wire(result.to))
                    # An id that was not asked for must not lead to more and more calls.
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
        if parts.too_large:
            self._most = parts.most
        return results

    async def _ask(self, part: Inputs, *, is_whole: bool) -> AssociationsBatch:
        """A part of a batch that was split is asked for once: its failure is the batch's, and splits it further."""
        few = _SINGLE_FAILURES if len(part) == 1 else _WHOLE_FAILURES if is_whole else 1
        client = self.client.failing_after(None if is_whole and len(part) == 1 else few)
        return await client.association_batch(self.from_type, self.to_type, part)

    async def _check_worth_splitting(self, part: Inputs, exc: ServiceError, found: FoundLinks) -> None:
        """Raises: what the batch was answered with, where smaller ones would be answered alike."""
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
        """Only if HubSpot says so: a list of association types that is refused, or cannot be read, proves nothing."""
        if isinstance(refused, UnknownTypeError):
            return True
        try:
            return not await self.client.failing_after(_WHOLE_FAILURES).can_associate(self.from_type, self.to_type)
        except (*REFUSALS, *FAILURES):
            return False
