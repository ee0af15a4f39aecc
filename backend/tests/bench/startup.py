"""Time from a bare clone to an answering page, of the second start, and of the tests.

Works in a fresh clone of the committed state in a temporary folder, and prints one line a figure.
`--tests` also runs `make test` there (some minutes). Needs nothing but the standard library.
"""

import argparse
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
START_LIMIT_S = 600
STOP_LIMIT_S = 30
TEST_LIMIT_S = 3600
POLL_S = 0.02


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def page_answers(url: str) -> bool:
    """Whether a browser would get the page."""
    request = urllib.request.Request(url, headers={"Accept": "text/html"})  # noqa: S310 (an address of ours)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=2) as answer:
            return b"<html" in answer.read().lower()
    except OSError:
        return False


def time_demo(clone: Path, log: Path) -> tuple[float, float]:
    """Seconds from `make demo` to an answering page, and from SIGINT to its end."""
    port = free_port()
    command = ["make", "demo", f"PORT={port}", f"SIMULATOR_PORT={free_port()}"]
    with log.open("wb") as output:
        began = time.monotonic()
        demo = subprocess.Popen(command, cwd=clone, stdout=output, stderr=output, start_new_session=True)
    try:
        while not page_answers(f"http://localhost:{port}/"):
            if demo.poll() is not None or time.monotonic() - began > START_LIMIT_S:
                sys.exit(f"make demo did not come up:\n{log.read_text(errors='replace')}")
            time.sleep(POLL_S)
        started = time.monotonic()
        os.killpg(demo.pid, signal.SIGINT)
        demo.wait(STOP_LIMIT_S)
        return started - began, time.monotonic() - started
    finally:
        if demo.poll() is None:
            os.killpg(demo.pid, signal.SIGKILL)


def time_tests(clone: Path) -> tuple[float, int]:
    """Seconds of `make test`, and its exit status."""
    began = time.monotonic()
    status = subprocess.run(["make", "test"], cwd=clone, timeout=TEST_LIMIT_S, check=False).returncode
    return time.monotonic() - began, status


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tests", action="store_true", help="also time make test")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="startup-") as folder:
        clone = Path(folder) / "clone"
        subprocess.run(["git", "clone", "--quiet", ROOT, clone], check=True)
        first, stopped = time_demo(clone, Path(folder) / "first.log")
        second, _ = time_demo(clone, Path(folder) / "second.log")
        print(f"bare clone to an answering page: {first:6.1f} s")
        print(f"second start:                    {second:6.1f} s")
        print(f"Ctrl-C to the end:               {stopped:6.1f} s", flush=True)
        if not options.tests:
            return 0
        tests, status = time_tests(clone)
        print(f"make test:                       {tests:6.1f} s (exit status {status})")
        return status


if __name__ == "__main__":
    sys.exit(main())
