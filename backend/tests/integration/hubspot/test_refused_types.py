"""Types that HubSpot refuses, as it was recorded: they are left out by name, and the rest is delivered."""

from dataclasses import replace

import pytest

from core.http import HttpClient
from hubspot.catalog import CONTACTS, EMAILS, LEADS, MEETINGS, NOTES, TICKETS
from hubspot.query import Query
from tests.integration.hubspot.access import OPTIONAL, REQUIRED, ConnectedPortal, connect
from tests.integration.hubspot.comparing import assert_each_once
from tests.integration.hubspot.loading import Loaded, load_all
from tests.servers import Simulator

LIST = r"/tickets(/search)?$"


def left_out(loaded: Loaded) -> set[str | None]:
    return {notice.object_type for notice in loaded.notices if notice.object_type}


async def test_archived_meetings_are_left_out_and_the_rest_comes(portal: ConnectedPortal) -> None:
    loaded = await load_all(portal, Query(object_types=(MEETINGS, CONTACTS), archived=True))

    assert left_out(loaded) == {"meetings"}
    assert_each_once(loaded.items, portal.export(CONTACTS, archived=True))
    receipt = loaded.receipt
    assert (receipt.complete, receipt.object_types["contacts"].complete) == (False, True)


async def test_emails_without_their_scope_name_the_one_that_can_be_asked_for(
    http: HttpClient, simulator: Simulator
) -> None:
    simulator.settings(limits_enabled=False)
    portal = connect(http, simulator, optional="crm.objects.owners.read")
    askable = f"{REQUIRED} {OPTIONAL}".split()
    asking = replace(portal, reader=replace(portal.reader, askable_scopes=askable))

    loaded = await load_all(asking, Query(object_types=(EMAILS, NOTES)))

    assert [notice.object_type for notice in loaded.notices] == ["emails"]
    assert {scope for notice in loaded.notices for scope in notice.missing_scopes} == {"sales-email-read"}
    assert_each_once(loaded.items, portal.export(NOTES))


async def test_leads_are_read_whole_and_since_a_time(portal: ConnectedPortal) -> None:
    whole = await load_all(portal, Query(object_types=(LEADS,)))
    found = await load_all(portal, Query(object_types=(LEADS,), q="lead"))

    truth = portal.export(LEADS)
    assert_each_once(whole.items, truth)
    assert whole.receipt.complete
    assert_each_once(found.items, truth)


@pytest.mark.parametrize(
    "wording",
    ["granular", "required", "context", "view_schema", "oauth_token", "auth_request", "forbidden", "page"],
)
async def test_a_type_refused_in_any_words_is_left_out(portal: ConnectedPortal, wording: str) -> None:
    portal.simulator.fault(LIST, "status", status=403, wording=wording, scopes=["tickets"], times=None)

    loaded = await load_all(portal, Query(object_types=(TICKETS, NOTES)))

    assert "tickets" in left_out(loaded)
    assert_each_once(loaded.items, portal.export(NOTES))
    assert not loaded.receipt.complete
