"""Everything a service shows of itself, kept as text and searched for secrets."""

import base64
import re
import subprocess
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import httpx
import redis

AUTHORIZATION_URL = re.compile(r'"authorization_url":"[^"]*"')


@dataclass
class Evidence:
    """`secrets` by what they are; `shown` by where it was seen."""

    secrets: dict[str, str] = field(default_factory=dict)
    shown: list[tuple[str, str]] = field(default_factory=list)

    def learn(self, name: str, value: str) -> None:
        """A secret that must not be seen from now on, nor have been seen before."""
        assert len(value) >= 16, f"{name} is too short to be recognised"
        self.secrets[f"{name} {len(self.secrets)}"] = value

    def show(self, where: str, text: str) -> None:
        self.shown.append((where, text))

    def keep_response(self, response: httpx.Response) -> None:
        """The whole answer, except what a browser is given on purpose: cookies, and where to go for consent."""
        response.read()
        headers = [line for line in response.headers.multi_items() if line[0] not in {"set-cookie", "location"}]
        body = response.text
        request = response.request
        if request.url.path.endswith("/authorize"):
            body = AUTHORIZATION_URL.sub("", body)
        self.show(f"answer to {request.method} {request.url.path}", f"{response.status_code} {headers} {body}")

    def keep_redis(self, url: str) -> None:
        with redis.Redis.from_url(url, decode_responses=True) as client:
            for key in client.scan_iter(count=1000):
                self.show(f"Redis key {key.partition(':')[0]}", f"{key} {read_value(client, key)}")

    def keep_processes(self) -> None:
        """The arguments of every process on this machine, as anybody here can list them."""
        listed = subprocess.run(["ps", "-eo", "args="], capture_output=True, text=True, check=True)
        self.show("process arguments", listed.stdout)

    def leaks(self) -> list[str]:
        """Each secret and where it was seen; in itself, escaped, or in base64."""
        return sorted(
            {
                f"{name} in {where}"
                for name, value in self.secrets.items()
                for written in spellings(value)
                for where, text in self.shown
                if written in text
            }
        )


def spellings(value: str) -> set[str]:
    """The value as itself, in an address, and in base64 however it is aligned."""
    raw = value.encode()
    aligned = (base64.b64encode(b"\0" * shift + raw)[4:-4].decode() for shift in range(3))
    return {value, quote(value, safe=""), raw.hex(), *aligned}


def read_value(client: Any, key: str) -> Any:
    """Whatever type it has."""
    match client.type(key):
        case "string":
            return client.get(key)
        case "hash":
            return client.hgetall(key)
        case "set":
            return client.smembers(key)
        case "zset":
            return client.zrange(key, 0, -1)
        case "list":
            return client.lrange(key, 0, -1)
        case kind:
            return client.xrange(key) if kind == "stream" else None
