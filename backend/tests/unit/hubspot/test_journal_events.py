import json
from typing import Any

import pytest

from hubspot.journal_events import read_journal_file
from hubspot.record_events import UnreadableBodyError
from hubspot.signals import PortalSignals

NOW_MS = 1_800_000_000_000
AT_MS = NOW_MS - 5_000


def file_of(*events: Any) -> bytes:
    return json.dumps({"offset": "a", "journalEvents": events, "publishedAt": "2026-11-24T03:00:00.000Z"}).encode()


def event(action: str, **more: Any) -> dict[str, Any]:
    about = {"objectTypeId": "0-1", "objectId": 7} if "fromObjectId" not in more else {}
    return {"type": "crmObject", "portalId": 1, "action": action, "occurredAt": AT_MS, **about, **more}


def signals_of(*events: Any) -> PortalSignals:
    return read_journal_file(file_of(*events), now_ms=NOW_MS).portals[1]


class TestJournalEvents:
    @pytest.mark.parametrize(("action", "relinks"), [("CREATE", True), ("RESTORE", True), ("UPDATE", False)])
    def test_change_marks_the_record(self, action: str, *, relinks: bool) -> None:
        signals = signals_of(event(action))

        assert signals.records == {"0-1:7": AT_MS}
        assert bool(signals.links) == relinks

    @pytest.mark.parametrize("moment", [AT_MS, str(AT_MS), "2027-01-15T07:59:55.000Z", "2027-01-15T07:59:55"])
    def test_times_are_read_in_each_form(self, moment: Any) -> None:
        assert signals_of(event("UPDATE", occurredAt=moment)).records == {"0-1:7": AT_MS}

    def test_association_marks_both_sides(self) -> None:
        ends = {"fromObjectTypeId": "0-1", "fromObjectId": 1, "toObjectTypeId": "2-9", "toObjectId": "2"}

        assert set(signals_of(event("ASSOCIATION_REMOVED", **ends)).links) == {"0-1:1", "2-9:2"}

    def test_merge_marks_survivor_and_losers(self) -> None:
        signals = signals_of(event("MERGE", primaryObjectId=7, mergedObjectIds=[8], newObjectId=9))

        assert list(signals.records) == ["0-1:9", "0-1:7", "0-1:8"]

    def test_privacy_deletion_is_of_a_contact(self) -> None:
        signals = signals_of({"portalId": 1, "action": "GDPR_DELETE", "occurredAt": AT_MS, "objectId": 7})

        assert (signals.gone, signals.records) == ({"0-1:7": AT_MS}, {})

    def test_uninstall_is_noted_with_its_time(self) -> None:
        assert signals_of({"portalId": 1, "action": "APP_UNINSTALL", "occurredAt": AT_MS}).removed_at_ms == AT_MS

    def test_broken_and_unknown_events_cost_none_of_the_others(self) -> None:
        read = read_journal_file(
            file_of(event("UPDATE"), None, event("UPDATE", occurredAt="soon"), event("DANCE"), {"portalId": 1}),
            now_ms=NOW_MS,
        )

        assert (read.accepted, read.broken, read.ignored) == (1, 3, 1)

    @pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"journalEvents":7}', b"[" * 10_000])
    def test_other_content_is_refused(self, content: bytes) -> None:
        with pytest.raises(UnreadableBodyError):
            read_journal_file(content, now_ms=NOW_MS)
