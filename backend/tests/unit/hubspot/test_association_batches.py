from collections.abc import Callable

import httpx
import msgspec
import pytest

from errors import ScopeMissingError, UpstreamUnavailableError
from hubspot.associated import Associated
from hubspot.association_batches import BatchAssociationReader, FoundLinks, NoSuchPairError
from hubspot.refusals import RefusedError
from tests.unit.hubspot.samples import sample
from tests.unit.hubspot.test_client import Portal, batch, each, linked


async def read(portal: Portal, ids: list[str]) -> FoundLinks:
    return await BatchAssociationReader(portal.client, "contacts", "companies").read(ids)


def asked(request: httpx.Request) -> list[str]:
    return [input_["id"] for input_ in msgspec.json.decode(request.content)["inputs"]]


UNLABELED = {"category": "HUBSPOT_DEFINED", "typeId": 279, "label": None}
UNKNOWN_TYPE = b'{"status":"error","message":"Unable to infer object type from: companies"}'


def answering(
    refuse: Callable[[list[str]], bool], status: int, *, body: bytes = b"{}", types: httpx.Response | None = None
) -> Portal:
    """A portal that links each record to company 7, but for the batches it refuses.

    `types` is its answer for the types of association between the two; there is one by default.
    """

    def handler(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/labels"):
            return types or httpx.Response(200, json={"results": [UNLABELED]})
        ids = asked(request)
        return httpx.Response(status, content=body) if refuse(ids) else batch(*(linked(id_, 7) for id_ in ids))

    return Portal(handler, attempts=12)


IDS = [str(id_) for id_ in range(1_000)]


class TestBatches:
    async def test_a_captured_answer_is_read(self) -> None:
        rest = batch(linked("1001", 12))
        portal = Portal(each(httpx.Response(207, content=sample("associations-207.json")), rest))

        found = await read(portal, ["1001", "123"])

        assert found.by_id == {"1001": Associated(["5790939450", "5790939451", "12"], "5790939450")}
        assert portal.bodies()[1]["inputs"] == [{"id": "1001", "after": "MC0yLTE1OTc0MDA2NTg%3D"}]
        assert portal.budget.acquired == ["associations", "associations"]

    async def test_labels_are_those_of_the_account_each_once(self) -> None:
        types = [
            {"category": "HUBSPOT_DEFINED", "typeId": 1, "label": "Primary"},
            {"category": "HUBSPOT_DEFINED", "typeId": 279, "label": None},
            {"category": "USER_DEFINED", "typeId": 36, "label": "Billing contact"},
            {"category": "USER_DEFINED", "typeId": 38, "label": "Billing contact"},
            {"category": "USER_DEFINED", "typeId": 40, "label": "Decision maker"},
        ]
        targets = [{"toObjectId": 7, "associationTypes": types}, {"toObjectId": 8, "associationTypes": types[1:2]}]
        portal = Portal(lambda _request: batch({"from": {"id": "1"}, "to": targets}))

        found = await read(portal, ["1"])

        assert found.by_id == {"1": Associated(["7", "8"], "7", {"7": ["Billing contact", "Decision maker"]})}

    def test_labels_of_several_pages_are_put_together(self) -> None:
        first, second = (
            Associated(["1", "2"], None, {"1": ["a"]}),
            Associated(["1"], "1", {"1": ["a", "b"], "3": ["c"]}),
        )

        assert first.and_then(second) == Associated(["1", "2"], "1", {"1": ["a", "b"], "3": ["c"]})

    async def test_a_company_with_five_thousand_contacts_comes_whole(self) -> None:
        def handler(request: httpx.Request) -> httpx.Response:
            inputs = msgspec.json.decode(request.content)["inputs"]
            start = int(inputs[0].get("after", 0))
            others = [linked(input_["id"], 1) for input_ in inputs[1:]]
            targets = range(start, min(start + 500, 5_000))
            after = str(start + 500) if start + 500 < 5_000 else None
            return batch(linked(inputs[0]["id"], *targets, after=after), *others)

        portal = Portal(handler)

        found = await read(portal, ["1", "2", "3"])

        assert found.by_id["1"].ids == [str(id_) for id_ in range(5_000)]
        assert found.by_id["2"].ids == ["1"]
        assert [len(body["inputs"]) for body in portal.bodies()] == [3] + [1] * 9

    async def test_a_thousand_ids_are_one_request(self) -> None:
        portal = Portal(lambda _request: batch())

        await read(portal, [str(id_) for id_ in range(2_500)])

        assert sorted(len(body["inputs"]) for body in portal.bodies()) == [500, 1_000, 1_000]

    async def test_a_batch_of_which_no_record_can_be_read_is_missing_and_the_next_is_read(self) -> None:
        bad = {"4", "5", "6"}
        portal = answering(lambda ids: not bad.isdisjoint(ids), 400)
        reader = BatchAssociationReader(portal.client, "contacts", "companies")

        await reader.read(["1", "2", "3"])
        second = await reader.read(sorted(bad))
        third = await reader.read(["7", "8"])

        assert (second.by_id, second.missing) == ({}, bad)
        assert (sorted(third.by_id), list(third.missing)) == (["7", "8"], [])

    async def test_a_target_listed_twice_counts_once(self) -> None:
        primary = [{"category": "HUBSPOT_DEFINED", "typeId": 1, "label": "Primary"}]
        one = {
            "from": {"id": "1"},
            "to": [
                {"toObjectId": "7", "associationTypes": []},
                {"toObjectId": 8, "associationTypes": primary},
                {"toObjectId": "8", "associationTypes": []},
            ],
        }
        portal = Portal(each(batch(one)))

        found = await read(portal, ["1"])

        assert found.by_id == {"1": Associated(["7", "8"], "8")}

    async def test_cursors_that_alternate_end_and_the_record_is_named(self) -> None:
        def handler(request: httpx.Request) -> httpx.Response:
            after = msgspec.json.decode(request.content)["inputs"][0].get("after")
            return batch(linked("1", 5, after="b" if after == "a" else "a"))

        portal = Portal(handler)

        found = await read(portal, ["1"])

        assert (found.by_id["1"].ids, found.missing) == (["5"], {"1"})
        assert len(portal.requests) < 10

    async def test_links_of_records_that_were_not_asked_for_lead_to_no_call(self) -> None:
        portal = Portal(lambda _request: batch(linked("9", 5, after="a")))

        await read(portal, ["1"])

        assert len(portal.requests) == 1


class TestRefusedBatches:
    @pytest.mark.parametrize("status", [400, 404, 500])
    async def test_a_batch_that_is_too_large_is_read_in_smaller_ones(self, status: int) -> None:
        portal = answering(lambda ids: len(ids) > 100, status)

        found = await read(portal, IDS)

        assert found.by_id.keys() == set(IDS)
        assert found.missing == set()

    @pytest.mark.parametrize("status", [400, 404, 500, 504])
    async def test_one_record_that_cannot_be_had_is_named_and_the_others_have_their_links(self, status: int) -> None:
        portal = answering(lambda ids: "321" in ids, status)

        found = await read(portal, IDS)

        assert found.by_id.keys() == set(IDS) - {"321"}
        assert found.missing == {"321"}
        assert len(portal.requests) < 50

    async def test_later_batches_are_as_large_as_hubspot_takes_them(self) -> None:
        portal = answering(lambda ids: len(ids) > 100, 400)
        reader = BatchAssociationReader(portal.client, "contacts", "companies")
        await reader.read(IDS)
        before = len(portal.requests)

        await reader.read(IDS)

        assert max(len(asked(request)) for request in portal.requests[before:]) <= 100

    @pytest.mark.parametrize("status", [400, 404])
    async def test_that_types_are_not_associated_is_hubspots_own_word(self, status: int) -> None:
        portal = answering(lambda _ids: True, status, types=httpx.Response(200, json={"results": []}))

        with pytest.raises(NoSuchPairError):
            await read(portal, IDS)

        assert [len(body["inputs"]) for body in portal.bodies()] == [1_000, 1, 1]
        assert portal.paths[-1] == "/crm/associations/2026-09/contacts/companies/labels"
        assert len(portal.requests) == 4

    async def test_a_type_that_the_account_does_not_have_is_associated_with_nothing(self) -> None:
        portal = answering(lambda _ids: True, 400, body=UNKNOWN_TYPE)

        with pytest.raises(NoSuchPairError):
            await read(portal, IDS)

    @pytest.mark.parametrize(
        "types",
        [
            httpx.Response(200, json={"results": [UNLABELED]}),
            *(httpx.Response(status, content=b"{}") for status in (400, 403, 404, 500)),
            httpx.Response(200, content=b"<html>"),
            httpx.Response(200, json={"results": [{"typeId": "odd"}]}),
        ],
    )
    async def test_a_refusal_of_every_batch_alone_does_not_prove_it(self, types: httpx.Response) -> None:
        portal = answering(lambda _ids: True, 400, types=types)

        with pytest.raises(RefusedError):
            await read(portal, IDS)

        assert len(portal.requests) < 10

    async def test_a_missing_scope_is_raised_at_once(self) -> None:
        portal = Portal(lambda _request: httpx.Response(403, content=sample("errors/403-missing-scopes.json")))

        with pytest.raises(ScopeMissingError):
            await read(portal, IDS)

        assert len(portal.requests) == 1

    async def test_an_outage_is_raised_after_a_bounded_number_of_calls(self) -> None:
        portal = answering(lambda _ids: True, 503)

        with pytest.raises(UpstreamUnavailableError):
            await read(portal, IDS)

        assert len(portal.requests) <= 12


class TestOddAnswers:
    async def test_a_link_without_an_id_loses_only_itself(self) -> None:
        odd = {"from": {"id": "1"}, "to": [{"associationTypes": []}, {"toObjectId": 5, "associationTypes": []}]}
        portal = Portal(each(batch(odd, linked("2", 6))))

        found = await read(portal, ["1", "2"])

        assert found.by_id == {"1": Associated(["5"]), "2": Associated(["6"])}
        assert found.missing == {"1"}

    async def test_a_result_whose_next_page_cannot_be_read_is_incomplete(self) -> None:
        odd = {"from": {"id": "1"}, "to": [{"toObjectId": 5, "associationTypes": []}], "paging": {"next": {}}}
        portal = Portal(each(batch(odd, {**linked("2", 6), "paging": None})))

        found = await read(portal, ["1", "2"])

        assert found.by_id == {"1": Associated(["5"]), "2": Associated(["6"])}
        assert found.missing == {"1"}

    async def test_a_result_that_does_not_name_its_record_is_counted(self) -> None:
        portal = Portal(each(batch({"to": []}, linked("2", 6))))

        found = await read(portal, ["1", "2"])

        assert (list(found.by_id), found.missing) == (["2"], {""})
