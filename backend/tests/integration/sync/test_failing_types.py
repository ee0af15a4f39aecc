"""HubSpot fails for one standard object type alone: the others stay current, the failing one waits.

Nothing of it is changed or deleted meanwhile. It resumes by itself, and what changed meanwhile is found.
"""

import asyncio
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from redis.asyncio import Redis

from core import retry
from tests.integration.sync.conftest import WAIT_S, OpenSynced, Synced, set_states
from tests.integration.sync.test_drain import changes, first, push

ALL_OF_DEALS, LIST_OF_DEALS, SEARCH_FOR_DEALS = "/objects/.+/deals", "/objects/.+/deals$", "/objects/.+/deals/search"
RATE_LIMITED = {"kind": "status", "status": 429, "policy": "secondly"}
FAILURES: list[dict[str, Any]] = [{"kind": "status", "status": 502}, {"kind": "malformed"}, RATE_LIMITED]


def fail(synced: Synced, path: str = ALL_OF_DEALS, kind: str = "status", **more: Any) -> None:
    synced.simulator.fault(path, kind, times=None, **({"status": 502} if kind == "status" else {}) | more)


def shown(state: dict[str, Any], object_type: str) -> tuple[str, str | None]:
    """State of a type and the code of its error. A verification may run by itself."""
    one = state["object_types"][object_type]
    phase = "live" if one["state"] == "verifying" else one["state"]
    return phase, one["error"] and one["error"]["code"]


# Reads by interactive clients are repeated up to four times, and each record is looked at twice.
MORE_THAN_ALL_LOOKS = 11
WAITS = ("paused", "upstream_unavailable")
LIVE = ("live", None)


def change_both(synced: Synced) -> tuple[str, str]:
    """A contact and a deal change; their ids."""
    contact, deal = first(synced), first(synced, "deals")
    synced.simulator.update(synced.portal_id, "contacts", contact, firstname="Ada")
    synced.simulator.update(synced.portal_id, "deals", deal, dealname="Renewal")
    return contact, deal


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.retry.PATIENT", replace(retry.PATIENT, attempts=2, base_s=0.01))


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """A type that waits is tried again after a second."""
    for module in ("receipts", "run_failures"):
        monkeypatch.setattr(f"sync.{module}.RETRY_UNANSWERED_S", 1)


class TestPoll:
    @pytest.mark.parametrize("failure", FAILURES)
    async def test_the_other_types_are_read(self, synced: Synced, failure: dict[str, Any]) -> None:
        before, as_of = await synced.stored("deals"), (await synced.state())["object_types"]["deals"]["as_of"]
        contact, _ = change_both(synced)
        fail(synced, **failure)

        run = await synced.run("poll")
        state = await synced.state()

        assert (run["state"], run["changed"], run["error"]) == ("incomplete", 1, None)
        assert [shown(state, name) for name in ("contacts", "companies", "deals")] == [LIVE, LIVE, WAITS]
        deals = state["object_types"]["deals"]
        assert (state["error"], deals["error"]["action"], deals["as_of"]) == (None, "retry", as_of)
        assert await synced.changes() == [("updated", f"{contact}_Contact", None)]
        assert await synced.stored("deals") == before

    async def test_later_polls_are_complete(self, synced: Synced) -> None:
        fail(synced)
        await synced.run("poll")
        contact, _ = change_both(synced)

        run = await synced.run("poll")

        assert (run["state"], run["object_types"]) == ("complete", ["contacts", "companies"])
        assert await synced.changes() == [("updated", f"{contact}_Contact", None)]

    @pytest.mark.usefixtures("soon")
    async def test_what_changed_meanwhile_is_found_when_it_answers_again(self, synced: Synced) -> None:
        changed, deleted = first(synced, "deals"), first(synced, "deals", 1)
        fail(synced)
        await synced.run("poll")
        synced.simulator.update(synced.portal_id, "deals", changed, dealname="Renewal")
        synced.simulator.archive(synced.portal_id, "deals", deleted)
        await synced.run("poll")

        assert await synced.changes() == []
        synced.simulator.clear_faults()

        assert await changes(synced, 2) == [
            ("deleted", f"{deleted}_Deal", "archived"),
            ("updated", f"{changed}_Deal", None),
        ]
        await synced.until(lambda state: shown(state, "deals") == LIVE and not state["running"])
        await synced.assert_equal_to_truth("deals")

    async def test_pages_read_before_the_failure_are_read_again(self, open_synced: OpenSynced) -> None:
        """A watermark that had advanced with them would lose the rest."""
        async with open_synced(seed={"contacts": 5, "deals": 450}) as synced:
            await synced.enable(object_types=["contacts", "deals"])
            await synced.until_loaded()
            deals = [record["id"] for record in synced.simulator.export(synced.portal_id, "deals")]
            for deal in deals:
                synced.simulator.update(synced.portal_id, "deals", deal, dealname="Renewal")
            fail(synced, SEARCH_FOR_DEALS, after=2)

            assert (await synced.run("poll"))["state"] == "incomplete"
            synced.simulator.clear_faults()
            await synced.run("load")

            assert {item["name"] for item in (await synced.stored("deals")).values()} == {"Renewal"}

    async def test_it_does_not_make_the_others_be_read_again_from_its_failure_on(
        self, open_synced: OpenSynced, redis_client: Redis
    ) -> None:
        async with open_synced(seed={"contacts": 250, "deals": 5}) as synced:
            await synced.enable(object_types=["contacts", "deals"])
            await synced.until_loaded()
            await set_states(redis_client, "watermark", "2020-01-01T00:00:00+00:00", "deals")
            synced.simulator.clear_log()

            run = await synced.run("poll")

            assert run["state"] == "complete"
            assert len(synced.simulator.log("/contacts/search")) == 1  # a page has 200

    @pytest.mark.parametrize(
        ("path", "failure", "code"),
        [
            ("/objects/", {"status": 502}, "upstream_unavailable"),
            ("/objects/", RATE_LIMITED, "upstream_rate_limited"),
            (ALL_OF_DEALS, {"status": 429, "policy": "daily"}, "upstream_quota_exhausted"),
        ],
    )
    async def test_a_failure_of_the_account_fails_the_run(
        self, synced: Synced, path: str, failure: dict[str, Any], code: str
    ) -> None:
        fail(synced, path, **failure)

        run = await synced.run("poll")
        state = await synced.state()

        assert (run["state"], run["error"]["code"]) == ("failed", code)
        assert state["error"]["code"] == code
        assert [shown(state, name) for name in ("contacts", "deals")] == [LIVE, LIVE]

    async def test_a_token_that_is_rejected_for_one_type_fails_the_run(self, synced: Synced) -> None:
        fail(synced, status=401)

        assert (await synced.run("poll"))["state"] == "failed"


class TestLoad:
    @pytest.mark.usefixtures("soon")
    @pytest.mark.parametrize("failure", FAILURES)
    async def test_the_other_types_are_live_and_it_follows(
        self, open_synced: OpenSynced, failure: dict[str, Any]
    ) -> None:
        async with open_synced() as synced:
            fail(synced, **failure)
            await synced.enable()
            await synced.until(lambda state: shown(state, "deals") == WAITS and shown(state, "contacts") == LIVE)
            stored = await synced.stored("deals")
            synced.simulator.clear_faults()

            await synced.until(lambda state: shown(state, "deals") == LIVE and not state["running"])

            assert stored == {}
            await synced.assert_equal_to_truth()

    @pytest.mark.usefixtures("soon")
    @pytest.mark.parametrize(
        ("failure", "code"), [({"status": 502}, "upstream_unavailable"), (RATE_LIMITED, "upstream_rate_limited")]
    )
    async def test_when_it_is_tried_again_alone_the_others_stay_current(
        self, open_synced: OpenSynced, failure: dict[str, Any], code: str
    ) -> None:
        async with open_synced(seed={"contacts": 5, "deals": 5}) as synced:
            fail(synced, **failure)
            await synced.enable(object_types=["contacts", "deals"])
            last = {"object_types": ["deals"], "kind": "load", "state": "failed"}
            state = await synced.until(
                lambda state: (
                    (state["last_run"] or {}).items() >= last.items() and shown(state, "deals") == ("paused", code)
                )
            )
            synced.simulator.update(synced.portal_id, "contacts", first(synced), firstname="Ada")

            run = await synced.run("poll")

            assert (shown(state, "contacts"), state["error"]) == (LIVE, None)
            assert (run["state"], run["object_types"], run["changed"]) == ("complete", ["contacts"], 1)

    async def test_one_of_which_a_part_is_stored_is_resumed_while_the_others_are_live(
        self, open_synced: OpenSynced
    ) -> None:
        """Left out, it would begin again, however large it is."""
        async with open_synced(seed={"contacts": 5, "deals": 2_000}) as synced:
            synced.simulator.settings(latency_ms=20)
            fail(synced, after=10)
            await synced.enable(object_types=["contacts", "deals"])
            state = await synced.until(lambda state: shown(state, "deals") == WAITS)
            synced.simulator.clear_faults()
            synced.simulator.clear_log()

            run = await synced.run("load")

            assert (shown(state, "contacts"), state["error"]) == (LIVE, None)
            assert (run["state"], len(await synced.stored("deals"))) == ("complete", 2_000)
            # A verification lists all of them again right afterwards.
            log = synced.simulator.log(LIST_OF_DEALS)
            ended = datetime.fromisoformat(run["ended_at"])
            asked = [entry["query"] for entry in log if datetime.fromisoformat(entry["at"]) < ended]
            assert asked
            assert all("after=" in query for query in asked)


class TestSignals:
    def events(self, contact: str, deal: str) -> list[dict[str, Any]]:
        return [
            {"subscriptionType": "contact.propertyChange", "objectId": int(contact), "occurredAt": 1},
            {"subscriptionType": "deal.propertyChange", "objectId": int(deal), "occurredAt": 1},
        ]

    async def test_those_of_other_types_are_worked_off(self, synced: Synced) -> None:
        contact, deal = change_both(synced)
        fail(synced)

        await push(synced, *self.events(contact, deal))

        assert await changes(synced, 1) == [("updated", f"{contact}_Contact", None)]
        await synced.until(lambda state: state["signals"]["waiting"] == 1)
        synced.simulator.clear_faults()
        assert await changes(synced, 1) == [("updated", f"{deal}_Deal", None)]

    async def test_while_all_fail_none_is_given_up(self, synced: Synced, monkeypatch: pytest.MonkeyPatch) -> None:
        for module in ("drain", "signal_store"):
            monkeypatch.setattr(f"sync.{module}.AGAIN_AFTER_S", (0.1,))
        monkeypatch.setattr("sync.drain.FAILED_AGAIN_S", 0.1)
        contact, deal = change_both(synced)
        fail(synced, "/objects/")
        synced.simulator.clear_log()

        await push(synced, *self.events(contact, deal))
        async with asyncio.timeout(WAIT_S):
            while len(synced.simulator.log("/contacts/batch/read")) < MORE_THAN_ALL_LOOKS:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        state = await synced.state()
        synced.simulator.clear_faults()

        assert (state["signals"]["waiting"], state["object_types"]["deals"]["parked"]) == (2, [])
        assert len(await changes(synced, 2)) == 2

    async def test_while_all_fail_new_ones_do_not_shorten_the_pause(self, synced: Synced) -> None:
        contact, _ = change_both(synced)
        fail(synced, "/contacts/batch/read", status=429, policy="daily")
        synced.simulator.clear_log()

        for _ in range(5):
            await push(synced, *self.events(contact, contact)[:1])
            await asyncio.sleep(0.2)

        assert len(synced.simulator.log("/contacts/batch/read")) == 1


async def test_a_type_whose_verification_fails_does_not_hold_up_those_of_others(
    open_synced: OpenSynced, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its polls succeed, so that it is not paused: HubSpot fails for its list, and answers searches."""
    monkeypatch.setattr("sync.schedule.BACKOFF_FIRST_S", 1)
    async with open_synced(seed={"companies": 5, "contacts": 5}) as synced:
        fail(synced, "/objects/.+/companies$", after=1)  # the load lists it once
        await synced.enable(object_types=["companies", "contacts"])

        state = await synced.until(lambda state: bool(state["object_types"]["contacts"]["verified_at"]))

        companies = state["object_types"]["companies"]
        assert (companies["state"], companies["verified_at"]) == ("live", None)
