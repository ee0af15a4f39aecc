"""Faults on demand: which request meets which fault. `fault_injection.py` carries them out.

A fault is ordered through the control API and strikes requests by path, method and account, a number of times, after
some that it lets pass, always or by chance.
"""

from __future__ import annotations

import asyncio
import re
from itertools import count
from random import Random
from typing import Annotated, Literal

import msgspec

from simulator.refusals import Wording

Kind = Literal["status", "reset", "lost", "truncated", "malformed", "html", "empty", "drip", "bomb", "hang", "delay"]
Policy = Literal["ten_secondly", "secondly", "daily", "plain"]


class Fault(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """One order.

    `status`: an error answer (`status`; `policy` for 429; `wording` and `scopes` for 403; `retry_after_s`). `reset`:
    the connection is reset before the request is looked at; `lost`: it is carried out, then the connection is reset.
    `truncated`: half the body and the end of the connection. `malformed`: half the body as if it were all. `html`,
    `empty`: 200 without JSON. `drip`: a byte every `delay_s`. `bomb`: gzip that grows to `size_bytes`. `hang`: no
    answer until the client goes. `delay`: the true answer, `delay_s` later, or as soon as the faults are cleared.
    """

    path: str
    kind: Kind
    times: Annotated[int, msgspec.Meta(ge=1)] | None = 1
    after: Annotated[int, msgspec.Meta(ge=0)] = 0
    probability: Annotated[float, msgspec.Meta(gt=0, le=1)] = 1.0
    method: str | None = None
    portal_id: str | None = None
    status: Annotated[int, msgspec.Meta(ge=400, le=599)] = 500
    policy: Policy = "ten_secondly"
    wording: Wording | Literal["page"] = "granular"
    scopes: list[str] = msgspec.field(default_factory=lambda: ["crm.objects.contacts.read"])
    retry_after_s: Annotated[int, msgspec.Meta(ge=0)] | None = None
    delay_s: Annotated[float, msgspec.Meta(ge=0, le=600)] = 0.05
    size_bytes: Annotated[int, msgspec.Meta(ge=1024, le=4 << 30)] = 256 << 20

    def __post_init__(self) -> None:
        re.compile(self.path)
        if not self.scopes:
            raise ValueError("a 403 names at least one scope")

    def aims_at(self, method: str, path: str, portal_id: str | None) -> bool:
        return (
            (self.method is None or self.method.upper() == method)
            and (self.portal_id is None or self.portal_id == portal_id)
            and re.search(self.path, path) is not None
        )


class Faults:
    """The orders in force, oldest first; the first that strikes is the one."""

    def __init__(self) -> None:
        self._numbers = count(1)
        self._orders: dict[str, Fault] = {}
        self.cleared = asyncio.Event()

    def __bool__(self) -> bool:
        return bool(self._orders)

    def add(self, fault: Fault) -> str:
        fault_id = str(next(self._numbers))
        self._orders[fault_id] = fault
        return fault_id

    def remove(self, fault_id: str) -> None:
        self._orders.pop(fault_id, None)

    def clear(self) -> None:
        """Remove them all, and end the delays under way."""
        self._orders.clear()
        self.cleared.set()
        self.cleared = asyncio.Event()

    def orders(self) -> dict[str, Fault]:
        return dict(self._orders)

    def strike(self, method: str, path: str, portal_id: str | None, rng: Random) -> Fault | None:
        """Return the fault that this request meets, and use it up by one; None when it is spared."""
        for fault_id, fault in self._orders.items():
            if not fault.aims_at(method, path, portal_id):
                continue
            if fault.after:
                fault.after -= 1
            elif fault.probability == 1 or rng.random() < fault.probability:
                self._use(fault_id, fault)
                return fault
        return None

    def _use(self, fault_id: str, fault: Fault) -> None:
        if fault.times is None:
            return
        fault.times -= 1
        if not fault.times:
            del self._orders[fault_id]
