"""What every simulated vendor depends on: the settings that a test may change, and the clock."""

import time

from simulator.settings import Settings


class Environment:
    def __init__(self, settings: Settings | None = None) -> None:
        self.settings = self._first_settings = settings or Settings()

    def now_ms(self) -> int:
        """The simulator's clock, which a test may shift."""
        return int((time.time() + self.settings.clock_offset_s) * 1000)

    def reset(self) -> None:
        self.settings = self._first_settings
