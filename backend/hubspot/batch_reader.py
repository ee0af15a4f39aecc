"""Read records by id; a batch that HubSpot cannot answer is read in parts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from core.retry import RetryBudget
from errors import ServiceError, UpstreamResponseTooLargeError
from hubspot.records import Records
from hubspot.refusals import FAILURES
from hubspot.smaller_requests import BatchParts
from hubspot.wire import Record

# Attempts for a whole batch before it is read in parts.
WHOLE_FAILURES = 2


class AskBatch(Protocol):
    """One call for at most 100 records."""

    async def __call__(
        self, ids: Sequence[str], *, properties: Sequence[str], most_failures: int | None
    ) -> Records: ...


@dataclass(frozen=True, slots=True)
class BatchReader:
    """Reads batches of one type. Raises: UpstreamResponseTooLargeError if a batch has more than `most_bytes`.

    Each call after a failure takes one from the retry `budget`. HubSpot works if its answer is too large.
    """

    ask: AskBatch
    properties: Sequence[str]
    budget: RetryBudget
    most_bytes: int | None = None

    async def read(self, ids: Sequence[str]) -> Records:
        """Read at most 100 records, in halves if HubSpot fails; a single record that fails is reported by its id."""
        found: list[Record] = []
        unreadable: list[str] = []
        size_bytes = 0
        parts = BatchParts([ids])
        while (part := parts.next()) is not None:
            few = None if len(part) == 1 else WHOLE_FAILURES if part is ids else 1
            try:
                answer = await self.ask(part, properties=self.properties, most_failures=few)
            except FAILURES as exc:
                is_too_large = isinstance(exc, UpstreamResponseTooLargeError)
                if not is_too_large and not self.budget.spend():
                    raise
                parts.failed(part)
                if len(part) == 1:
                    if not is_too_large:
                        await self._check_exists(part, exc)
                    unreadable += part
            else:
                parts.answered(part)
                found += answer.results
                size_bytes += answer.size_bytes
                if self.most_bytes is not None and size_bytes > self.most_bytes:
                    raise UpstreamResponseTooLargeError
                unreadable += [*answer.unreadable, *_without_id(part, answer)]
        return Records(found, unreadable=tuple(unreadable), size_bytes=size_bytes)

    async def _check_exists(self, ids: Sequence[str], failed: ServiceError) -> None:
        """Raises: the failure, if HubSpot does not return the record without its values either."""
        try:
            await self.ask(ids, properties=("hs_object_id",), most_failures=1)
        except FAILURES:
            raise failed from None


def _without_id(ids: Sequence[str], answer: Records) -> list[str]:
    """The ids that records without one may have: all that the answer does not name."""
    named = {*answer.unreadable, *(record.id for record in answer.results)}
    return [id_ for id_ in ids if id_ not in named] if answer.without_id else []
