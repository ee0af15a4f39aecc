import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubspot.record_events import ReadEvents, UnreadableBodyError
from hubspot.signals import PortalSignals, type_id_of
from hubspot.webhook_events import read_events
from tests.unit.hubspot.samples import sample

NOW_MS = 1_800_000_000_000
AT_MS = NOW_MS - 5_000
PORTAL = 62515


def event(subscription_type: str, **more: Any) -> dict[str, Any]:
    return {
        "eventId": 1,
        "subscriptionId": 12345,
        "portalId": PORTAL,
        "occurredAt": AT_MS,
        "subscriptionType": subscription_type,
        "attemptNumber": 0,
        **more,
    }


def read(*events: Any) -> ReadEvents:
    return read_events(json.dumps(events).encode(), now_ms=NOW_MS)


def signals_of(*events: Any) -> PortalSignals:
    return read(*events).portals[PORTAL]


class TestKinds:
    def test_captured_creation_marks_the_record_and_its_links(self) -> None:
        signals = read_events(sample("webhooks/creation.json"), now_ms=NOW_MS).portals[48807704]

        assert signals.records == signals.links == {"0-1:138017612137": 1752613920733}

    @pytest.mark.parametrize(
        ("subscription_type", "more", "member"),
        [
            ("contact.propertyChange", {"propertyName": "email", "propertyValue": "a@b.c"}, "0-1:7"),
            ("company.propertyChange", {}, "0-2:7"),
            ("deal.deletion", {}, "0-3:7"),
            ("ticket.propertyChange", {}, "0-5:7"),
            ("product.deletion", {}, "0-7:7"),
            ("line_item.propertyChange", {}, "0-8:7"),
            ("object.propertyChange", {"objectTypeId": "0-136"}, "0-136:7"),
            ("object.deletion", {"objectTypeId": "2-3456789"}, "2-3456789:7"),
        ],
    )
    def test_change_or_deletion_marks_the_record_alone(
        self, subscription_type: str, more: dict[str, Any], member: str
    ) -> None:
        signals = signals_of(event(subscription_type, objectId=7, **more))

        assert signals.records == {member: AT_MS}
        assert signals.links == signals.gone == {}

    @pytest.mark.parametrize("name", ["contact.restore", "object.restore", "object.creation"])
    def test_restored_or_created_record_has_its_links_read(self, name: str) -> None:
        signals = signals_of(event(name, objectId=7, objectTypeId="0-1"))

        assert signals.records == signals.links == {"0-1:7": AT_MS}

    def test_merge_marks_the_survivor_with_its_new_id_and_every_loser(self) -> None:
        signals = signals_of(
            event("contact.merge", objectId=1, primaryObjectId=1, mergedObjectIds=[2, 3], newObjectId=9)
        )

        assert list(signals.records) == ["0-1:9", "0-1:1", "0-1:2", "0-1:3"]
        assert signals.links == signals.records

    def test_merge_without_a_new_id_marks_the_primary(self) -> None:
        assert list(signals_of(event("company.merge", primaryObjectId=1, mergedObjectIds=[2])).records) == [
            "0-2:1",
            "0-2:2",
        ]

    def test_merge_with_an_object_id_alone_marks_it(self) -> None:
        assert list(signals_of(event("object.merge", objectTypeId="0-3", objectId=5)).records) == ["0-3:5"]

    def test_association_change_marks_both_sides(self) -> None:
        signals = signals_of(
            event(
                "contact.associationChange",
                associationType="CONTACT_TO_COMPANY",
                fromObjectId=1,
                toObjectId=2,
                associationRemoved=False,
                isPrimaryAssociation=True,
            )
        )

        assert signals.records == signals.links == {"0-1:1": AT_MS, "0-2:2": AT_MS}

    def test_generic_association_change_marks_both_sides(self) -> None:
        signals = signals_of(
            event(
                "object.associationChange",
                fromObjectId=1,
                fromObjectTypeId="2-77",
                toObjectId=2,
                toObjectTypeId="0-3",
                associationType="USER_DEFINED",
            )
        )

        assert signals.records == {"2-77:1": AT_MS, "0-3:2": AT_MS}

    @pytest.mark.parametrize("more", [{"objectTypeId": "0-3"}, {}], ids=["by its id", "by its name"])
    def test_association_change_of_an_unknown_kind_marks_the_side_that_is_known(self, more: dict[str, Any]) -> None:
        signals = signals_of(
            event("deal.associationChange", associationType="NEW_KIND", fromObjectId=1, toObjectId=2, **more)
        )

        assert signals.records == {"0-3:1": AT_MS}

    def test_privacy_deletion_marks_the_record_gone_and_leads_to_no_reading(self) -> None:
        signals = signals_of(event("contact.privacyDeletion", objectId=7))

        assert signals.gone == {"0-1:7": AT_MS}
        assert signals.records == {}

    @pytest.mark.parametrize(
        "strange",
        [
            event("conversation.creation", objectId=7),
            event("event.completed", objectId=7),
            event("contact.levitation", objectId=7),
            event("object.creation", objectId=7),
            event("object.creation", objectId=7, objectTypeId="0-1:2"),
            event("contact.creation"),
            event("contact", objectId=7),
        ],
    )
    def test_event_that_concerns_no_record_is_counted_and_ignored(self, strange: dict[str, Any]) -> None:
        result = read(strange)

        assert (result.portals, result.ignored, result.broken) == ({}, 1, 0)


class TestSeveral:
    def test_events_are_grouped_by_portal(self) -> None:
        other = {**event("contact.propertyChange", objectId=1), "portalId": 99}

        portals = read(event("contact.propertyChange", objectId=1), other).portals

        assert set(portals) == {PORTAL, 99}

    def test_newest_time_of_a_record_stays_whatever_the_order(self) -> None:
        times = [AT_MS, AT_MS + 3, AT_MS + 1]
        events = [event("contact.propertyChange", objectId=1) | {"occurredAt": at} for at in times]

        assert signals_of(*events).records == {"0-1:1": AT_MS + 3}

    def test_time_ahead_of_our_clock_counts_as_now(self) -> None:
        late = event("contact.propertyChange", objectId=1) | {"occurredAt": NOW_MS * 1_000}

        assert signals_of(late).records == {"0-1:1": NOW_MS}

    @pytest.mark.parametrize(
        "broken",
        [
            None,
            17,
            "text",
            [],
            {},
            {"portalId": PORTAL},
            event("contact.creation", objectId="seven"),
            event("contact.creation", objectId=-1),
            event("contact.creation", objectId=0),
            event("contact.creation", objectId=2**63),
            event("contact.creation", objectId=1.5),
            event("contact.creation", objectId=7) | {"occurredAt": None},
            event("contact.creation", objectId=7) | {"portalId": {"id": 1}},
            event("contact.creation" * 10, objectId=7),
        ],
    )
    def test_broken_event_costs_none_of_the_others(self, broken: Any) -> None:
        events: list[Any] = [event("contact.creation", objectId=number) for number in range(1, 100)]
        events.insert(50, broken)

        result = read(*events)

        assert (len(result.portals[PORTAL].records), result.accepted, result.broken) == (99, 99, 1)

    def test_ten_thousand_and_one_events_are_all_read(self) -> None:
        result = read(*(event("contact.creation", objectId=number) for number in range(1, 10_002)))

        assert len(result.portals[PORTAL].records) == result.accepted == 10_001


class TestBody:
    @pytest.mark.parametrize(
        "body",
        [b"", b"{}", b"null", b"[", b"[NaN]", b'[{"portalId":Infinity}]', b"\xff\xfe", b"[" * 10_000 + b"]" * 10_000],
    )
    def test_body_that_is_no_array_of_json_is_refused(self, body: bytes) -> None:
        with pytest.raises(UnreadableBodyError):
            read_events(body, now_ms=NOW_MS)

    def test_deep_value_inside_an_event_is_no_fault_of_the_process(self) -> None:
        deep = b'[{"portalId":1,"x":' + b"[" * 10_000 + b"]" * 10_000 + b"}]"

        with pytest.raises(UnreadableBodyError):
            read_events(deep, now_ms=NOW_MS)

    def test_empty_array_is_fine(self) -> None:
        assert read_events(b"[]", now_ms=NOW_MS).portals == {}

    @given(st.binary(max_size=200))
    def test_any_bytes_are_read_or_refused(self, body: bytes) -> None:
        try:
            read_events(body, now_ms=NOW_MS)
        except UnreadableBodyError:
            return


class TestTypeIds:
    @pytest.mark.parametrize(
        ("name", "type_id"),
        [("contact", "0-1"), ("CONTACT", "0-1"), ("0-1", "0-1"), ("line_item", "0-8"), ("2-123", "2-123")],
    )
    def test_names_and_ids_are_known(self, name: str, type_id: str) -> None:
        assert type_id_of(name) == type_id

    @pytest.mark.parametrize(
        "name", ["", "object", "0-1:2", "2-", "-1", "a-1", "2-1-1", "\u0662-\u0661", "2-" + "1" * 30]
    )
    def test_anything_else_is_not(self, name: str) -> None:
        assert type_id_of(name) is None
