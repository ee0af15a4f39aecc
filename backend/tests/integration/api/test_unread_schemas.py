"""Definitions of custom objects that cannot be read: their records are left out, or the request is refused.

Without its definition a record has another item id, type and name than usual: that is wrong data, not partial data.
"""

import json
from typing import Any

import pytest

from tests.integration.api.client import FIRST_PORTAL, Api, problem
from tests.servers import Simulator

ITEMS = "/integrations/hubspot/items"
MACHINES = "2-3456789"
SCHEMAS = "/crm-object-schemas/.+/schemas"
NDJSON = {"Accept": "application/x-ndjson"}


@pytest.fixture
async def connected(api: Api, simulator: Simulator) -> Api:
    simulator.seed(FIRST_PORTAL, contacts=5, machines=6)
    await api.connect()
    return api


def refuse(simulator: Simulator) -> None:
    simulator.fault(SCHEMAS, "status", times=None, status=403)


class TestRefused:
    async def test_a_page_names_the_type_and_leaves_it_out(self, connected: Api, simulator: Simulator) -> None:
        refuse(simulator)

        page = await connected.json(ITEMS, object_types=f"contacts,{MACHINES}")

        assert {item["object_type"] for item in page["items"]} == {"contacts"}
        assert [(warning["code"], warning["object_type"]) for warning in page["warnings"]] == [
            ("scope_missing", MACHINES)
        ]

    async def test_a_load_names_the_type_and_leaves_it_out(self, connected: Api, simulator: Simulator) -> None:
        refuse(simulator)

        answer = await connected.get(ITEMS, NDJSON, object_types=f"contacts,{MACHINES}")

        lines = [json.loads(line) for line in answer.text.strip().split("\n")]
        receipt = lines[-1]["receipt"]
        assert {line["item"]["object_type"] for line in lines if "item" in line} == {"contacts"}
        assert (receipt["complete"], receipt["object_types"]["contacts"]["complete"]) == (False, True)
        assert [entry["code"] for entry in receipt["object_types"][MACHINES]["skipped"]] == ["scope_missing"]

    @pytest.mark.parametrize("chosen", [{"object_types": MACHINES}, {"associated_types": MACHINES}])
    async def test_alone_it_is_a_problem(self, connected: Api, simulator: Simulator, chosen: dict[str, Any]) -> None:
        refuse(simulator)

        problem(await connected.get(ITEMS, **chosen), 403, "scope_missing")

    async def test_a_type_to_associate_is_a_problem(self, connected: Api, simulator: Simulator) -> None:
        """Its records would be named by other item ids than usual."""
        refuse(simulator)

        problem(await connected.get(ITEMS, associated_types=f"companies,{MACHINES}"), 403, "scope_missing")


@pytest.mark.parametrize(
    "chosen", [{"object_types": f"contacts,{MACHINES}"}, {"associated_types": f"companies,{MACHINES}"}]
)
async def test_while_definitions_fail_the_request_is_to_be_repeated(
    connected: Api, simulator: Simulator, chosen: dict[str, Any]
) -> None:
    simulator.fault(SCHEMAS, "status", times=None, status=500)

    problem(await connected.get(ITEMS, **chosen), 503, "upstream_unavailable")


class TestById:
    @pytest.mark.parametrize("address", [f"{ITEMS}/1_Machine", f"{ITEMS}?ids=1_Contact,1_Machine"])
    async def test_while_definitions_fail_a_record_is_not_reported_as_missing(
        self, connected: Api, simulator: Simulator, address: str
    ) -> None:
        simulator.fault(SCHEMAS, "status", times=None, status=500)

        problem(await connected.get(address), 503, "upstream_unavailable")

    async def test_a_warning_names_definitions_that_are_refused(self, connected: Api, simulator: Simulator) -> None:
        refuse(simulator)

        page = await connected.json(ITEMS, ids="1_Machine")

        assert [warning["code"] for warning in page["warnings"]] == ["items_not_found", "object_type_unavailable"]


async def test_by_its_type_id_it_is_read_with_its_definition(connected: Api) -> None:
    page = await connected.json(ITEMS, object_types=f"contacts,{MACHINES}")

    assert {item["type"] for item in page["items"]} == {"Contact", "Machine"}
    assert {item["object_type"] for item in page["items"]} == {"contacts", "machine"}
