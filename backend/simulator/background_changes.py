"""Change an account's records for a while, as busy users do while a load runs: seeded, and bounded in time."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Annotated

import msgspec

from simulator.records.changes import Changes, Deed, Publish
from simulator.records.portal import Portal

TICK_S = 0.1
DEFAULT_MIX: dict[Deed, int] = {"update": 60, "create": 15, "archive": 10, "merge": 5, "associate": 10}


class Order(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """So many per cent of the records of each object type each second, for so many seconds; `mix` are weights."""

    percent_per_second: Annotated[float, msgspec.Meta(gt=0, le=100)]
    seconds: Annotated[float, msgspec.Meta(gt=0, le=600)]
    object_types: list[str] | None = None
    mix: dict[Deed, Annotated[int, msgspec.Meta(ge=0)]] = msgspec.field(default_factory=DEFAULT_MIX.copy)
    seed: int = 1

    def __post_init__(self) -> None:
        if not any(self.mix.values()):
            raise ValueError("the mix has no weight")


@dataclass
class BackgroundChanges:
    """One order being carried out; `done` counts the deeds so far."""

    order: Order
    portals: Mapping[int, Portal]
    now_ms: Callable[[], int]
    publish: Publish
    done: Counter[str] = field(default_factory=Counter)
    task: asyncio.Task[None] | None = None

    async def run(self, portal_id: int) -> None:
        """Do at each tick what is owed for the time that has passed, so that a busy machine changes nothing."""
        rng = Random(self.order.seed)
        began, paid_s = time.monotonic(), 0.0
        while paid_s < self.order.seconds:
            await asyncio.sleep(TICK_S)
            passed_s = min(time.monotonic() - began, self.order.seconds)
            self._tick(portal_id, rng, passed_s - paid_s)
            paid_s = passed_s

    def _tick(self, portal_id: int, rng: Random, owed_s: float) -> None:
        portal = self.portals[portal_id]
        changes = Changes(portal, rng, self.now_ms(), self.publish)
        for name in self.order.object_types or list(portal.tables):
            owed = len(portal.tables[name].live) * self.order.percent_per_second / 100 * owed_s
            count = int(owed) + (rng.random() < owed % 1)
            deeds = rng.choices(list(self.order.mix), list(self.order.mix.values()), k=count)
            for deed, times in Counter(deeds).items():
                changes.some(name, deed, times)
                self.done[deed] += times
        changes.finish()


class BackgroundChangeRuns:
    """At most one for each account."""

    def __init__(self, portals: Mapping[int, Portal], now_ms: Callable[[], int], publish: Publish) -> None:
        self._portals = portals
        self._now_ms = now_ms
        self._publish = publish
        self._running: dict[int, BackgroundChanges] = {}

    def start(self, portal_id: int, order: Order) -> None:
        self.stop(portal_id)
        changes = BackgroundChanges(order, self._portals, self._now_ms, self._publish)
        changes.task = asyncio.create_task(changes.run(portal_id))
        self._running[portal_id] = changes

    def stop(self, portal_id: int) -> None:
        changes = self._running.get(portal_id)
        if changes is not None and changes.task is not None:
            changes.task.cancel()

    def stop_all(self) -> None:
        for portal_id in self._running:
            self.stop(portal_id)
        self._running.clear()

    def of(self, portal_id: int) -> dict[str, object]:
        """Say whether one is under way, and what it has done."""
        changes = self._running.get(portal_id)
        running = changes is not None and changes.task is not None and not changes.task.done()
        return {"running": running, "done": dict(changes.done) if changes else {}}
