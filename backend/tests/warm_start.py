"""Starts programs of the service as forks of a process that has imported it: importing costs most of a start.

`python -m tests.warm_start` is that process: it forks for each job on its standard input (a line of JSON) and reports
on its standard output what it started and how that ended. A child runs what `python <arguments>` would run.
"""

import atexit
import ctypes
import gc
import json
import os
import runpy
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as WaitTimeoutError
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import IO, Any

from core.redis_guard import PR_SET_PDEATHSIG

BACKEND = Path(__file__).resolve().parents[1]
# Only for one that hangs: with a tenth of a processor, a start takes half a minute.
START_TIMEOUT_S = 90.0


class Started:
    """A started program, as far as it is used of `subprocess.Popen`."""

    stdin = None

    def __init__(self, arguments: Sequence[str], pid: int) -> None:
        self.pid = pid
        self._arguments = arguments
        self._status: Future[int] = Future()

    @property
    def returncode(self) -> int | None:
        return self._status.result() if self._status.done() else None

    def poll(self) -> int | None:
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Raises: subprocess.TimeoutExpired."""
        try:
            return self._status.result(timeout)
        except WaitTimeoutError:
            raise subprocess.TimeoutExpired(self._arguments, timeout or 0) from None

    def send_signal(self, number: int) -> None:
        if not self._status.done():
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def ended(self, status: int) -> None:
        self._status.set_result(status)


class WarmProcess:
    """The process that forks. It ends with this one, and all that it started with it."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.warm_start"], cwd=BACKEND, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self._one_at_a_time = threading.Lock()
        self._asked: tuple[Sequence[str], Future[Started]]
        self._listening = threading.Thread(target=self._listen, daemon=True)
        self._listening.start()
        atexit.register(self._close)

    def start(
        self, arguments: Sequence[str], *, environment: Mapping[str, str], output: Path, errors: Path | None = None
    ) -> Started:
        """Run `python <arguments>`; what it prints is added to the files, which may be one."""
        files = {"output": str(output), "errors": str(errors or output)}
        output.touch()  # a reader may be quicker than the child
        job = {"arguments": arguments, "environment": dict(environment), **files}
        with self._one_at_a_time:
            self._asked = arguments, Future()
            _stdin(self._process).write(json.dumps(job).encode() + b"\n")
            _stdin(self._process).flush()
            return self._asked[1].result(START_TIMEOUT_S)

    def _listen(self) -> None:
        assert self._process.stdout is not None
        running: dict[int, Started] = {}
        for line in self._process.stdout:
            message = json.loads(line)
            if "status" in message:
                running.pop(message["pid"]).ended(message["status"])
            else:
                arguments, asked = self._asked
                running[message["pid"]] = started = Started(arguments, message["pid"])
                asked.set_result(started)

    def _close(self) -> None:
        _stdin(self._process).close()
        self._process.wait()
        self._listening.join()
        assert self._process.stdout is not None
        self._process.stdout.close()


def _stdin(process: subprocess.Popen[bytes]) -> IO[bytes]:
    assert process.stdin is not None
    return process.stdin


@cache
def warm_process() -> WarmProcess:
    """The only one of this process."""
    return WarmProcess()


def fork_for_jobs() -> dict[str, Any] | None:
    """Return the job in a child that was forked for it; None at the end of the input."""
    ended, wake_up = os.pipe()
    os.set_blocking(wake_up, False)
    signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
    signal.set_wakeup_fd(wake_up)
    while True:
        readable, _, _ = select.select([ended, sys.stdin], [], [])
        if ended in readable:
            os.read(ended, 1_000)
            _report_ended()
        if sys.stdin not in readable:
            continue
        if not (line := sys.stdin.readline()):
            return None
        if (pid := os.fork()) == 0:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os.close(ended)
            os.close(wake_up)
            job: dict[str, Any] = json.loads(line)
            return job
        _report(pid=pid)


def _report_ended() -> None:
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        _report(pid=pid, status=os.waitstatus_to_exitcode(status))


def _report(**message: int) -> None:
    os.write(1, json.dumps(message).encode() + b"\n")


def run(job: dict[str, Any], parent_pid: int) -> None:
    """As the interpreter would, in a session of its own, which ends with the process it was forked from."""
    os.setsid()
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    if os.getppid() != parent_pid:
        return  # it ended before the signal was set
    for descriptor, path, flags in (
        (0, os.devnull, os.O_RDONLY),
        (1, job["output"], os.O_WRONLY | os.O_APPEND | os.O_CREAT),
        (2, job["errors"], os.O_WRONLY | os.O_APPEND | os.O_CREAT),
    ):
        os.dup2(opened := os.open(path, flags, 0o600), descriptor)
        os.close(opened)
    os.environ.clear()
    os.environ.update(job["environment"])
    match job["arguments"]:
        case ["-m", module, *arguments]:
            sys.argv = [module, *arguments]
            runpy.run_module(module, run_name="__main__", alter_sys=True)
        case ["-c", code, *arguments]:
            sys.argv = ["-c", *arguments]
            exec(code, {"__name__": "__main__"})  # noqa: S102 (as `python -c` does)
        case [script, *arguments]:
            sys.argv = [script, *arguments]
            runpy.run_path(script, run_name="__main__")


def main() -> None:
    # What the service imports only when it serves is imported here, too.
    import uvicorn.loops.auto
    import uvicorn.protocols.http.auto  # noqa: F401

    import main as _service  # noqa: F401

    assert threading.active_count() == 1, "a fork would copy only one thread"
    gc.collect()
    gc.freeze()  # or each child would look through all that is imported, and copy it
    own_pid = os.getpid()
    if job := fork_for_jobs():
        run(job, own_pid)


if __name__ == "__main__":
    main()
