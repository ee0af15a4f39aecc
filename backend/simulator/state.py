"""Everything the simulator holds: the app, the portals, the clock, and what a test may turn."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random

from simulator.background_changes import BackgroundChangeRuns
from simulator.environment import Environment
from simulator.faults import Faults
from simulator.identity import FIRST_PORTAL, PROFILES, App
from simulator.limits import Limits
from simulator.oauth.codes import Codes
from simulator.oauth.ledger import Ledger
from simulator.oauth.tokens import Mint
from simulator.records.changes import Changes
from simulator.records.portal import Portal
from simulator.request_log import RequestLog
from simulator.seed.portals import Shape, build_portal
from simulator.settings import Settings
from simulator.siblings import Siblings
from simulator.webhooks.events import Event
from simulator.webhooks.journal import Journal
from simulator.webhooks.pushes import Pushes

_LASTING = frozenset(profile.portal_id for profile in PROFILES)


class SimulatorState:
    def __init__(
        self, app: App, public_url: str, state_file: Path | None = None, settings: Settings | None = None
    ) -> None:
        self.app = self._first_app = app
        self.environment = Environment(settings)
        self.public_url = public_url.rstrip("/")
        self.ledger = Ledger(state_file)
        self.mint = Mint(app, self.ledger)
        self.portals: dict[int, Portal] = {profile.portal_id: build_portal(profile) for profile in PROFILES}
        self.log = RequestLog()
        self.pushes = Pushes(lambda: self.app, self.now_ms)
        self.journal = Journal(self.portals, self.now_ms)
        self.background_changes = BackgroundChangeRuns(self.portals, self.now_ms, self.publish)
        self._forget()
        self.siblings = Siblings(self.environment, state_file)

    @property
    def settings(self) -> Settings:
        return self.environment.settings

    def now_ms(self) -> int:
        return self.environment.now_ms()

    def changes(self, portal: Portal) -> Changes:
        """A batch of changes that webhooks announce."""
        return Changes(portal, self.rng, self.now_ms(), self.publish)

    def publish(self, portal_id: int, events: Sequence[Event]) -> None:
        """Announce what happened in an account."""
        self.pushes.publish(portal_id, events)
        self.journal.publish(portal_id, events)

    def reset(self) -> None:
        """Go back to the defaults: settings, faults, log, budgets, records; every token issued so far is dead."""
        self.background_changes.stop_all()
        self.pushes.stop()
        self.journal.reset()
        self.faults.clear()
        self._forget()
        self.log.clear()
        self.siblings.reset()
        for portal in list(self.portals.values()):
            self.ledger.uninstall(portal.portal_id)
            if portal.portal_id not in _LASTING:
                del self.portals[portal.portal_id]
            elif portal.changed:
                self.portals[portal.portal_id] = build_portal(portal.profile)

    async def reseed(self, portal: Portal, counts: Mapping[str, int], shape: Shape) -> None:
        """Replace an account's records; object types that are not named get their default number.

        A million take seconds: other requests are served meanwhile, from the old records.
        """
        fresh = await asyncio.to_thread(build_portal, portal.profile, counts, shape)
        fresh.changed = True
        self.portals[portal.portal_id] = fresh

    async def add_portals(self, number: int, counts: Mapping[str, int]) -> list[Portal]:
        """Add accounts like the first one, with ids that follow the highest; a reset removes them."""
        first_id = max(self.portals) + 1
        profiles = [replace(FIRST_PORTAL, portal_id=first_id + index) for index in range(number)]
        added = await asyncio.to_thread(lambda: [build_portal(profile, counts) for profile in profiles])
        self.portals |= {portal.portal_id: portal for portal in added}
        return added

    def _forget(self) -> None:
        self.app = self._first_app
        self.environment.reset()
        self.rng = Random("simulator")
        self.codes = Codes()
        self.faults = Faults()
        self.limits = Limits()
