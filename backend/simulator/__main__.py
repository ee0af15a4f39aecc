"""Start the simulator: `python -m simulator --port 9000`. Its control API is under `/simulator`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import uvicorn

from simulator.app import build_app
from simulator.identity import App
from simulator.settings import Settings
from simulator.sockets import OpenProtocol
from simulator.state import SimulatorState

# What a client that hangs may delay the end by, in seconds.
LAST_WAIT_S = 1


# Longer than a client keeps an idle connection, as at HubSpot's front end (Cloudflare): a request never meets one that
# is just being closed.
KEEP_ALIVE_S = 75


def main(arguments: list[str] | None = None) -> int:
    options = _parse(arguments)
    app = App(options.client_id, options.client_secret, redirect_uris=frozenset(options.redirect_uri))
    public_url = options.public_url or f"http://localhost:{options.port}"
    settings = Settings(associations_budget=options.associations_budget)
    state = SimulatorState(app, public_url, options.state_file, settings)
    print(f"HubSpot simulator on {public_url}", flush=True)
    uvicorn.run(
        build_app(state),
        host=options.host,
        port=options.port,
        http=OpenProtocol,
        log_level="warning",
        access_log=False,
        server_header=False,
        date_header=False,  # an answer has the simulator's own time
        proxy_headers=False,
        timeout_graceful_shutdown=LAST_WAIT_S,
        timeout_keep_alive=KEEP_ALIVE_S,
    )
    return 0


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    known = App()
    parser = argparse.ArgumentParser(prog="python -m simulator", description="A second HubSpot for demos and tests.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=9000)
    parser.add_argument("--public-url", help="how clients reach it; http://localhost:PORT when left out")
    parser.add_argument("--state-file", type=Path, help="keeps revocations and spent refresh tokens across restarts")
    parser.add_argument("--client-id", default=known.client_id, help="of the registered app")
    parser.add_argument("--client-secret", default=known.client_secret)
    parser.add_argument(
        "--associations-budget",
        choices=("own", "shared"),
        default="own",
        help="whether association calls have a rate limit of their own or count against the general one",
    )
    parser.add_argument(
        "--redirect-uri", action="append", default=[], help="registered beside the local ones; repeatable"
    )
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
