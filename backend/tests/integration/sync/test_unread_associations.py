"""Associations that HubSpot refuses: what was not read is not changed, and the state shows it."""

import pytest

from tests.integration.api.conftest import OpenApi
from tests.integration.sync.conftest import OpenSynced, Synced
from tests.integration.sync.test_drain import push

COMPANIES_OF_DEALS = "/crm/associations/.+/deals/companies/batch/read"


def refuse(synced: Synced, status: int, path: str = COMPANIES_OF_DEALS) -> None:
    synced.simulator.fault(path, "status", status=status, wording="forbidden", times=None)


@pytest.mark.parametrize("status", [400, 403])
class TestRefused:
    async def test_a_verification_changes_no_stored_record(self, synced: Synced, status: int) -> None:
        before = await synced.stored("deals")
        refuse(synced, status)

        run = await synced.run("verify")

        assert any(item["parent_path_or_name"] for item in before.values())
        assert (await synced.changes(), await synced.stored("deals")) == ([], before)
        assert (run["state"], run["changed"]) == ("incomplete", 0)

    async def test_a_poll_empties_only_what_it_has_read(self, synced: Synced, status: int) -> None:
        before = await synced.stored("deals")
        deal = next(item for item in before.values() if item["parent_id"] and item["associations"]["contacts"])
        deal_id = deal["record_id"]
        for contact in deal["associations"]["contacts"]:
            contact_id = contact.removesuffix("_Contact")
            synced.simulator.dissociate(synced.portal_id, ("deals", deal_id), ("contacts", contact_id))
        synced.simulator.update(synced.portal_id, "deals", deal_id, dealname="Renewal")
        refuse(synced, status)

        run = await synced.run("poll")

        stored = (await synced.stored("deals"))[deal_id]
        assert stored["name"] == "Renewal"
        assert stored["associations"] == deal["associations"] | {"contacts": []}
        assert (stored["parent_id"], stored["parent_path_or_name"]) == (deal["parent_id"], deal["parent_path_or_name"])
        assert (run["state"], run["changed"]) == ("incomplete", 1)

        synced.simulator.clear_faults()
        await synced.run("verify")

        await synced.assert_equal_to_truth("deals")

    async def test_a_webhook_keeps_them_too(self, synced: Synced, status: int) -> None:
        before = await synced.stored("deals")
        deal = next(item for item in before.values() if item["parent_id"])
        synced.simulator.update(synced.portal_id, "deals", deal["record_id"], dealname="Renewal")
        refuse(synced, status)
        await synced.changes()

        await push(
            synced,
            {
                "subscriptionType": "deal.associationChange",
                "fromObjectId": int(deal["record_id"]),
                "toObjectId": int(deal["parent_id"].removesuffix("_Company")),
                "associationType": "DEAL_TO_COMPANY",
            },
        )
        await synced.until(lambda state: state["signals"]["last_at"] and not state["signals"]["waiting"])

        stored = (await synced.stored("deals"))[deal["record_id"]]
        assert (stored["name"], stored["associations"]) == ("Renewal", deal["associations"])


async def test_a_record_that_was_not_stored_comes_without_them(synced: Synced) -> None:
    refuse(synced, 403)
    deal = synced.simulator.create(synced.portal_id, "deals", dealname="New")

    await synced.run("poll")

    assert "companies" not in (await synced.stored("deals"))[deal["id"]]["associations"]


async def test_a_scope_that_is_no_longer_granted_changes_no_stored_record(
    open_synced: OpenSynced, open_api: OpenApi
) -> None:
    async with open_synced(seed={"contacts": 20, "tickets": 20}, hubspot_optional_scopes="tickets") as synced:
        await synced.enable(object_types=["contacts"])
        await synced.until_loaded()
        before = await synced.stored("contacts")
        await synced.changes()

        async with open_api(hubspot_optional_scopes="") as app:
            await app.connect()
        run = await synced.run("verify")

        assert any(item["associations"]["tickets"] for item in before.values())
        assert (await synced.changes(), await synced.stored("contacts")) == ([], before)
        assert run["state"] == "complete"
