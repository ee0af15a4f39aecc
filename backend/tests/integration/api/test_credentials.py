"""What is connected, whose it is, which of several is meant, and ending it."""

from typing import Any

import httpx
import redis

from tests.integration.api.client import EU_PORTAL, FIRST_PORTAL, OWN_FETCH, Api, problem
from tests.servers import Simulator

CREDENTIALS = "/integrations/hubspot/credentials"
ITEMS = "/integrations/hubspot/items"


def without_reference(answer: httpx.Response) -> dict[str, Any]:
    """All that could tell two refusals apart: status, headers and body, but the request's own id."""
    body = answer.json()
    headers = {name: value for name, value in answer.headers.items() if name not in {"x-request-id", "content-length"}}
    return {"status": answer.status_code, "headers": headers, **body, "correlation_id": None, "instance": None}


class TestStatus:
    async def test_without_a_connection_it_says_so_and_is_no_failure(self, api: Api) -> None:
        assert await api.json(CREDENTIALS) == {"provider": "hubspot", "status": "not_connected", "connections": []}

    async def test_a_revoked_grant_is_found_at_the_next_use_and_shown_with_its_reason_and_time(
        self, api: Api, simulator: Simulator
    ) -> None:
        await api.connect()
        simulator.revoke(FIRST_PORTAL)

        problem(await api.get(ITEMS), 409, "reconnect_required")

        credentials = await api.json(CREDENTIALS)
        assert credentials["status"] == "reconnect_required"
        [connection] = credentials["connections"]
        assert (connection["status"], connection["reason"]) == ("reconnect_required", "revoked")
        assert connection["ended_at"] > connection["connected_at"]

    async def test_one_connection_that_works_makes_the_whole_connected(self, api: Api, simulator: Simulator) -> None:
        await api.connect(FIRST_PORTAL)
        await api.connect(EU_PORTAL)
        simulator.revoke(FIRST_PORTAL)
        [first, _] = (await api.json(CREDENTIALS))["connections"]

        problem(await api.get(ITEMS, connection_id=first["connection_id"]), 409, "reconnect_required")

        assert (await api.json(CREDENTIALS))["status"] == "connected"


class TestRecordThatSomebodyChanged:
    async def test_it_is_listed_and_ended_and_nothing_else(self, api: Api, redis_url: str) -> None:
        connection_id = await api.connect()
        with redis.Redis.from_url(redis_url, decode_responses=True) as client:
            [key] = client.scan_iter("connection:*")
            client.hset(key, "details", "forged")

        [listed] = (await api.json(CREDENTIALS))["connections"]
        problem(await api.get(ITEMS), 500, "credential_integrity")
        problem(await api.get(ITEMS, connection_id=connection_id), 500, "credential_integrity")
        ended = await api.http.delete(f"{CREDENTIALS}/{connection_id}", headers=OWN_FETCH)

        assert (listed["status"], listed["reason"]) == ("reconnect_required", "credential_integrity")
        assert ended.status_code == 204
        assert (await api.json(CREDENTIALS))["connections"] == []


class TestChoice:
    async def test_without_any_connection_nothing_can_be_read(self, api: Api) -> None:
        body = problem(await api.get(ITEMS), 404, "not_connected")

        assert body["action"] == "reconnect"

    async def test_with_several_one_must_be_named_and_all_are_listed(self, api: Api) -> None:
        ids = [await api.connect(FIRST_PORTAL), await api.connect(EU_PORTAL)]

        body = problem(await api.get(ITEMS), 409, "portal_ambiguous")

        assert [connection["connection_id"] for connection in body["connections"]] == ids
        assert [connection["portal_id"] for connection in body["connections"]] == [FIRST_PORTAL, EU_PORTAL]

    async def test_the_named_one_is_read(self, api: Api) -> None:
        await api.connect(FIRST_PORTAL)
        european = await api.connect(EU_PORTAL)

        page = await api.json(ITEMS, connection_id=european, object_types="contacts", limit=1)
        named = await api.json(CREDENTIALS, connection_id=european)

        assert page["items"][0]["drive_id"] == EU_PORTAL
        assert [connection["portal_id"] for connection in named["connections"]] == [EU_PORTAL]


class TestOwners:
    async def test_somebody_elses_connection_is_answered_like_one_that_never_was(self, api: Api) -> None:
        theirs = await api.as_user("Ann").connect()

        for method, path in (
            ("GET", f"{ITEMS}?connection_id={{}}&"),
            ("GET", f"{CREDENTIALS}?connection_id={{}}&"),
            ("DELETE", f"{CREDENTIALS}/{{}}?"),
        ):
            foreign, unknown = [
                await api.http.request(method, f"{path.format(name)}user_id=Mallory") for name in (theirs, "never-was")
            ]

            assert without_reference(foreign) == without_reference(unknown)
            problem(foreign, 404, "not_found")

    async def test_the_same_user_of_another_organisation_is_somebody_else(self, api: Api) -> None:
        await api.as_user("Ann", "One").connect()

        assert (await api.as_user("Ann", "Two").json(CREDENTIALS))["connections"] == []

    async def test_ids_with_separators_in_them_do_not_meet(self, api: Api) -> None:
        await api.as_user("b/c", "a").connect()

        assert (await api.as_user("c", "a/b").json(CREDENTIALS))["connections"] == []
        assert len((await api.as_user("b/c", "a").json(CREDENTIALS))["connections"]) == 1


class TestDisconnect:
    async def test_it_is_revoked_at_the_vendor_and_gone_here(self, api: Api, simulator: Simulator) -> None:
        connection_id = await api.connect()

        answer = await api.delete(f"{CREDENTIALS}/{connection_id}", OWN_FETCH)

        assert (answer.status_code, answer.content) == (204, b"")
        assert len(simulator.log("/token/revoke")) == 1
        assert (await api.json(CREDENTIALS))["status"] == "not_connected"

    async def test_a_second_time_there_is_nothing_to_end(self, api: Api) -> None:
        connection_id = await api.connect()
        await api.delete(f"{CREDENTIALS}/{connection_id}")

        problem(await api.delete(f"{CREDENTIALS}/{connection_id}"), 404, "not_found")

    async def test_it_is_gone_here_even_when_the_vendor_is_down(self, api: Api, simulator: Simulator) -> None:
        connection_id = await api.connect()
        simulator.fault("/token/revoke", "status", status=503, times=100)

        answer = await api.delete(f"{CREDENTIALS}/{connection_id}")

        assert answer.status_code == 204
        assert (await api.json(CREDENTIALS))["connections"] == []
