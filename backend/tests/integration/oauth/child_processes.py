"""Starts workers that can be stopped, killed and continued in the middle of a refresh."""

import itertools
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from typing import IO, Any

from tests.servers import BACKEND, clean_environment

TIMEOUT_S = 30.0
POLL_S = 0.005


class Child:
    """One worker process."""

    def __init__(self, pid: int, outcome: Future[dict[str, Any]]) -> None:
        self.pid = pid
        self._outcome = outcome

    def answers(self) -> list[str]:
        """What its callers got, each different answer once; waits for the end of its work."""
        answers: list[str] = self._outcome.result(TIMEOUT_S)["answers"]
        return answers

    def waited_s(self) -> float:
        """How long the slowest of its callers waited; waits for the end of its work."""
        return float(self._outcome.result(TIMEOUT_S)["waited_s"])

    def reach_its_step(self) -> None:
        """Wait until it is stopped, or dead when it was to be killed there."""
        until = time.monotonic() + TIMEOUT_S
        while self._state()[:1] not in {"T", "", "Z"}:
            assert not self._outcome.done(), f"it never came to its step: {self._outcome.result()}"
            assert time.monotonic() < until, "it never came to its step"
            time.sleep(POLL_S)

    def hit(self, number: signal.Signals) -> None:
        """Send a signal; one that has ended already does not mind."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def _state(self) -> str:
        shown = subprocess.run(["ps", "-o", "stat=", "-p", str(self.pid)], capture_output=True, text=True, check=False)
        return shown.stdout.strip()


class ChildProcesses:
    """The process that forks them; it has imported everything already."""

    def __init__(self, jobs: IO[bytes]) -> None:
        self._jobs = jobs
        self._numbers = itertools.count()
        self._pids: dict[int, Future[int]] = defaultdict(Future)
        self._outcomes: dict[int, Future[dict[str, Any]]] = defaultdict(Future)
        self._children: list[Child] = []

    def start(self, job: dict[str, Any]) -> Child:
        """Fork a child for the job; it runs when this returns."""
        number = next(self._numbers)
        pid, outcome = self._pids[number], self._outcomes[number]
        self._jobs.write(json.dumps(job | {"number": number}).encode() + b"\n")
        self._jobs.flush()
        child = Child(pid.result(TIMEOUT_S), outcome)
        self._children.append(child)
        return child

    def listen(self, messages: IO[bytes]) -> None:
        for line in messages:
            message = json.loads(line)
            if "pid" in message:
                self._pids[message["number"]].set_result(message["pid"])
            else:
                self._outcomes[message["number"]].set_result(message)

    def kill_children(self) -> None:
        for child in self._children:
            child.hit(signal.SIGKILL)


@contextmanager
def running_child_processes(*, quiet: bool = False) -> Iterator[ChildProcesses]:
    """Nothing that it started outlives it. `quiet` leaves out what the workers log."""
    command = [sys.executable, "-m", "tests.integration.oauth.worker"]
    with subprocess.Popen(
        command,
        cwd=BACKEND,
        env=clean_environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL if quiet else None,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        child_processes = ChildProcesses(process.stdin)
        listening = threading.Thread(target=child_processes.listen, args=(process.stdout,))
        listening.start()
        try:
            yield child_processes
        finally:
            child_processes.kill_children()
            process.kill()
            listening.join()
