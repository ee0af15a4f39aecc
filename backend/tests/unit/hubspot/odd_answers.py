"""Answers as no vendor should give them, mutated from true ones: statuses, headers, bodies, and no answer at all."""

import json
import random
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

import httpx

from errors import UpstreamResponseTooLargeError, UpstreamTimeoutError
from tests.unit.hubspot.small_portal import SmallPortal

STATUSES = (200, 207, 302, 400, 401, 403, 404, 408, 414, 423, 429, 477, 500, 502, 504)
WEIRD: tuple[Any, ...] = (None, True, 5, -1, 10**30, 0.5, "", "x" * 200, "\ud83d", [], [None], {}, {"results": 5}, [[]])
HEADERS = (
    {"Retry-After": "9" * 400},
    {"Retry-After": "-1"},
    {"X-HubSpot-RateLimit-Max": "9" * 5_000, "X-HubSpot-RateLimit-Interval-Milliseconds": "10000"},
    {"X-HubSpot-Correlation-Id": "<script>"},
)
BODIES = (
    b"",
    b"<html>",
    b"null",
    b"[" * 50_000,
    b"\xff",
    b'{"results":[',
    b'{"results":[{"id":"1","properties":{"a":1e999}}]}',
    b'{"results":[{"id":"1","properties":{"a":"\xff"}}]}',
    b'{"results":[],"paging":{"next":{"after":"1"}}}',
    b'{"results":[],"total":' + b"9" * 5_000 + b"}",
    b'{"category":"MISSING_SCOPES","errors":[{"context":{"requiredGranularScopes":["tickets",5]}}]}',
    b'{"message":"Unable to infer object type from: x"}',
    b'{"policyName":"DAILY"}',
)


@dataclass
class OddAnswers:
    """Stands in for a portal: some kinds of calls are odd each time, others at random, the rest true.

    Args:
        rng: decides everything.
        portal: gives the true answers.
    """

    rng: random.Random
    portal: SmallPortal
    calls: int = 0
    _habits: dict[str, Callable[[httpx.Request], httpx.Response]] = field(default_factory=dict)

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.calls += 1
        path = request.url.path
        if path not in self._habits:
            self._habits[path] = self.rng.choice((self._true, self._true, self._seldom, self._always, self._mutated))
        return self._habits[path](request)

    def _true(self, request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json=self._found(request))

    def _found(self, request: httpx.Request) -> dict[str, Any]:
        """The portal has few types, and no records of ids that it made up itself."""
        try:
            return self.portal.answer_of(request)
        except (KeyError, ValueError):
            return {"results": []}

    def _seldom(self, request: httpx.Request) -> httpx.Response:
        return self._odd(request) if self.rng.random() < 0.3 else self._true(request)

    def _always(self, request: httpx.Request) -> httpx.Response:
        return self._odd(request)

    def _odd(self, request: httpx.Request) -> httpx.Response:
        match self.rng.randrange(8):
            case 0:
                raise ConnectionResetError("reset")
            case 1:
                raise UpstreamTimeoutError
            case 2:
                raise UpstreamResponseTooLargeError
            case 3 | 4:
                return self._mutated(request)
        status = self.rng.choice(STATUSES)
        return httpx.Response(status, content=self.rng.choice(BODIES), headers=self.rng.choice(({}, *HEADERS)))

    def _mutated(self, request: httpx.Request) -> httpx.Response:
        true = self._found(request)
        for _ in range(self.rng.choice((1, 1, 3))):
            self._spoil(true)
        body = json.dumps(true).encode()
        return httpx.Response(self.rng.choice((200, 200, 207)), content=body[:-7] if self.rng.random() < 0.1 else body)

    def _spoil(self, value: Any) -> None:
        """Replace, remove or repeat something at a random depth."""
        while isinstance(value, dict | list) and value:
            keys: list[Any] = list(value) if isinstance(value, dict) else list(range(len(value)))
            key = self.rng.choice(keys)
            if self.rng.random() < 0.3 or not isinstance(value[key], dict | list) or not value[key]:
                self._change(value, key)
                return
            value = value[key]

    def _change(self, value: Any, key: Any) -> None:
        match self.rng.randrange(4):
            case 0:
                del value[key]
            case 1 if isinstance(value, list):
                value.append(deepcopy(value[key]))
            case 2 if isinstance(value, dict):
                value["paging"] = {"next": {"after": self.rng.choice(("1", "2", "x", 5))}}
            case _:
                value[key] = deepcopy(self.rng.choice(WEIRD))
