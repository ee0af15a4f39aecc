"""Starts the service: `python main.py`, or `uvicorn main:app`; and a worker: `python main.py worker`.

Exit status 78 if the settings are invalid; all faults are reported at once.
"""

import argparse
import asyncio
import contextlib
import gc
import logging
import resource
import signal
import socket
import sys
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit

import structlog
import uvicorn
from fastapi import FastAPI

from core.configuration import load_settings, read_settings
from core.encryption_keys import load_keyring
from core.log import configure_logging, flush_log
from core.settings_faults import find_warnings
from routes.app import Role, create_app
from routes.auth.host_keys import find_key_faults
from routes.middleware.connections import MAX_CONNECTIONS
from services.start_check import find_reachable_faults
from settings import ENV_FILE, EXIT_CONFIGURATION, ConfigurationError, Settings

# `python main.py` needs these settings; `uvicorn main:app` serves whatever is configured.
REQUIRED = ("HUBSPOT_CLIENT_ID", "HUBSPOT_CLIENT_SECRET")
# For running requests and streams; the process manager kills the process after 28 seconds.
SHUTDOWN_WAIT_S = 20
# Longer than the keep-alive of a proxy in front (nginx: 60 s), so that it never writes to a closed connection.
KEEP_ALIVE_S = 75
# libuv accepts one connection in each turn of the loop and listening socket. Under load turns are long, and new
# connections, health checks too, would wait for seconds: `python -m tests.bench.server --listeners` measures it.
LISTENERS = 8
HIGHEST_PORT = 65_535
# The kernel drops a connection whose client acknowledges nothing for this long, even after the service closed it.
UNREAD_S = 60.0
# File descriptors reserved for everything except clients: Redis, vendors, files.
OTHER_DESCRIPTORS = 256
# New objects between two garbage collections; Python's default is 700.
COLLECT_EVERY = 50_000

log = structlog.get_logger(__name__)


def main(arguments: list[str] | None = None) -> int:
    """Serve until a signal to stop; return the exit status."""
    options = parse(arguments)
    signal.signal(signal.SIGTERM, end_in_order)
    try:
        settings = check_settings(env_file_of(options))
        serve(
            open_app(settings, role=options.role),
            host=options.host or own_address(settings),
            port=options.port or settings.port,
        )
    except ConfigurationError as exc:
        return report(exc)
    return 0


def parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Connects HubSpot accounts and loads their records.")
    parser.add_argument(
        "role", nargs="?", choices=("service", "worker"), default="service", help="worker: runs background jobs only"
    )
    parser.add_argument("--env-file", default=str(ENV_FILE), help="settings besides the environment's; empty: none")
    parser.add_argument("--host", help="address to listen on; loopback in local, every address in production")
    parser.add_argument("--port", type=int, help="to listen on; the one in PUBLIC_URL")
    return parser.parse_args(arguments)


def env_file_of(options: argparse.Namespace) -> Path | None:
    """The env file; the default file may be missing. Raises: ConfigurationError if another file is missing."""
    env_file = Path(options.env_file) if options.env_file else None
    if env_file is not None and env_file != ENV_FILE and not env_file.is_file():
        raise ConfigurationError(["--env-file names no file"])
    return env_file


def check_settings(env_file: Path | None) -> Settings:
    """Read the settings and check their Redis. Raises: ConfigurationError with every fault of both."""
    settings, faults = read_settings(env_file=env_file, required=REQUIRED)
    if settings.host_jwt_jwks:
        faults += find_key_faults(settings.host_jwt_jwks)
    with contextlib.suppress(ConfigurationError, ValueError):  # settings that cannot be read are already reported
        if settings.redis_url:
            faults += asyncio.run(find_reachable_faults(settings, load_keyring(settings)))
    if faults:
        raise ConfigurationError(faults)
    return settings


def open_app(settings: Settings, *, role: Role = "service") -> FastAPI:
    configure_logging(as_json=not settings.is_local)
    for warning in find_warnings(settings):
        log.warning(warning)
    app = create_app(settings, role=role)
    collect_garbage_less_often()
    return app


def collect_garbage_less_often() -> None:
    """Collect garbage less often, and not among imported objects: a load makes many small objects and few cycles.

    This saves a fifth of the CPU time of a streamed load, see tests/bench/README.md.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(COLLECT_EVERY, 20, 20)


def serve(app: FastAPI, *, host: str, port: int) -> None:
    """Serve until a signal to stop. Raises: ConfigurationError for a fault found only with opened services.

    The options are measured, see tests/bench/README.md. Defaults: `loop` and `http` (uvloop and httptools), `backlog`
    (2048). Not used: `workers` (one process a container), and `limit_concurrency`, which counts idle connections and
    then refuses health checks: `Connections` closes waiting connections instead, and the middleware `Admit` counts
    requests without health checks.
    """
    # The traceback of a failed start adds nothing to the line of the fault.
    logging.getLogger("uvicorn.error").addFilter(
        lambda record: app.state.fault is None or not record.getMessage().startswith("Traceback")
    )
    app.state.connections.limit = raise_connection_limit()
    config = uvicorn.Config(
        app.state.entrance,
        host=host,
        port=port,
        http=app.state.protocol,
        ws="none",
        access_log=False,  # our access log omits the query, which may contain a code
        log_config=None,
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=SHUTDOWN_WAIT_S,
    )
    try:
        with contextlib.suppress(KeyboardInterrupt):
            uvicorn.Server(config).run(listen(config))
    except SystemExit:
        if app.state.fault is None:
            raise
        raise app.state.fault from None


def listen(config: uvicorn.Config) -> list[socket.socket]:
    """Open the port; the socket is returned several times. Raises: ConfigurationError if it is not available."""
    if not 0 <= config.port <= HIGHEST_PORT:
        raise ConfigurationError([f"--port must be at most {HIGHEST_PORT}"])
    try:
        first = config.bind_socket()
    except SystemExit:
        why = f"port {config.port} of {config.host} cannot be listened on (the line before says why)"
        raise ConfigurationError([f"{why}; choose another with PUBLIC_URL or --port"]) from None
    # uvicorn makes it inheritable for its workers. The embedded Redis would keep the port open after this process.
    first.set_inheritable(False)
    if hasattr(socket, "TCP_USER_TIMEOUT"):  # Linux; the connections inherit it
        first.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(UNREAD_S * 1000))
    return [first, *(first.dup() for _ in range(LISTENERS - 1))]


def raise_connection_limit() -> int:
    """Raise the limit of open file descriptors; return how many are for client connections."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MAX_CONNECTIONS + OTHER_DESCRIPTORS
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return MAX_CONNECTIONS if soft == resource.RLIM_INFINITY else max(1, min(MAX_CONNECTIONS, soft - OTHER_DESCRIPTORS))


def own_address(settings: Settings) -> str:
    """Local mode listens on loopback only."""
    if not settings.is_local:
        # Production runs in a container behind a proxy and requires sign-in.
        return "0.0.0.0"  # nosec B104
    name = urlsplit(settings.public_url).hostname
    return "::1" if name == "::1" else "127.0.0.1"


def end_in_order(_number: int, _frame: object) -> NoReturn:
    """Handle SIGTERM before the server handles it, and after the server has stopped."""
    sys.exit(0)


def report(error: ConfigurationError) -> int:
    flush_log()
    for fault in error.faults:
        print(f"configuration: {fault}", file=sys.stderr)  # noqa: T201 (for the operator at the terminal)
    return EXIT_CONFIGURATION


def __getattr__(name: str) -> Any:
    """Create `app` on first use: importing this module reads no settings."""
    if name != "app":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        return open_app(load_settings())
    except ConfigurationError as exc:
        sys.exit(report(exc))


if __name__ == "__main__":
    sys.exit(main())
