import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs

import httpx
import msgspec
import pytest
import respx
from pydantic import SecretStr

from core.api_client import KEEP_TOKEN_S, AccessTokenRejectedError, KeptToken, Meter
from core.retry import Retrier, RetryBudget, RetryPolicy
from errors import (
    ScopeMissingError,
    ServiceError,
    UpstreamMalformedError,
    UpstreamMigratingError,
    UpstreamRateLimitedError,
    UpstreamUnavailableError,
    ValidationFailedError,
)
from hubspot.association_limit import AssociationCounting
from hubspot.budget import RateLimitBucket
from hubspot.client import HubSpotClient
from hubspot.endpoints import Filter, Search
from hubspot.wire import InlineLink, InlineLinks
from tests.unit.hubspot.samples import API_URL, ENDPOINTS, http_of, sample

Handler = Callable[[httpx.Request], httpx.Response]


class Budget:
    """Has room, unless it has none; notes what its permits are told."""

    def __init__(self) -> None:
        self.room = True
        self.acquired: list[RateLimitBucket] = []
        self.back: list[int | None] = []
        self.failures: list[tuple[RateLimitBucket, ServiceError]] = []

    @property
    def associations(self) -> AssociationCounting:
        return "exempt"

    async def acquire(self, bucket: RateLimitBucket, _on_wait: Callable[[float], None]) -> "Permit":
        if not self.room:
            raise UpstreamRateLimitedError(retry_after_s=4)
        self.acquired.append(bucket)
        return Permit(self, bucket)


@dataclass
class Permit:
    budget: Budget
    bucket: RateLimitBucket

    async def answered(self, response: httpx.Response | None) -> None:
        self.budget.back.append(None if response is None else response.status_code)

    async def failed(self, error: ServiceError) -> None:
        self.budget.failures.append((self.bucket, error))


class Vault:
    """Hands out a token, and another one when it is told that the first was rejected."""

    def __init__(self) -> None:
        self.rejected: list[str] = []

    async def access_token(self, rejected: SecretStr | None) -> SecretStr:
        if rejected is not None:
            self.rejected.append(rejected.get_secret_value())
        return SecretStr(f"token-{len(self.rejected)}")


class Portal:
    """A client, what is behind it, and everything it notes."""

    def __init__(self, handler: Handler, *, attempts: int = 3) -> None:
        self.router = respx.MockRouter(base_url=API_URL)
        self.router.route().mock(side_effect=handler)
        self.budget, self.vault, self.waits = Budget(), Vault(), list[float]()
        self.failure_waits = list[float]()
        self.meter = Meter(on_wait=self.waits.append, on_failure=self.failure_waits.append)
        policy = RetryPolicy(attempts=attempts, total_s=300.0)

        async def no_sleep(_seconds: float) -> None:
            return None

        self.client = HubSpotClient(
            http=http_of(self.router.async_handler),
            endpoints=ENDPOINTS,
            budget=self.budget,
            access_token=self.vault.access_token,
            retrier=Retrier(policy, RetryBudget(), random.Random(1), lambda: 0.0, no_sleep),
            meter=self.meter,
        )

    @property
    def requests(self) -> list[httpx.Request]:
        return [call.request for call in self.router.calls]

    @property
    def paths(self) -> list[str]:
        return [request.url.path for request in self.requests]

    def bodies(self) -> list[dict[str, list[dict[str, str]]]]:
        return [msgspec.json.decode(request.content) for request in self.requests if request.content]


def each(*responses: httpx.Response) -> Handler:
    """One answer after the other."""
    waiting = iter(responses)
    return lambda _request: next(waiting)


def records(*ids: str, after: str | None = None) -> httpx.Response:
    body: dict[str, object] = {"results": [{"id": id_, "properties": {"hs_object_id": id_}} for id_ in ids]}
    return httpx.Response(200, json=body | ({"paging": {"next": {"after": after}}} if after else {}))


def linked(source: str, *targets: int | str, after: str | None = None) -> Mapping[str, object]:
    kinds = [{"category": "HUBSPOT_DEFINED", "typeId": 280, "label": None}]
    found = [{"toObjectId": target, "associationTypes": kinds} for target in targets]
    return {"from": {"id": source}, "to": found} | ({"paging": {"next": {"after": after}}} if after else {})


def batch(*results: Mapping[str, object]) -> httpx.Response:
    return httpx.Response(207, json={"status": "COMPLETE", "results": list(results)})


DETAILS = httpx.Response(200, content=sample("account-details.json"))


class TestCalls:
    async def test_a_call_carries_the_token_and_takes_room_in_its_lane(self) -> None:
        portal = Portal(each(DETAILS))

        details = await portal.client.account_details()

        assert details.portal_id == 123456
        assert portal.requests[0].headers["Authorization"] == "Bearer token-0"
        assert portal.paths == ["/account-info/2026-09/details"]
        assert portal.budget.acquired == ["core"]

    async def test_a_rejected_token_is_replaced_once_and_the_call_goes_on(self) -> None:
        refused = httpx.Response(401, content=sample("errors/401-expired.json"))
        portal = Portal(each(refused, DETAILS))

        await portal.client.account_details()

        assert portal.vault.rejected == ["token-0"]
        assert portal.requests[1].headers["Authorization"] == "Bearer token-1"
        assert portal.meter.requests == 2

    async def test_the_budget_is_told_of_each_call_that_is_back_with_an_answer_or_without(self) -> None:
        def break_off(request: httpx.Request) -> httpx.Response:
            if not portal.requests:
                raise ConnectionResetError("reset")
            return DETAILS

        portal = Portal(break_off)

        await portal.client.account_details()

        assert portal.budget.back == [None, 200]

    async def test_a_second_rejection_is_the_end(self) -> None:
        portal = Portal(lambda _request: httpx.Response(401, content=sample("errors/401-unknown.json")))

        with pytest.raises(AccessTokenRejectedError):
            await portal.client.account_details()

        assert len(portal.requests) == 2

    async def test_what_passes_is_tried_again_and_counted(self) -> None:
        broken = httpx.Response(500, content=sample("errors/500.json"))
        portal = Portal(each(broken, httpx.Response(200, content=b'{"portalId":'), DETAILS))

        await portal.client.account_details()

        assert (portal.meter.requests, portal.meter.retries) == (3, 2)

    async def test_after_three_attempts_the_failure_is_told(self) -> None:
        portal = Portal(lambda _request: httpx.Response(502, content=b"<html>"))

        with pytest.raises(UpstreamUnavailableError):
            await portal.client.account_details()

        assert len(portal.requests) == 3

    async def test_a_429_pauses_its_bucket_and_reports_the_wait_before_it(self) -> None:
        limited = httpx.Response(429, content=sample("errors/429-search.json"))
        portal = Portal(each(limited, records("1")))

        await portal.client.search("contacts", Search())

        [(bucket, error)] = portal.budget.failures
        assert (bucket, error.retry_after_s) == ("search", 1.0)
        assert portal.waits[0] >= 1.0

    @pytest.mark.parametrize("status", [500, 502, 423])
    async def test_a_failure_is_reported_as_one_and_not_as_a_rate_limit(self, status: int) -> None:
        portal = Portal(each(httpx.Response(status), DETAILS))

        await portal.client.account_details()

        assert (len(portal.failure_waits), portal.waits) == (1, [])

    async def test_a_move_of_the_account_is_not_waited_out(self) -> None:
        portal = Portal(lambda _request: httpx.Response(477, headers={"Retry-After": "3600"}))

        with pytest.raises(UpstreamMigratingError) as told:
            await portal.client.account_details()

        assert told.value.retry_after_s == 3600
        assert portal.budget.failures == [("core", told.value)]
        assert len(portal.requests) == 1

    async def test_a_budget_without_room_is_told_and_nothing_is_sent(self) -> None:
        portal = Portal(each())
        portal.budget.room = False

        with pytest.raises(UpstreamRateLimitedError):
            await portal.client.account_details()

        assert portal.requests == []

    async def test_a_missing_scope_is_told_with_its_name(self) -> None:
        portal = Portal(each(httpx.Response(403, content=sample("errors/403-missing-scopes.json"))))

        with pytest.raises(ScopeMissingError) as told:
            await portal.client.list_records("deals", limit=100, after=None, properties=())

        assert "crm.objects.deals.read" in told.value.missing_scopes

    async def test_no_token_is_in_a_representation(self) -> None:
        portal = Portal(each(DETAILS))

        await portal.client.account_details()

        assert "token-0" not in repr(portal.client)

    async def test_a_metered_client_counts_elsewhere(self) -> None:
        portal = Portal(each(DETAILS, DETAILS))
        other = Meter()

        await portal.client.metered(other).account_details()

        assert (other.requests, portal.meter.requests) == (1, 0)


class TestKeptToken:
    async def test_it_is_asked_for_once_in_half_a_minute(self) -> None:
        vault, now = Vault(), [0.0]
        asked: list[SecretStr | None] = []

        async def access_token(rejected: SecretStr | None) -> SecretStr:
            asked.append(rejected)
            return await vault.access_token(rejected)

        kept = KeptToken(access_token, lambda: now[0])

        await kept(None)
        await kept(None)
        now[0] = KEEP_TOKEN_S
        await kept(None)

        assert asked == [None, None]

    async def test_a_rejected_one_is_replaced_at_once_and_for_the_calls_after_it(self) -> None:
        kept = KeptToken(Vault().access_token)
        first = await kept(None)

        second = await kept(first)

        assert second != first
        assert await kept(None) == second


class TestRecords:
    async def test_properties_are_repeated_on_every_page(self) -> None:
        portal = Portal(each(records("1", after="2"), records("2")))

        first = await portal.client.list_records("contacts", limit=1, after=None, properties=("a", "b"))
        await portal.client.list_records("contacts", limit=1, after=first.after, properties=("a", "b"))

        asked = [parse_qs(request.url.query.decode()) for request in portal.requests]
        assert [entry["properties"] for entry in asked] == [["a,b"], ["a,b"]]
        assert asked[1]["after"] == ["2"]

    async def test_a_list_that_repeats_a_page_is_an_error_and_no_endless_loop(self) -> None:
        portal = Portal(each(records("1", after="2")))

        with pytest.raises(UpstreamMalformedError):
            await portal.client.list_records("contacts", limit=1, after="2", properties=("a",))

    async def test_properties_too_long_for_an_address_go_by_batch_read(self) -> None:
        properties = tuple(f"a_property_with_a_long_name_{number:04}" for number in range(1_500))
        found = [{"id": id_, "properties": {"hs_object_id": id_, properties[7]: "x"}} for id_ in ("3", "1", "9")]
        portal = Portal(each(records("1", "2", "3", after="4"), httpx.Response(207, json={"results": found})))

        page = await portal.client.list_records("contacts", limit=3, after=None, properties=properties, archived=True)

        assert [record.id for record in page.results] == ["1", "3"]
        assert page.results[0].properties[properties[7]] == "x"
        assert page.after == "4"
        assert max(len(str(request.url)) for request in portal.requests) < 8_192
        assert all("archived=true" in str(request.url) for request in portal.requests)

    async def test_links_asked_for_stay_with_records_read_by_batch(self) -> None:
        properties = tuple(f"a_property_with_a_long_name_{number:04}" for number in range(1_500))
        linked = {"id": "1", "properties": {}, "associations": {"deals": {"results": [{"id": "8", "type": "x"}]}}}
        listed = httpx.Response(200, json={"results": [linked, {"id": "2", "properties": {}}]})
        portal = Portal(each(listed, records("2", "1")))

        page = await portal.client.list_records(
            "contacts", limit=2, after=None, properties=properties, associations=("deals", "tickets")
        )

        assert parse_qs(portal.requests[0].url.query.decode())["associations"] == ["deals,tickets"]
        assert [record.associations for record in page.results] == [{"deals": InlineLinks([InlineLink("8", "x")])}, {}]

    @pytest.mark.parametrize(
        "refusal",
        [
            httpx.Response(403, content=sample("errors/403-missing-scopes.json")),
            httpx.Response(400, json={"message": "Unable to infer object type from: deals"}),
            httpx.Response(404),
        ],
    )
    async def test_where_links_are_refused_the_records_come_alone(self, refusal: httpx.Response) -> None:
        portal = Portal(each(refusal, records("1")))

        page = await portal.client.list_records(
            "contacts", limit=1, after=None, properties=("a",), associations=("deals",)
        )

        assert [record.associations for record in page.results] == [None]
        assert [b"associations" in request.url.query for request in portal.requests] == [True, False]

    async def test_properties_too_long_for_a_search_go_by_batch_read(self) -> None:
        properties = tuple(f"a_property_with_a_long_name_{number:04}" for number in range(200))
        portal = Portal(each(records("1", "2"), records("2", "1")))

        page = await portal.client.search("contacts", Search(properties=properties))

        assert [record.id for record in page.results] == ["1", "2"]
        assert portal.paths[1].endswith("/batch/read")
        assert len(portal.requests[0].content) < 3_000

    @pytest.mark.parametrize(
        "search",
        [
            Search(query="\x01" * 500, properties=("email",)),
            Search(filters=(Filter("hs_object_id", "IN", values=("1",) * 1_000),)),
        ],
        ids=["text", "filters"],
    )
    async def test_conditions_too_long_for_a_search_are_refused(self, search: Search) -> None:
        portal = Portal(each())

        with pytest.raises(ValidationFailedError, match="too long"):
            await portal.client.search("contacts", search)

        assert not portal.requests

    async def test_more_ids_than_a_batch_takes_go_in_several(self) -> None:
        portal = Portal(
            lambda request: records(*(input_["id"] for input_ in msgspec.json.decode(request.content)["inputs"]))
        )

        found = await portal.client.batch_read("contacts", [str(id_) for id_ in range(250)], properties=())

        assert {record.id for record in found.results} == {str(id_) for id_ in range(250)}
        assert sorted(len(body["inputs"]) for body in portal.bodies()) == [50, 100, 100]

    async def test_two_merged_ids_bring_their_survivor_once(self) -> None:
        portal = Portal(each(records("7", "7")))

        found = await portal.client.batch_read("contacts", ["5", "6"], properties=())

        assert [record.id for record in found.results] == ["7"]

    async def test_a_record_of_a_batch_that_comes_without_its_id_is_unreadable_and_not_missing(self) -> None:
        named, unnamed = {"id": "5", "properties": {}}, {"properties": {"hs_object_id": "6"}}
        portal = Portal(lambda _request: httpx.Response(200, json={"results": [named, unnamed]}))

        found = await portal.client.batch_read("contacts", ["5", "6"], properties=())

        assert ([record.id for record in found.results], found.unreadable) == (["5"], ("6",))

    async def test_the_first_failure_of_several_calls_is_told_as_it_is(self) -> None:
        portal = Portal(lambda _request: httpx.Response(403, content=sample("errors/403-missing-scopes.json")))

        with pytest.raises(ScopeMissingError):
            await portal.client.batch_read("contacts", [str(id_) for id_ in range(250)], properties=())

    async def test_a_count_is_the_search_s_total(self) -> None:
        portal = Portal(each(httpx.Response(200, json={"total": 50_000, "results": []})))

        assert await portal.client.count("contacts") == 50_000


class TestOwners:
    async def test_active_and_archived_ones_come_from_all_pages(self) -> None:
        def handler(request: httpx.Request) -> httpx.Response:
            query = request.url.params
            if query["archived"] == "true":
                return httpx.Response(200, content=sample("owners-archived.json"))
            if "after" in query:
                return httpx.Response(200, json={"results": [{"id": "2"}]})
            return httpx.Response(200, json={"results": [{"id": "1"}], "paging": {"next": {"after": "x"}}})

        owners = await Portal(handler).client.owners()

        assert [owner.id for owner in owners] == ["1", "2", "41629779"]
