"""`python -m oauth.keys` as an operator runs it."""

import base64
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from oauth.vault import Vault
from tests.integration.oauth.conftest import connect
from tests.servers import clean_environment, run_program

K1 = f"k1:{base64.b64encode(bytes(range(32))).decode()}"  # as the keyring of this folder's fixtures
K2 = f"k2:{base64.b64encode(os.urandom(32)).decode()}"


def keys(command: str, encryption_keys: str, redis_url: str, **more: str) -> subprocess.CompletedProcess[str]:
    settings = {"ENCRYPTION_KEYS": encryption_keys, "REDIS_URL": redis_url, **more}
    return run_program("-m", "oauth.keys", command, environment=clean_environment() | settings)


class TestStatus:
    async def test_it_counts_what_each_key_sealed(self, vault: Vault, redis_url: str) -> None:
        await connect(vault, account_id="1")
        await connect(vault, account_id="2")

        before, behind = keys("status", K1, redis_url), keys("status", f"{K2},{K1}", redis_url)

        assert (before.returncode, before.stdout) == (0, "k1: 4 sealed, primary\n")
        assert (behind.returncode, behind.stdout) == (1, "k2: 0 sealed, primary\nk1: 4 sealed\n")

    async def test_a_key_that_is_not_there_is_named(self, vault: Vault, redis_url: str) -> None:
        await connect(vault)

        status = keys("status", K2, redis_url)

        assert status.returncode == 1
        assert "k1: 2 sealed, and the key is not in ENCRYPTION_KEYS" in status.stdout


class TestRotate:
    async def test_the_whole_change_of_a_key(self, vault: Vault, redis_url: str) -> None:
        await connect(vault)

        rotated = keys("rotate", f"{K2},{K1}", redis_url)
        status = keys("status", K2, redis_url)

        assert rotated.returncode == 0, rotated.stderr
        assert "rotated 2, skipped 0, failed 0" in rotated.stdout
        assert "k1: nothing is sealed with it any more" in rotated.stdout
        assert (status.returncode, status.stdout) == (0, "k2: 2 sealed, primary\n")

    async def test_it_leaves_one_audit_line_and_no_key_anywhere(self, vault: Vault, redis_url: str) -> None:
        await connect(vault)

        rotated = keys("rotate", f"{K2},{K1}", redis_url)

        assert rotated.stderr.count("key_rotation") == 1
        assert not [key for key in (K1, K2) if key[3:] in rotated.stdout + rotated.stderr]

    async def test_what_is_left_makes_it_fail(self, vault: Vault, raw: Any, redis_url: str) -> None:
        connection = await connect(vault)
        await raw.hset(connection.key.record, "sealed", "v1.k1.broken")

        rotated = keys("rotate", f"{K2},{K1}", redis_url)

        assert rotated.returncode == 1
        assert "failed 1" in rotated.stdout
        assert "k1: 1 remaining" in rotated.stdout

    async def test_a_wrong_key_is_refused_before_anything_changes(self, vault: Vault, redis_url: str) -> None:
        await connect(vault)
        assert keys("rotate", K1, redis_url).returncode == 0
        wrong = f"k1:{base64.b64encode(os.urandom(32)).decode()}"

        refused = keys("rotate", f"{K2},{wrong}", redis_url)

        assert refused.returncode == 78
        assert "key k1 is not the key" in refused.stderr

    def test_without_redis_it_says_so(self, tmp_path: Path) -> None:
        refused = keys("rotate", K1, f"unix://{tmp_path}/nobody.sock")

        assert refused.returncode == 69
        assert "Redis" in refused.stderr

    @pytest.mark.parametrize("encryption_keys", ["k1:c2hvcnQ=", "canary-without-name", f"{K1},{K1}"])
    def test_unusable_keys_are_refused_without_being_repeated(self, encryption_keys: str, redis_url: str) -> None:
        refused = keys("status", encryption_keys, redis_url)

        assert refused.returncode == 78
        assert refused.stderr.startswith("configuration: ENCRYPTION_KEYS: ")
        for part in encryption_keys.split(","):
            assert part.rpartition(":")[2] not in refused.stdout + refused.stderr

    def test_in_local_it_works_on_the_embedded_redis(self, tmp_path: Path) -> None:
        status = keys("status", "", "", DATA_DIR=str(tmp_path))

        assert (status.returncode, status.stdout) == (0, "local1: 0 sealed, primary\n"), status.stderr
