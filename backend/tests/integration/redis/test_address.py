"""A REDIS_URL that cannot be used, as the person who starts the service meets it."""

import subprocess
import sys
from pathlib import Path

from tests.integration.api.conftest import KEYS
from tests.servers import BACKEND, clean_environment
from tests.warm_start import START_TIMEOUT_S

BAD = "redis+sentinel://ann:canary-password@sentinel.internal"
FAULT = "configuration: REDIS_URL: redis+sentinel:// ends with the service's name"
COMMANDS = {"service": ["main.py", "--env-file", ""], "keys": ["-m", "oauth.keys", "status"]}


def start(name: str, folder: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """Until it ends, which it must by itself."""
    return subprocess.run(
        [sys.executable, *COMMANDS[name]],
        cwd=BACKEND,
        env=clean_environment() | {"DATA_DIR": str(folder), "ENCRYPTION_KEYS": KEYS} | settings,
        capture_output=True,
        text=True,
        timeout=START_TIMEOUT_S,
        check=False,
    )


def test_the_service_names_it_with_every_other_fault_and_no_password_and_ends_with_78(tmp_path: Path) -> None:
    ended = start("service", tmp_path, REDIS_URL=BAD, HUBSPOT_CLIENT_ID="id")

    assert ended.returncode == 78, ended.stderr
    assert FAULT in ended.stderr
    assert "configuration: HUBSPOT_CLIENT_SECRET is missing" in ended.stderr
    assert "canary" not in ended.stdout + ended.stderr


def test_the_keys_command_does_so_too(tmp_path: Path) -> None:
    ended = start("keys", tmp_path, REDIS_URL=BAD)

    assert ended.returncode == 78, ended.stderr
    assert FAULT in ended.stderr
    assert "canary" not in ended.stdout + ended.stderr
