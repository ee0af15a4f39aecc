"""Count the failures of one call and choose the page size of the next attempt."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from core.api_client import failure_of
from core.retry import Failure
from errors import UpstreamResponseTooLargeError
from hubspot.endpoints import HubSpotCall


@dataclass(slots=True)
class Failures:
    """Stops a call after `most` failures; a pause that HubSpot requests is not a failure."""

    most: int
    count: int = 0

    def classify(self, exc: Exception) -> Failure | None:
        return self._counted(failure_of(exc))

    def _counted(self, failure: Failure | None) -> Failure | None:
        self.count += failure is not None and failure.spends_budget
        return None if self.count >= self.most else failure


@dataclass(slots=True)
class PageFailures(Failures):
    """Requests a page in the next of `sizes` after each failure; stops after the last size."""

    most: int = field(init=False)
    sizes: Sequence[int] = field(kw_only=True)
    build: Callable[[int], HubSpotCall] = field(kw_only=True)
    size: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        self.most = len(self.sizes)

    def next_call(self) -> HubSpotCall:
        self.size = self.sizes[min(self.count, len(self.sizes) - 1)]
        return self.build(self.size)

    def classify(self, exc: Exception) -> Failure | None:
        if not isinstance(exc, UpstreamResponseTooLargeError):
            return self._counted(failure_of(exc))
        self.count = max(self.count, 1)  # the second attempt in the same size would be too large again
        return self._counted(Failure(retryable=True))
