"""The embedded Redis with real server processes: who starts it, who joins it, and what a killed owner leaves."""

import asyncio
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from redis.asyncio import Redis

from core import embedded_redis
from core.embedded_redis import EmbeddedRedis, EmbeddedRedisError
from settings import ConfigurationError
from tests.servers import BACKEND

Open = Callable[[], EmbeddedRedis]

OWNER = """
    import asyncio, sys
    from pathlib import Path
    from core.embedded_redis import EmbeddedRedis

    async def own() -> None:
        server = EmbeddedRedis(Path(sys.argv[1]))
        print(await server.start(), flush=True)
        await asyncio.Event().wait()

    sys.platform = PLATFORM
    asyncio.run(own())
"""


@pytest.fixture
async def open_embedded(tmp_path: Path) -> AsyncIterator[Open]:
    opened: list[EmbeddedRedis] = []

    def make() -> EmbeddedRedis:
        opened.append(EmbeddedRedis(tmp_path))
        return opened[-1]

    yield make
    for server in reversed(opened):
        await server.stop()


async def owner_process(folder: Path, platform: str = sys.platform) -> asyncio.subprocess.Process:
    """Another process that has started the folder's server, as it would on `platform`."""
    program = textwrap.dedent(OWNER).replace("PLATFORM", repr(platform))
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", program, str(folder)), cwd=BACKEND, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    assert (await asyncio.wait_for(process.stdout.readline(), 20)).startswith(b"unix://")
    return process


async def set_value(url: str, value: str) -> None:
    async with Redis.from_url(url) as client:
        await client.set("key", value)


async def get_value(url: str) -> str | None:
    async with Redis.from_url(url, decode_responses=True) as client:
        value: str | None = await client.get("key")
        return value


async def server_pid(folder: Path) -> int:
    """What the server itself reports: a pid file can be read while it is still empty."""
    async with Redis.from_url(EmbeddedRedis(folder).url) as client:
        return int((await client.info("server"))["process_id"])


def is_alive(pid: int) -> bool:
    """Whether the process runs; one that ended and was not yet collected does not."""
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout
    return bool(state.strip()) and not state.startswith("Z")


async def until(condition: Callable[[], bool], timeout_s: float = 10) -> None:
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, "the condition did not come true in time"
        await asyncio.sleep(0.02)


class TestStarting:
    async def test_data_survives_a_stop_and_a_start(self, open_embedded: Open) -> None:
        first = open_embedded()
        await set_value(await first.start(), "kept")
        await first.stop()

        second = open_embedded()

        assert await get_value(await second.start()) == "kept"

    async def test_the_folder_and_the_socket_are_for_this_user_alone(self, open_embedded: Open) -> None:
        server = open_embedded()

        await server.start()

        assert server.folder.stat().st_mode & 0o777 == 0o700
        assert server.socket.stat().st_mode & 0o777 == 0o700

    async def test_a_data_folder_with_a_long_path_gets_a_short_socket_path(self, tmp_path: Path) -> None:
        server = EmbeddedRedis(tmp_path / ("long" * 30))

        url = await server.start()

        try:
            assert len(os.fsencode(server.socket)) < 104
            await set_value(url, "reached")
        finally:
            await server.stop()

    async def test_a_stale_socket_is_no_obstacle(self, open_embedded: Open, tmp_path: Path) -> None:
        owner = await owner_process(tmp_path)
        pid = await server_pid(tmp_path)
        os.kill(owner.pid, signal.SIGSTOP)  # or it would start the server again before it is killed itself
        os.kill(pid, signal.SIGKILL)
        owner.kill()
        await owner.wait()
        await until(lambda: not is_alive(pid))

        server = open_embedded()

        assert server.socket.exists()
        await set_value(await server.start(), "reached")

    async def test_a_torn_append_only_file_costs_its_last_entry_only(self, open_embedded: Open) -> None:
        first = open_embedded()
        await set_value(await first.start(), "kept")
        await first.stop()
        [log] = (first.folder / "appendonlydir").glob("*.incr.aof")
        with log.open("ab") as torn:
            torn.write(b"*3\r\n$3\r\nSET\r\n$3\r\nke")

        assert await get_value(await open_embedded().start()) == "kept"

    async def test_an_unreadable_append_only_file_is_said_with_the_way_out(self, open_embedded: Open) -> None:
        first = open_embedded()
        await set_value(await first.start(), "kept")
        await first.stop()
        [log] = (first.folder / "appendonlydir").glob("*.incr.aof")
        log.write_bytes(b"no such format\r\n" * 10)

        with pytest.raises(EmbeddedRedisError, match="Move .* away to start empty"):
            await open_embedded().start()

    async def test_a_data_folder_that_cannot_be_one_is_said_with_the_way_out(self, tmp_path: Path) -> None:
        (tmp_path / "data").touch()

        with pytest.raises(EmbeddedRedisError, match="Not a directory.*DATA_DIR"):
            await EmbeddedRedis(tmp_path / "data").start()

    async def test_without_any_server_program_the_ways_out_are_named(
        self, open_embedded: Open, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(embedded_redis, "PACKAGE", "no-such-package")
        monkeypatch.setenv("PATH", "")

        with pytest.raises(ConfigurationError, match="requirements.txt.*redis-server.*REDIS_URL"):
            await open_embedded().start()


class TestEnding:
    async def test_stop_ends_the_server(self, open_embedded: Open, tmp_path: Path) -> None:
        server = open_embedded()
        await server.start()
        pid = await server_pid(tmp_path)

        await server.stop()

        assert not is_alive(pid)

    async def test_kill_9_of_the_owner_ends_the_server_and_keeps_the_data(
        self, open_embedded: Open, tmp_path: Path
    ) -> None:
        owner = await owner_process(tmp_path)
        await set_value(EmbeddedRedis(tmp_path).url, "kept")
        pid = await server_pid(tmp_path)

        owner.kill()
        await owner.wait()

        await until(lambda: not is_alive(pid))
        assert await get_value(await open_embedded().start()) == "kept"

    async def test_where_there_is_no_parent_death_signal_kill_9_ends_the_server_too(self, tmp_path: Path) -> None:
        owner = await owner_process(tmp_path, platform="darwin")
        pid = await server_pid(tmp_path)

        owner.kill()
        await owner.wait()

        await until(lambda: not is_alive(pid))

    async def test_a_server_that_was_killed_is_started_again(self, open_embedded: Open, tmp_path: Path) -> None:
        server = open_embedded()
        await set_value(await server.start(), "kept")
        pid = await server_pid(tmp_path)

        os.kill(pid, signal.SIGKILL)

        await until(lambda: not is_alive(pid))
        assert await get_value(await open_embedded().start()) == "kept"


class TestSeveralOnOneFolder:
    async def test_the_second_joins_the_first_ones_server(self, open_embedded: Open, tmp_path: Path) -> None:
        first, second = open_embedded(), open_embedded()
        await first.start()
        pid = await server_pid(tmp_path)

        url = await second.start()

        assert (first.is_owner, second.is_owner) == (True, False)
        assert await server_pid(tmp_path) == pid
        await set_value(url, "shared")

    async def test_many_at_once_share_one_server(self, open_embedded: Open) -> None:
        servers = [open_embedded() for _ in range(8)]

        await asyncio.gather(*(server.start() for server in servers))

        assert sum(server.is_owner for server in servers) == 1

    async def test_who_joined_takes_over_when_the_owner_is_killed(self, open_embedded: Open, tmp_path: Path) -> None:
        owner = await owner_process(tmp_path)
        second = open_embedded()
        await set_value(await second.start(), "kept")

        owner.kill()
        await owner.wait()

        await until(lambda: second.is_owner)
        assert await get_value(await open_embedded().start()) == "kept"

    async def test_a_stop_of_who_joined_leaves_the_server_running(self, open_embedded: Open) -> None:
        first, second = open_embedded(), open_embedded()
        url = await first.start()
        await second.start()

        await second.stop()

        await set_value(url, "still there")

    async def test_a_server_nobody_owns_is_replaced_and_its_data_kept(
        self, open_embedded: Open, tmp_path: Path
    ) -> None:
        first = open_embedded()
        await set_value(await first.start(), "kept")
        pid = await server_pid(tmp_path)
        first._lock, lock = None, first._lock  # the owner is gone as far as anybody can tell
        assert lock is not None
        lock.close()
        assert first._keeper is not None
        first._keeper.cancel()

        url = await open_embedded().start()

        assert await server_pid(tmp_path) != pid
        assert await get_value(url) == "kept"
