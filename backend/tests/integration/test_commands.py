"""Every command in the documents is run by somebody: those of `make` here, the others where the table says.

`HERE` is this file. By hand are only what changes the pins, needs the package index, or measures or draws for minutes.
"""

import base64
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from dotenv import dotenv_values

from settings import ROOT
from tests.compose.documents import commands
from tests.integration.test_embedding import commands as embedding_commands
from tests.integration.test_readme_tour import sync_lines, tour_lines, webhook_blocks
from tests.servers import (
    CLIENT_ID,
    CLIENT_SECRET,
    Process,
    Simulator,
    answers,
    clean_environment,
    free_port,
    running_service,
)

PAGES = [
    *(ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))),
    *sorted((ROOT / "backend").glob("*/README.md")),
    *sorted((ROOT / "backend" / "tests").glob("*/README.md")),
]
PROGRAMS = "make|docker|curl|python3?|pip|npm|npx|openssl|cp|cd|git|node"
HERE = "backend/tests/integration/test_commands.py"
COMPOSE = "backend/tests/compose"
# A command as the documents have it, the file that runs it, and how that looks there.
RUN_BY: dict[str, tuple[str, str]] = {
    "make help": (HERE, '"help"'),
    "make demo": (HERE, '"demo"'),
    "make demo PORT=8001 SIMULATOR_PORT=9001": (HERE, '"demo", f"PORT='),
    "make run": (HERE, '"run"'),
    "make keys-status": (HERE, '"keys-status"'),
    "make keys-rotate": (HERE, '"keys-rotate"'),
    "openssl rand -base64 32": (HERE, '"openssl", "rand"'),
    "openssl rand -base64 48": (HERE, '"openssl", "rand"'),
    "cp .env.example .env": (HERE, "dotenv_values("),
    "make check": (".ci/run", "make --keep-going --jobs 6 --output-sync=target check compose-files"),
    "make compose-test": ("Makefile", "compose-test: packages"),
    "make test-slow": ("Makefile", "test-slow: setup"),
    "make test": ("Makefile", "$(SIDE_BY_SIDE) lint test"),
    "make setup": ("Makefile", "test: setup"),
    "python main.py": ("backend/tests/servers.py", 'PROGRAM = ("main.py",)'),
    "python main.py --host 127.0.0.1 --port 8000": ("backend/Dockerfile", '"main.py", "--env-file", "", "--host"'),
    "pip install --require-hashes -r requirements-production.txt": (
        "backend/Dockerfile",
        "-r requirements-production.txt",
    ),
    "npm ci && npm run build": ("frontend/Dockerfile", "RUN npm run build"),
    "python -m simulator --port 9000": ("backend/tests/servers.py", '"-m", "simulator", "--port"'),
    "cd backend && pip install -r requirements.txt && uvicorn main:app --reload": (
        "backend/tests/integration/api/test_process.py",
        '"-m", "uvicorn", "main:app"',
    ),
    "python -m tests.load.sync_acceptance": (
        "backend/tests/integration/sync/test_acceptance.py",
        "await accept(trial)",
    ),
    "python -m tests.load.webhook_kills --kills 100": (
        "backend/tests/integration/sync/test_acceptance.py",
        "await kill_in_turn(12)",
    ),
    "python main.py worker": ("backend/tests/integration/sync/test_workers.py", 'program=("main.py", "worker")'),
    "docker compose exec redis /run/redis-admin/cli INFO memory": (f"{COMPOSE}/test_access.py", "/run/redis-admin/cli"),
    "docker compose exec redis /run/redis-admin/cli HDEL key_checks KID": (
        f"{COMPOSE}/test_access.py",
        "/run/redis-admin/cli",
    ),
    "docker compose build": (f"{COMPOSE}/stack.py", 'stack.compose("build")'),
    "docker compose down --volumes": (f"{COMPOSE}/stack.py", '"down", "--volumes"'),
    "docker compose logs backend frontend": (f"{COMPOSE}/stack.py", 'self.compose("logs",'),
    "docker compose up --detach --wait": (f"{COMPOSE}/stack.py", '"up", "--detach", "--wait"'),
    "docker compose up --detach --wait --scale backend=3 --scale worker=2": (
        f"{COMPOSE}/test_life.py",
        '"--scale", f"backend={WORKERS}"',
    ),
    "docker compose up --scale simulator=0": (f"{COMPOSE}/test_life.py", '"--scale", "simulator=0"'),
    "docker compose exec backend python -m oauth.keys rotate": (
        f"{COMPOSE}/test_life.py",
        '"backend", "python", "-m", "oauth.keys", "rotate"',
    ),
    **dict.fromkeys(
        commands("Change the passwords").splitlines(),
        (f"{COMPOSE}/test_access.py", 'stack.shell(commands("Change the passwords")'),
    ),
    **dict.fromkeys(commands("Backup").splitlines(), (f"{COMPOSE}/test_life.py", 'stack.shell(commands("Backup")')),
    **dict.fromkeys(commands("Restore").splitlines(), (f"{COMPOSE}/test_life.py", 'stack.shell(commands("Restore")')),
}
BY_HAND = {
    *("make lock", "make sbom", "make bench", "python tests/bench/startup.py [--tests]"),
    *("make load", "make load LOAD_OPTIONS='--soak 10'", "make pictures"),
    "python -m tests.load.many_syncs --connections 1000 --records 5000",
}
MEASUREMENT = re.compile(r"make bench NAME=\w+|python -m tests\.bench\.\w+( \[[\w -]+\])*")


def documented() -> set[str]:
    """Every command of the pages, without those that the tests of the tour and of embedding collect by themselves."""
    found = set()
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for block in re.findall(r"^```(?:sh|bash|console|shell).*?\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL):
            found |= {line.partition("  #")[0].strip() for line in block.splitlines()}
        prose = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
        found |= set(re.findall(rf"`((?:{PROGRAMS}) [^`\n]+)`", prose))
    webhook_lines = [line for block in webhook_blocks() for line in block.splitlines()]
    return found - {"", *tour_lines(), *sync_lines(), *webhook_lines, *embedding_commands().values()}


def settings_of(folder: Path) -> dict[str, str]:
    """An environment that knows neither a developer's settings nor the `make` we may have been started by."""
    environment = {
        name: value for name, value in clean_environment().items() if not name.startswith(("MAKE", "MFLAGS"))
    }
    return environment | {"DATA_DIR": str(folder / "data")}


def make(folder: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    environment = settings_of(folder) | settings
    command = ["make", "--no-print-directory", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=120)


def open_make(folder: Path, *arguments: str, **settings: str) -> Process:
    """A target that serves until it is stopped."""
    command = ["/bin/sh", "-c", f'cd {ROOT} && exec make --no-print-directory "$@"', "make", *arguments]
    return Process("make", command, folder=folder, environment=settings_of(folder) | settings)


class TestEveryCommand:
    def test_has_somebody_who_runs_it(self) -> None:
        ownerless = {key for key in documented() - BY_HAND - RUN_BY.keys() if not MEASUREMENT.fullmatch(key)}

        assert ownerless == set()

    def test_of_the_table_stands_in_the_documents(self) -> None:
        assert RUN_BY.keys() - documented() == set()

    @pytest.mark.parametrize("command", RUN_BY)
    def test_of_the_table_is_run_where_it_says(self, command: str) -> None:
        file, words = RUN_BY[command]

        _table, _, code = (ROOT / file).read_text(encoding="utf-8").rpartition("BY_HAND =")
        assert words in code


class TestMake:
    def test_help_lists_every_target_that_has_a_description(self, tmp_path: Path) -> None:
        described = re.findall(r"^([a-z- ]+):.* ## ", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)

        listed = make(tmp_path, "help").stdout

        assert {name for names in described for name in names.split()} <= set(listed.split())

    def test_demo_serves_on_the_ports_that_were_asked_for(self, tmp_path: Path) -> None:
        port, simulator_port = free_port(), free_port()
        demo = open_make(tmp_path, "demo", f"PORT={port}", f"SIMULATOR_PORT={simulator_port}")
        try:
            demo.wait_until("the address to open", lambda: f"Open  http://localhost:{port}" in demo.output(), 60)
            assert answers(f"http://localhost:{simulator_port}/simulator/health")
        finally:
            demo.stop()

    def test_run_serves_with_the_example_of_the_settings_and_a_client_id(self, tmp_path: Path) -> None:
        example = {name: value for name, value in dotenv_values(ROOT / ".env.example").items() if value}
        url = f"http://localhost:{free_port()}"
        app = {"HUBSPOT_CLIENT_ID": CLIENT_ID, "HUBSPOT_CLIENT_SECRET": CLIENT_SECRET}
        settings = example | app | {"PUBLIC_URL": url, "DATA_DIR": str(tmp_path / "data")}
        service = open_make(tmp_path, "run", **settings)
        try:
            service.wait_until("GET /readyz", lambda: answers(f"{url}/readyz"))
        finally:
            service.stop()

    @pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not on this machine")
    def test_keys_change_as_the_guide_says(self, tmp_path: Path, redis_url: str, simulator: Simulator) -> None:
        drawn = [subprocess.check_output(["openssl", "rand", "-base64", "32"], text=True).strip() for _ in range(2)]
        old, new = f"k1:{drawn[0]}", f"k2:{drawn[1]}"
        with running_service(tmp_path, simulator, REDIS_URL=redis_url, ENCRYPTION_KEYS=old):
            """It leaves a note of its key."""

        changing = {"REDIS_URL": redis_url, "ENCRYPTION_KEYS": f"{new},{old}"}
        rotated = make(tmp_path, "keys-rotate", **changing)
        status = make(tmp_path, "keys-status", REDIS_URL=redis_url, ENCRYPTION_KEYS=new)

        assert [len(base64.b64decode(entry)) for entry in drawn] == [32, 32]
        assert rotated.returncode == 0, rotated.stdout + rotated.stderr
        assert status.returncode == 0, status.stdout + status.stderr
        assert "k2" in status.stdout
