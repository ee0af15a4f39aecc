"""The webhooks of the simulator, taken by a small receiver."""

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from hubspot.webhook_signature import SIGNATURE_HEADER, TIMESTAMP_HEADER, verify_signature
from tests.servers import CLIENT_SECRET, Simulator

PORTAL = "24681012"
WITHIN_S = 10.0


class Receiver:
    """Answers with `statuses` first, then with 200, and keeps the events of each request."""

    def __init__(self) -> None:
        self.bodies: list[list[dict[str, Any]]] = []
        self.statuses: list[int] = []
        self.headers: list[dict[str, str]] = []
        self._arrived = threading.Condition()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.take(body, dict(self.headers.items()))
                self.send_response(receiver.statuses.pop(0) if receiver.statuses else 200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Nothing on the terminal."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/hook?a=%2Fb"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def take(self, body: bytes, headers: dict[str, str]) -> None:
        sent = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
        uri = self.url.replace("%2F", "/").encode()
        known = [(name, value) for name, value in sent if name in (SIGNATURE_HEADER, TIMESTAMP_HEADER)]
        now_ms = int(time.time() * 1000)
        verify_signature(known, secrets=[CLIENT_SECRET], method="POST", uri=uri, body=body, now_ms=now_ms)
        with self._arrived:
            self.bodies.append(json.loads(body))
            self._arrived.notify_all()

    @property
    def events(self) -> list[dict[str, Any]]:
        return [event for body in self.bodies for event in body]

    def wait_for(self, events: int) -> list[dict[str, Any]]:
        with self._arrived:
            assert self._arrived.wait_for(lambda: len(self.events) >= events, WITHIN_S), self.events
        return self.events

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.close()


def contact(simulator: Simulator, number: int = 0) -> str:
    return str(simulator.export(PORTAL, "contacts")[number]["id"])


class TestEvents:
    def test_each_change_of_a_contact_is_announced_and_signed(self, simulator: Simulator, receiver: Receiver) -> None:
        record_id = contact(simulator)
        simulator.push_to(receiver.url)

        simulator.update(PORTAL, "contacts", record_id, firstname="Ada")
        simulator.archive(PORTAL, "contacts", record_id)
        simulator.restore(PORTAL, "contacts", record_id)

        events = receiver.wait_for(3)
        assert [event["subscriptionType"] for event in sorted(events, key=lambda event: event["occurredAt"])] == [
            "contact.propertyChange",
            "contact.deletion",
            "contact.restore",
        ]
        assert {(event["portalId"], event["objectId"]) for event in events} == {(int(PORTAL), int(record_id))}
        assert all(event["attemptNumber"] == 0 for event in events)

    def test_merge_names_the_new_id_and_the_losers(self, simulator: Simulator, receiver: Receiver) -> None:
        first, second = contact(simulator, 0), contact(simulator, 1)
        simulator.push_to(receiver.url)

        survivor = simulator.merge(PORTAL, "contacts", first, second)

        [event] = receiver.wait_for(1)
        assert event["subscriptionType"] == "contact.merge"
        assert (event["primaryObjectId"], event["mergedObjectIds"]) == (int(first), [int(second)])
        assert event["newObjectId"] == int(survivor["id"])

    def test_privacy_deletion_comes_with_a_deletion_and_nothing_can_be_read(
        self, simulator: Simulator, receiver: Receiver
    ) -> None:
        record_id = contact(simulator)
        simulator.push_to(receiver.url)

        simulator.erase(PORTAL, "contacts", record_id)

        kinds = {event["subscriptionType"] for event in receiver.wait_for(2)}
        assert kinds == {"contact.privacyDeletion", "contact.deletion"}
        archived = [record["id"] for record in simulator.export(PORTAL, "contacts", archived=True)]
        assert record_id not in archived + [record["id"] for record in simulator.export(PORTAL, "contacts")]

    def test_association_is_announced_for_both_sides(self, simulator: Simulator, receiver: Receiver) -> None:
        created = simulator.create(PORTAL, "contacts", firstname="Ada")
        company = simulator.export(PORTAL, "companies")[0]["id"]
        simulator.push_to(receiver.url)

        simulator.associate(PORTAL, ("contacts", created["id"]), ("companies", company))

        events = receiver.wait_for(2)
        assert {(event["subscriptionType"], event["fromObjectId"], event["associationType"]) for event in events} == {
            ("contact.associationChange", int(created["id"]), "CONTACT_TO_COMPANY"),
            ("company.associationChange", int(company), "COMPANY_TO_CONTACT"),
        }

    def test_other_types_have_generic_names(self, simulator: Simulator, receiver: Receiver) -> None:
        simulator.push_to(receiver.url)

        simulator.create(PORTAL, "notes", hs_note_body="x")

        [event] = receiver.wait_for(1)
        assert (event["subscriptionType"], event["objectTypeId"]) == ("object.creation", "0-46")


class TestDelivery:
    def test_body_has_a_hundred_events_at_most(self, simulator: Simulator, receiver: Receiver) -> None:
        simulator.push_to(receiver.url)

        simulator.mutate(PORTAL, contacts={"create": 250})

        receiver.wait_for(250)
        assert max(len(body) for body in receiver.bodies) == 100

    def test_refused_events_are_sent_again_with_their_attempt(self, simulator: Simulator, receiver: Receiver) -> None:
        receiver.statuses = [503, 401]
        simulator.push_to(receiver.url, retry_factor=0.0001)

        simulator.create(PORTAL, "contacts", firstname="Ada")

        assert [event["attemptNumber"] for event in receiver.wait_for(3)] == [0, 1, 2]

    def test_events_that_nobody_takes_are_given_up_after_ten_repeats(
        self, simulator: Simulator, receiver: Receiver
    ) -> None:
        receiver.statuses = [500] * 11
        simulator.push_to(receiver.url, retry_factor=0)

        simulator.create(PORTAL, "contacts", firstname="Ada")

        receiver.wait_for(11)
        deadline = time.monotonic() + WITHIN_S
        while not simulator.pushes()["given_up"] and time.monotonic() < deadline:
            time.sleep(0.02)
        assert (simulator.pushes()["given_up"], simulator.pushes()["waiting"]) == (1, 0)

    def test_losses_repetitions_and_disorder_are_as_ordered(self, simulator: Simulator, receiver: Receiver) -> None:
        simulator.push_to(receiver.url, lose=0.2, double=0.5, shuffle_s=0.3, seed=7)

        simulator.mutate(PORTAL, contacts={"create": 200})

        counts = simulator.pushes()
        expected = 200 - counts["lost"] + counts["doubled"]
        events = receiver.wait_for(expected)
        ids = [event["objectId"] for event in events]
        assert 20 < counts["lost"] < 60
        assert 40 < counts["doubled"] < 120
        assert ids != sorted(ids)
        assert len(set(ids)) == 200 - counts["lost"]

    def test_reset_ends_it(self, simulator: Simulator, receiver: Receiver) -> None:
        simulator.push_to(receiver.url)

        simulator.reset()

        assert simulator.pushes()["order"] is None
