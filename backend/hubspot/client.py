"""HubSpot's API as functions: typed values out, retries, limits, tokens and paging taken care of.

Order of events in a call: token → room in the budget → sent → answer deciphered; 429, 5xx, resets and unreadable
bodies are tried again (`core/retry.py`); a 401 asks once for another token and begins anew. `paging.next.link` is never
fetched.
"""

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice
from typing import TypeVar

import httpx
import msgspec
import structlog
from pydantic import SecretStr

from core.exchange_errors import ExchangeError
from core.http import HttpClient
from core.log import failure_words
from core.progress import NoProgressError, Progress
from core.retry import Failure, Retrier
from core.together import together
from errors import (
    RepeatedPageError,
    ServiceError,
    UpstreamMigratingError,
    UpstreamRateLimitedError,
    UpstreamResponseTooLargeError,
)
from hubspot.association_answers import parse_associations
from hubspot.batch_parts import Parts
from hubspot.budget import Budget
from hubspot.endpoints import (
    BATCH_READ_MAX,
    LONGEST_SEARCH_BODY,
    Call,
    Endpoints,
    Search,
    fits_in_url,
)
from hubspot.page_sizes import PageSizes
from hubspot.protocol import (
    AccessTokenRejectedError,
    error_of_exchange,
    failure_of,
    parse,
    rate_limit_of,
)
from hubspot.records import Records, parse_linked_records, parse_records
from hubspot.refusals import FAILURES, REFUSALS
from hubspot.salvage import parse_listing
from hubspot.wire import (
    PRIMARY_TYPE_IDS,
    AccountDetails,
    AssociatedTo,
    AssociationsBatch,
    AssociationType,
    Listing,
    Owner,
    Pipeline,
    Property,
    Record,
    Schema,
)

T = TypeVar("T")
log = structlog.get_logger(__name__)

AccessTokens = Callable[[SecretStr | None], Awaitable[SecretStr]]
# The call to make after this many failures.
NextCall = Callable[[int], Call]

KEEP_TOKEN_S = 30.0
# Attempts for a whole batch before it is read in parts.
WHOLE_FAILURES = 2
# Beyond this many owners, ids are not resolved to names.
MOST_OWNERS = 50_000

# A scope that is missing, or whatever HubSpot answers where types cannot be associated: that is not documented. It may
# be the records themselves that are refused; asked for alone they say so.
_MAYBE_FOR_THE_LINKS = frozenset({400, 403, 404})

_account_details = partial(parse, decoder=msgspec.json.Decoder(AccountDetails))
_owners = partial(parse_listing, decoder=msgspec.json.Decoder(Listing[Owner]), wire_type=Owner)
_pipelines = partial(parse_listing, decoder=msgspec.json.Decoder(Listing[Pipeline]), wire_type=Pipeline)
_properties = partial(parse_listing, decoder=msgspec.json.Decoder(Listing[Property]), wire_type=Property)
# Entries that cannot be read count, too.
_unread = partial(parse, decoder=msgspec.json.Decoder(Listing[msgspec.Raw]))
_schemas = partial(parse_listing, decoder=msgspec.json.Decoder(Listing[Schema]), wire_type=Schema)


class KeptToken:
    """An access token used for several calls before it is asked for again.

    Args:
        access_token: hands out tokens that live for another minute at least.
        clock: monotonic seconds.
    """

    def __init__(self, access_token: AccessTokens, clock: Callable[[], float] = time.monotonic) -> None:
        self._access_token = access_token
        self._clock = clock
        self._token: SecretStr | None = None
        self._good_until = 0.0

    async def __call__(self, rejected: SecretStr | None) -> SecretStr:
        """The token, another one when this one was rejected. Raises: what `access_token` raises."""
        if self._token is None or rejected is not None or self._clock() >= self._good_until:
            began = self._clock()
            self._token = await self._access_token(rejected)
            self._good_until = began + KEEP_TOKEN_S
        return self._token


@dataclass(slots=True)
class Meter:
    """What calls have cost, and who is called before each wait, with its seconds.

    Args:
        on_wait: before a wait for HubSpot's rate limit, or for room in our budget.
        on_failure: before a call that HubSpot failed to answer is made again.
    """

    requests: int = 0
    retries: int = 0
    waited_s: float = 0.0
    on_wait: Callable[[float], None] = lambda _seconds: None
    on_failure: Callable[[float], None] = lambda _seconds: None


class Associated(msgspec.Struct, frozen=True, gc=False):
    """All targets of one record in one object type, each once, in HubSpot's order.

    Args:
        primary_id: the target of the primary association.
        labels: of the targets whose association has any, besides the primary one.
    """

    ids: list[str]
    primary_id: str | None = None
    labels: dict[str, list[str]] = msgspec.field(default_factory=dict)

    @classmethod
    def from_wire(cls, targets: Sequence[AssociatedTo]) -> "Associated":
        """A primary target may be listed a second time without that label."""
        ids, primary_id = [], None
        labels: dict[str, list[str]] = {}
        for target in targets:
            id_ = str(target.to_object_id)
            ids.append(id_)
            for kind in target.association_types:
                if _is_primary(kind):
                    primary_id = primary_id or id_
                elif kind.label:
                    labels[id_] = _unique([*labels.get(id_, ()), kind.label])
        return cls(_unique(ids), primary_id, labels)

    def and_then(self, rest: "Associated") -> "Associated":
        labels = {
            id_: _unique([*self.labels.get(id_, ()), *rest.labels.get(id_, ())]) for id_ in (*self.labels, *rest.labels)
        }
        return Associated(_unique(self.ids + rest.ids), self.primary_id or rest.primary_id, labels)


@dataclass(frozen=True, slots=True, kw_only=True)
class HubSpotClient:
    """One portal. All its calls are reads.

    Args:
        http: allowed to talk to the API's host.
        endpoints: host and version.
        budget: of this portal.
        access_token: hands out a token; its argument is one HubSpot has just rejected.
        retrier: the one layer that tries again.
        meter: counts what the calls cost.
        most_failures: attempts of a call that HubSpot may fail, beside the retrier's own bounds.
        page_sizes: what HubSpot could answer for at once.
    """

    http: HttpClient
    endpoints: Endpoints
    budget: Budget
    access_token: AccessTokens
    retrier: Retrier
    meter: Meter
    most_failures: int | None = None
    page_sizes: PageSizes = field(default_factory=PageSizes)

    def metered(self, meter: Meter) -> "HubSpotClient":
        """The same client, counting elsewhere."""
        return replace(self, meter=meter)

    def failing_after(self, failures: int | None) -> "HubSpotClient":
        """The same client, which gives a call up after this many failures; None leaves it to the retrier."""
        return replace(self, most_failures=failures)

    async def account_details(self) -> AccountDetails:
        return await self._call(self.endpoints.account_details(), _account_details)

    async def list_records(
        self,
        object_type: str,
        *,
        limit: int,
        after: str | None,
        properties: Sequence[str],
        archived: bool = False,
        associations: Sequence[str] = (),
    ) -> Records:
        """At most 100 records in HubSpot's order; fewer, where HubSpot cannot answer for as many at once.

        Sets of properties too long for an address go by batch read. With the records come their links to the types in
        `associations`; where that is refused, the records come alone.
        """
        ask = partial(self._list, object_type, limit=limit, after=after, properties=properties, archived=archived)
        if not associations:
            return await ask()
        try:
            return await ask(associations=associations)
        except ServiceError as exc:
            if exc.upstream is None or exc.upstream.status not in _MAYBE_FOR_THE_LINKS:
                raise
            return msgspec.structs.replace(await ask(), came_alone=True)

    async def batch_read(
        self, object_type: str, ids: Iterable[str], *, properties: Sequence[str], archived: bool = False
    ) -> Records:
        """The records that exist, each once, in no promised order.

        A merged id brings its survivor, under the survivor's id: match by id, never by position.
        """
        ask = partial(self._batch, object_type, properties=properties, archived=archived)
        answers = await together(ask(chunk) for chunk in _chunks(list(dict.fromkeys(ids)), BATCH_READ_MAX))
        by_id = {record.id: record for answer in answers for record in answer.results}
        return Records(list(by_id.values()), unreadable=tuple(id_ for answer in answers for id_ in answer.unreadable))

    async def _batch(
        self, object_type: str, ids: Sequence[str], *, properties: Sequence[str], archived: bool
    ) -> Records:
        """At most 100 records. Where HubSpot fails, in halves; a single one that cannot be had is set aside."""
        call = partial(self.endpoints.batch_read, object_type, archived=archived)
        found: list[Record] = []
        unreadable: list[str] = []
        parts = Parts([ids])
        while (part := parts.next()) is not None:
            few = None if len(part) == 1 else WHOLE_FAILURES if part is ids else 1
            try:
                answer = await self._call(call(part, properties=properties), parse_records, most_failures=few)
            except FAILURES as exc:
                if not self.retrier.budget.spend():
                    raise
                parts.failed(part)
                if len(part) == 1:
                    await self._check_exists(call(part, properties=("hs_object_id",)), exc)
                    unreadable += part
            else:
                parts.answered(part)
                found += answer.results
                unreadable += answer.unreadable
        return Records(found, unreadable=tuple(unreadable))

    async def _check_exists(self, bare: Call, failed: ServiceError) -> None:
        """Raises: the failure, where HubSpot does not even answer for the record without its values."""
        try:
            await self._call(bare, parse_records, most_failures=1)
        except FAILURES:
            raise failed from None

    async def histories(
        self, object_type: str, ids: Sequence[str], *, properties: Sequence[str], archived: bool = False
    ) -> list[Record]:
        """Up to 50 records with all values these properties had."""
        call = self.endpoints.batch_read(object_type, ids, properties=(), with_history=properties, archived=archived)
        return (await self._call(call, parse_records)).results

    async def search(self, object_type: str, search: Search) -> Records:
        """At most 200 records and how many match; HubSpot answers for the first 10,000 matches only.

        Fewer, where HubSpot cannot answer for as many at once. Sets of properties too long for a search's body go by
        batch read.
        """

        def call(limit: int) -> Call:
            return self.endpoints.search(object_type, replace(search, limit=limit))

        if len(call(search.limit).body) <= LONGEST_SEARCH_BODY:
            return await self._call_sized(f"search {object_type}", search.limit, call, parse_records)
        found = await self.search(object_type, replace(search, properties=("hs_object_id",)))
        return await self._with_properties(object_type, found, search.properties)

    async def count(self, object_type: str) -> int | None:
        """How many live records there are, as the search index has it."""
        return (await self.search(object_type, Search(limit=1, properties=("hs_object_id",)))).total

    async def association_batch(
        self, from_type: str, to_type: str, inputs: Sequence[tuple[str, str | None]]
    ) -> AssociationsBatch:
        """Links of up to 1,000 records, each from its cursor on; None is the beginning."""
        return await self._call(self.endpoints.read_associations(from_type, to_type, inputs), parse_associations)

    async def can_associate(self, from_type: str, to_type: str) -> bool:
        """Whether records of the two types can be associated at all, by HubSpot's own list of association types."""
        return bool((await self._call(self.endpoints.association_types(from_type, to_type), _unread)).results)

    async def owners(self) -> list[Owner]:
        """Everybody records are or were assigned to: active ones first, then archived ones."""
        active, archived = await together(self._owners(archived=archived) for archived in (False, True))
        return active + archived

    async def pipelines(self, object_type: str) -> list[Pipeline]:
        return (await self._call(self.endpoints.pipelines(object_type), _pipelines)).results

    async def properties(self, object_type: str) -> list[Property]:
        return (await self._call(self.endpoints.properties(object_type), _properties)).results

    async def schemas(self) -> list[Schema]:
        """The custom object types of the portal."""
        return (await self._call(self.endpoints.schemas(), _schemas)).results

    async def _list(
        self,
        object_type: str,
        *,
        limit: int,
        after: str | None,
        properties: Sequence[str],
        archived: bool,
        associations: Sequence[str] = (),
    ) -> Records:
        fits = fits_in_url(properties)

        def call(size: int) -> Call:
            return self.endpoints.list_records(
                object_type,
                limit=size,
                after=after,
                properties=properties if fits else ("hs_object_id",),
                archived=archived,
                associations=associations,
            )

        parse_page = parse_linked_records if associations else parse_records
        listed = await self._call_sized(f"list {object_type}", limit, call, parse_page)
        if listed.after is not None and listed.after == after:
            raise RepeatedPageError
        if fits:
            return listed
        return await self._with_properties(object_type, listed, properties, archived=archived)

    async def _with_properties(
        self, object_type: str, found: Records, properties: Sequence[str], *, archived: bool = False
    ) -> Records:
        """The same records in the same order, with these properties.

        One that was archived or merged between the two calls is gone, as if it had been so before the first.
        """
        links = {record.id: record.associations for record in found.results}
        read = await self.batch_read(object_type, links, properties=properties, archived=archived)
        by_id = {record.id: record for record in read.results}
        kept = [by_id[id_] for id_ in links if id_ in by_id]
        without_id = tuple(sum(id_ in by_id for id_ in islice(links, at)) for at in found.without_id)
        for record in kept:
            record.associations = links[record.id]
        unreadable = found.unreadable + read.unreadable
        return msgspec.structs.replace(
            found, results=kept, without_id=without_id, unreadable=unreadable, found_last=found.last_id
        )

    async def _owners(self, *, archived: bool) -> list[Owner]:
        found: list[Owner] = []
        async for page in self._pages(lambda after: self.endpoints.owners(after=after, archived=archived), _owners):
            found += page.results
            if len(found) >= MOST_OWNERS:
                break
        return found

    async def _pages(
        self, call: Callable[[str | None], Call], parse_page: Callable[[httpx.Response], Listing[T]]
    ) -> AsyncIterator[Listing[T]]:
        after: str | None = None
        progress = Progress()
        while True:
            page = await self._call(call(after), parse_page)
            yield page
            if page.after is None:
                return
            check_progress(progress, page.after, is_new=bool(page.results))
            after = page.after

    async def _call_sized(
        self,
        key: str,
        wanted: int,
        call: Callable[[int], Call],
        parse_page: Callable[[httpx.Response], T],
    ) -> T:
        """A page of this many records, or of fewer where HubSpot fails to answer for as many."""
        if wanted == 1:
            return await self._call(call(1), parse_page)
        sizes = self.page_sizes.attempts(key, wanted, most=self.retrier.policy.attempts)
        used = wanted

        def next_call(failures: int) -> Call:
            nonlocal used
            used = sizes[min(failures, len(sizes) - 1)]
            return call(used)

        try:
            page = await self._call(next_call, parse_page, most_failures=len(sizes))
        except FAILURES:
            if used == 1:
                self.page_sizes.failed(key)
            raise
        self.page_sizes.answered(key, wanted, used)
        return page

    async def _call(
        self,
        call: Call | NextCall,
        parse_answer: Callable[[httpx.Response], T],
        *,
        most_failures: int | None = None,
    ) -> T:
        """Send until there is an answer, or too many failures; one rejected token is replaced."""
        token = await self.access_token(None)
        try:
            return await self._try(call, parse_answer, token, most_failures)
        except AccessTokenRejectedError:
            return await self._try(call, parse_answer, await self.access_token(token), most_failures)

    async def _try(
        self,
        call: Call | NextCall,
        parse_answer: Callable[[httpx.Response], T],
        token: SecretStr,
        most_failures: int | None,
    ) -> T:
        most = most_failures or self.most_failures or self.retrier.policy.attempts
        failures = 0

        async def attempt(allowed_s: float) -> T:
            sent = call if isinstance(call, Call) else call(failures)
            self.meter.waited_s += await self.budget.acquire(sent.bucket, self.meter.on_wait)
            return await self._answer(sent, parse_answer, token, allowed_s)

        def classify(exc: Exception) -> Failure | None:
            nonlocal failures
            failure = failure_of(exc)
            if isinstance(exc, UpstreamResponseTooLargeError) and not isinstance(call, Call):
                failure = Failure(retryable=True)
                failures = max(failures, 1)  # as many records would be too large again
            failures += failure is not None and failure.spends_budget
            return None if failures >= most else failure

        return await self.retrier.with_attempts(most).call(attempt, classify=classify, on_retry=self._note_retry)

    async def _answer(
        self, call: Call, parse_answer: Callable[[httpx.Response], T], token: SecretStr, allowed_s: float
    ) -> T:
        headers = {"Authorization": f"Bearer {token.get_secret_value()}", "Accept": "application/json"}
        if call.body:
            headers["Content-Type"] = "application/json"
        self.meter.requests += 1
        try:
            request = httpx.Request(call.method, call.url, headers=headers, content=call.body or None)
            response = await self.http.send(request, endpoint=call.endpoint, timeout_s=allowed_s)
        except ExchangeError as exc:
            raise error_of_exchange(exc) from exc
        finally:
            await self.budget.answered(call.bucket)
        self.budget.learn(call.bucket, rate_limit_of(response), succeeded=200 <= response.status_code < 300)
        try:
            return parse_answer(response)
        except UpstreamRateLimitedError as exc:
            await self.budget.refused(call.bucket, exc.retry_after_s or 0.0)
            raise
        except REFUSALS as exc:
            # The caller may leave it out and continue; HubSpot's reference is known only here.
            log.info("refused", endpoint=call.endpoint, **failure_words(exc))
            raise
        except UpstreamMigratingError as exc:
            # The whole account moves, so nothing of it can be read.
            await self.budget.pause(exc.retry_after_s or 0.0)
            raise

    def _note_retry(self, exc: Exception, wait_s: float) -> None:
        self.meter.retries += 1
        self.meter.waited_s += wait_s
        report = self.meter.on_wait if isinstance(exc, UpstreamRateLimitedError) else self.meter.on_failure
        report(wait_s)


def _chunks(values: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    return (values[start : start + size] for start in range(0, len(values), size))


def check_progress(progress: Progress, cursor: object, *, is_new: bool) -> None:
    """Raises: RepeatedPageError, where paging would go on forever."""
    try:
        progress.check(cursor, is_new=is_new)
    except NoProgressError:
        raise RepeatedPageError from None


def _is_primary(kind: AssociationType) -> bool:
    return kind.category == "HUBSPOT_DEFINED" and (kind.type_id in PRIMARY_TYPE_IDS or kind.label == "Primary")


def _unique(ids: list[str]) -> list[str]:
    return ids if len(ids) == 1 or len(set(ids)) == len(ids) else list(dict.fromkeys(ids))
