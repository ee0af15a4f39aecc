"""The host application's endpoint: answers with `statuses` first, then with 204, and verifies every request.

It answers nothing before `may_answer` is set, as it is at first; `most_at_once` requests have waited for that.
"""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks import Webhook, WebhookVerificationError

WITHIN_S = 20.0


class EventReceiver:
    def __init__(self) -> None:
        self.secret = ""
        self.events: list[dict[str, Any]] = []
        self.ids: list[str] = []
        self.faults: list[str] = []
        self.statuses: list[int] = []
        self.may_answer = threading.Event()
        self.may_answer.set()
        self.waiting = self.most_at_once = 0
        self._arrived = threading.Condition()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.wait_to_answer()
                # Before the answer: after it, a test may already count the events.
                receiver.take(body, dict(self.headers.items()))
                status = receiver.statuses.pop(0) if receiver.statuses else 204
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.send_header("Location", "http://127.0.0.1:1/elsewhere")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Nothing on the terminal."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://localhost:{self._server.server_port}/hook"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def wait_to_answer(self) -> None:
        with self._arrived:
            self.waiting += 1
            self.most_at_once = max(self.most_at_once, self.waiting)
        self.may_answer.wait(WITHIN_S)
        with self._arrived:
            self.waiting -= 1

    def take(self, body: bytes, headers: dict[str, str]) -> None:
        names = {name.lower(): value for name, value in headers.items()}
        with self._arrived:
            try:
                Webhook(self.secret).verify(body, names)
            except WebhookVerificationError as exc:
                self.faults.append(repr(exc))
            self.events.append(json.loads(body))
            self.ids.append(names["webhook-id"])
            self._arrived.notify_all()

    def wait_for(self, type_: str, count: int = 1) -> list[dict[str, Any]]:
        """The events of a type, once there are so many."""

        def of_type() -> list[dict[str, Any]]:
            return [event for event in self.events if event["type"] == type_]

        with self._arrived:
            assert self._arrived.wait_for(lambda: len(of_type()) >= count, WITHIN_S), self.events
        assert self.faults == []
        return of_type()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
