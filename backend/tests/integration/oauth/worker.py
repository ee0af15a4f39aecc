"""A worker of the service reduced to its vault, as a process that can stop itself at a chosen step of a refresh.

Run as `python -m tests.integration.oauth.worker`: it imports once, then forks one child for each job on its standard
input (a line of JSON), and each child writes its answer (a line of JSON) to standard output. A child stops at its
step as if the machine had stopped it there: the steps are seen at the edges, where it talks to Redis and the vendor.
"""

import asyncio
import hashlib
import json
import os
import signal
import sys
from typing import Any

import httpx
from pydantic import SecretStr
from redis.asyncio import Redis

from core.crypto import Keyring
from core.http import HttpClient
from core.log import configure_logging
from core.redis_client import close_redis, open_redis
from core.tasks import running
from errors import ServiceError
from integrations.hubspot import build_provider
from oauth.connection import Owner
from oauth.connections import ConnectionStore
from oauth.refresh_rights import RefreshTimes
from oauth.refresh_scripts import ACQUIRE, COMMIT
from oauth.token_endpoint import TokenEndpoint
from oauth.vault import Vault
from settings import Settings

STEPS = ("before the lock", "with the lock", "with the reply", "stored")


class Stop:
    """Stops this process, once, when the step is reached."""

    def __init__(self, step: str | None, number: int) -> None:
        self._step = step
        self._signal = number

    def at(self, step: str) -> None:
        if step == self._step:
            self._step = None
            os.kill(os.getpid(), self._signal)


class StoppingClient(HttpClient):
    def __init__(self, stop: Stop, **options: Any) -> None:
        super().__init__(**options)
        self._stop = stop

    async def send(self, request: httpx.Request, **options: Any) -> httpx.Response:
        response = await super().send(request, **options)
        self._stop.at("with the reply")
        return response


def watch_scripts(redis: Redis, stop: Stop) -> None:
    """Stop around the scripts that take the lock and store the tokens."""
    execute: Any = redis.execute_command
    acquire, commit = (hashlib.sha1(script.encode()).hexdigest() for script in (ACQUIRE, COMMIT))  # noqa: S324

    async def watched(*arguments: Any, **options: Any) -> Any:
        script = arguments[1] if arguments[0] == "EVALSHA" else None
        if script == acquire:
            stop.at("before the lock")
        answer = await execute(*arguments, **options)
        if script == acquire:
            stop.at("with the lock")
        if script == commit:
            stop.at("stored")
        return answer

    redis.execute_command = watched  # type: ignore[method-assign]


async def run(job: dict[str, Any]) -> dict[str, Any]:
    """Ask for the access token with so many callers at once; the distinct answers, and how long the last one took.

    Meanwhile, and for `resolves_for_s` afterwards, it finishes the refreshes of other workers, as the service does.
    """
    stop = Stop(job.get("step"), job.get("signal", signal.SIGSTOP))
    redis = open_redis(job["redis_url"])
    watch_scripts(redis, stop)
    settings = Settings.model_validate(job["settings"])
    provider = build_provider(settings)
    http = StoppingClient(stop, allowed_origins=[provider.token_url])
    endpoint = TokenEndpoint(http, provider)
    keyring = Keyring({"k1": bytes(range(32))})
    vault = Vault(redis, keyring, lambda _name: endpoint, times=RefreshTimes(**job["times"]))
    connection = await ConnectionStore(redis, keyring).find(Owner(*job["owner"]), provider.name, job["connection_id"])
    assert connection is not None
    rejected = SecretStr(job["rejected"]) if "rejected" in job else None

    async def ask() -> str:
        try:
            return (await vault.access_token(connection, rejected=rejected)).get_secret_value()
        except ServiceError as exc:
            return f"{exc.code} {exc.extra.get('reason', '')}".strip()

    clock = asyncio.get_running_loop().time
    began = clock()
    async with running(vault.keep_resolving):
        answers = await asyncio.gather(*(ask() for _ in range(job["callers"])))
        waited_s = clock() - began
        await asyncio.sleep(job.get("resolves_for_s", 0.0))
    await vault.aclose()
    await http.aclose()
    await close_redis(redis)
    return {"answers": sorted(set(answers)), "waited_s": waited_s}


def main() -> None:
    configure_logging(as_json=False)  # to standard error: standard output is for answers
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the children
    for line in sys.stdin:
        if os.fork():
            continue
        job = json.loads(line)
        say({"number": job["number"], "pid": os.getpid()})
        say({"number": job["number"], **asyncio.run(run(job))})
        os._exit(0)


def say(message: dict[str, Any]) -> None:
    """One write: lines of several children never mix."""
    os.write(1, (json.dumps(message) + "\n").encode())


if __name__ == "__main__":
    main()
