"""What keeps a service from starting is told in a line each; one that finds out late does not go on."""

import base64
import os
from pathlib import Path

import pytest
from redis.asyncio import Redis

from core.crypto import Keyring
from core.encryption_keys import parse_keyring
from core.key_check import check_keys
from core.redis_client import open_redis
from services.start_check import find_reachable_faults
from settings import Settings
from tests.servers import QuickService, Service, clean_environment, free_port, run_program, running_redis

EXIT_CONFIGURATION = 78
# It waits for nothing: with what it imports at hand it takes a fifth of a second.
START_LIMIT_S = 3.0


def key(kid: str = "k1") -> str:
    return f"{kid}:{base64.b64encode(os.urandom(32)).decode()}"


def start(folder: Path, **settings: str) -> Service:
    url = f"http://localhost:{free_port()}"
    # An app of a vendor, so that only the keys are at fault.
    app = {"HUBSPOT_CLIENT_ID": "id", "HUBSPOT_CLIENT_SECRET": "secret"}
    defaults = {"PUBLIC_URL": url, "DATA_DIR": str(folder / "data"), **app}
    return QuickService(url, folder, clean_environment() | defaults | settings)


class TestSettingsAtStart:
    def test_a_file_of_settings_that_is_not_there_is_no_empty_one(self, tmp_path: Path) -> None:
        ended = run_program("main.py", "--env-file", str(tmp_path / "nope.env"), environment=clean_environment())

        assert ended.returncode == EXIT_CONFIGURATION
        assert "configuration: --env-file names no file" in ended.stderr

    def test_an_embedded_redis_that_cannot_read_its_file_is_told_in_one_line(self, tmp_path: Path) -> None:
        broken = tmp_path / "data" / "redis" / "appendonlydir"
        broken.mkdir(parents=True)
        (broken / "appendonly.aof.manifest").write_text("no manifest\n")

        service = start(tmp_path)

        assert service.wait_for_end() == EXIT_CONFIGURATION, service.output()
        assert "configuration: The embedded Redis ended" in service.output()
        assert "Traceback" not in service.output()


class TestKeysAtStart:
    @pytest.mark.parametrize("kid", ["k1", "k9"], ids=["wrong", "missing"])
    async def test_an_unfit_key_ends_it_within_three_seconds(
        self, redis_client: Redis, redis_url: str, tmp_path: Path, kid: str
    ) -> None:
        await check_keys(redis_client, Keyring(parse_keyring(key("k1"))))
        unfit = key(kid)

        service = start(tmp_path, REDIS_URL=redis_url, ENCRYPTION_KEYS=unfit)

        assert service.wait_for_end(START_LIMIT_S) == EXIT_CONFIGURATION, service.output()
        assert "configuration: ENCRYPTION_KEYS: key k1 is" in service.output()
        assert unfit.partition(":")[2] not in service.output()

    async def test_a_key_of_a_start_that_was_refused_may_be_replaced_under_its_name(
        self, redis_client: Redis, redis_url: str
    ) -> None:
        refused, settings = Keyring(parse_keyring(key())), Settings(redis_url=redis_url)

        assert await find_reachable_faults(settings, refused) == []

        await check_keys(redis_client, Keyring(parse_keyring(key())))

    async def test_one_that_started_without_redis_ends_when_redis_comes_with_data_of_another_key(
        self, tmp_path: Path
    ) -> None:
        folder = tmp_path / "r"
        folder.mkdir()
        with running_redis(folder) as url:
            client = open_redis(url)
            await check_keys(client, Keyring(parse_keyring(key())))
            await client.save()
            await client.aclose()
        service = start(tmp_path, REDIS_URL=url, ENCRYPTION_KEYS=key())
        service.wait_until("a warning", lambda: "keys cannot be checked yet" in service.output())

        with running_redis(folder):
            service.wait_for_end()

        assert "key k1 is not the key" in service.output()
