"""Starts the service: `python main.py`, or `uvicorn main:app`.

Exit status 78 when the settings cannot be used: each fault is named, all at once.
"""

import argparse
import contextlib
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import uvicorn
from fastapi import FastAPI

from core.log import configure_logging
from routes.app import create_app
from settings import ENV_FILE, EXIT_CONFIGURATION, ConfigurationError, Settings, load_settings

# What `python main.py` is for: the service against HubSpot. `uvicorn main:app` serves what is set up.
REQUIRED = ("HUBSPOT_CLIENT_ID", "HUBSPOT_CLIENT_SECRET")
# For requests and streams under way; whoever stops us waits 28 seconds before killing.
SHUTDOWN_WAIT_S = 20
# Longer than a proxy in front keeps its side (nginx: 60 s), so that it never writes into a closed connection.
KEEP_ALIVE_S = 75


def main(arguments: list[str] | None = None) -> int:
    """Serve until told to stop; the exit status."""
    options = parse(arguments)
    try:
        settings = load_settings(env_file=Path(options.env_file) if options.env_file else None, required=REQUIRED)
    except ConfigurationError as exc:
        return report(exc)
    return serve(settings, host=options.host or own_address(settings), port=options.port or settings.port)


def parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Connects HubSpot accounts and loads their records.")
    parser.add_argument("--env-file", default=str(ENV_FILE), help="settings besides the environment's; empty: none")
    parser.add_argument("--host", help="address to listen on; loopback in local, every address in production")
    parser.add_argument("--port", type=int, help="to listen on; the one in PUBLIC_URL")
    return parser.parse_args(arguments)


def serve(settings: Settings, *, host: str, port: int) -> int:
    app = open_app(settings)
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        access_log=False,  # ours leaves the query out, which may hold a code
        log_config=None,
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=SHUTDOWN_WAIT_S,
    )
    try:
        with contextlib.suppress(KeyboardInterrupt):
            uvicorn.Server(config).run()
    except SystemExit:
        if fault := app.state.fault:
            return report(fault)
        raise
    return 0


def open_app(settings: Settings) -> FastAPI:
    configure_logging(as_json=not settings.is_local)
    return create_app(settings)


def own_address(settings: Settings) -> str:
    """Local mode listens to this machine alone."""
    if not settings.is_local:
        return "0.0.0.0"
    name = urlsplit(settings.public_url).hostname
    return "::1" if name == "::1" else "127.0.0.1"


def report(error: ConfigurationError) -> int:
    for fault in error.faults:
        print(f"configuration: {fault}", file=sys.stderr)  # noqa: T201 (said to the person who starts it)
    return EXIT_CONFIGURATION


def __getattr__(name: str) -> Any:
    """`app` is made when a server asks for it: importing this module reads no settings."""
    if name != "app":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        return open_app(load_settings())
    except ConfigurationError as exc:
        sys.exit(report(exc))


if __name__ == "__main__":
    sys.exit(main())
