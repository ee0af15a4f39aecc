"""No token, code, state, verifier, secret, key or session is ever shown.

One service as a process, with a sign-in, goes through connecting, reading, refreshing, disconnecting and every failure
of them; each of its answers and log lines, every value in Redis and all process arguments are searched for each secret.
"""

import base64
import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import jwt
import msgspec
import pytest
import redis

from core.crypto import Keyring
from core.encryption_keys import parse_keyring
from core.store import CONNECTION_PREFIX, parse_connection_key, state_key
from oauth.connection import ConnectionKey, Owner
from oauth.flow_store import hash_secret, state_context
from routes.auth.principal import SESSION_COOKIE
from tests.integration.api.client import FIRST_PORTAL, OWN_FETCH, SENT_BACK
from tests.security.evidence import Evidence
from tests.servers import CLIENT_SECRET, Service, Simulator, running_redis, running_service

HOST_SECRET = "canary-host-secret-" + os.urandom(24).hex()
ENCRYPTION_KEY = base64.b64encode(os.urandom(32)).decode()
WRONG_CLIENT_SECRET = "canary-wrong-client-secret-" + os.urandom(8).hex()
KEYRING = Keyring(parse_keyring(f"k1:{ENCRYPTION_KEY}"))
HUBSPOT = "/integrations/hubspot"
JSON = {"Accept": "application/json"}


class Visitor:
    """One user's browser, which keeps everything it is answered."""

    def __init__(self, service: Service, simulator: Simulator, redis_url: str, evidence: Evidence) -> None:
        self.evidence = evidence
        self.service = service
        self.simulator = simulator
        self.redis_url = redis_url
        self.cookies: dict[str, str] = {}
        hooks = {"response": [evidence.keep_response, self._keep_cookies]}
        self.http = httpx.Client(base_url=service.url, timeout=60, trust_env=False, event_hooks=hooks)

    def close(self) -> None:
        self.http.close()

    def _keep_cookies(self, response: httpx.Response) -> None:
        for header in response.headers.get_list("set-cookie"):
            name, _, rest = header.partition("=")
            value = rest.partition(";")[0].strip('"')
            if value:
                self.cookies[name] = value
                self.evidence.learn("cookie", value)

    def get(self, path: str, headers: dict[str, str] | None = None, **query: Any) -> httpx.Response:
        return self.http.get(path, params=query or None, headers={**self._cookie(), **OWN_FETCH, **(headers or {})})

    def delete(self, path: str) -> httpx.Response:
        return self.http.delete(path, headers={**self._cookie(), **OWN_FETCH, "X-Requested-With": "page"})

    def sign_in(self) -> None:
        now = int(time.time())
        claims = {"iss": "https://host.test", "aud": "us", "sub": "ann", "org_id": "acme", "exp": now + 300}
        token = jwt.encode(claims, HOST_SECRET, "HS256")
        self.evidence.learn("host token", token)
        assert self.http.post("/session", headers={"Authorization": f"Bearer {token}"}).status_code == 200
        for bad in (token[:-4] + "AAAA", "canary-not-a-token-0123456789"):
            assert self.http.get("/integrations", headers={"Authorization": f"Bearer {bad}"}).status_code == 401
            self.evidence.learn("refused host token", bad)

    def start(self, **query: str) -> dict[str, Any]:
        """Begin a connect attempt, and learn its secrets from the storage."""
        answer = self.get(f"{HUBSPOT}/authorize", JSON, **query)
        assert answer.status_code == 200, answer.text
        started: dict[str, Any] = answer.json()
        state = dict(parse_qsl(urlsplit(started["authorization_url"]).query))["state"]
        self.evidence.learn("state", state)
        self.evidence.keep_redis(self.redis_url)
        with redis.Redis.from_url(self.redis_url, decode_responses=True) as client:
            sealed = client.get(state_key(hash_secret(state)))
        begun = msgspec.json.decode(KEYRING.open(str(sealed), state_context(hash_secret(state))))
        self.evidence.learn("verifier", begun["code_verifier"])
        return started | {"state": state}

    def come_back(self, callback: str, cookies: dict[str, str] | None = None, **changes: str) -> httpx.Response:
        """Follow the vendor's redirect to this service's own port."""
        query = dict(parse_qsl(urlsplit(callback).query)) | changes
        if "code" in query:
            self.evidence.learn("code", query["code"])
        return self.http.get(
            f"{HUBSPOT}/oauth2callback",
            params=query,
            headers={**self._cookie(cookies), **SENT_BACK, "Accept": "text/html"},
        )

    def connect(self) -> str:
        started = self.start()
        page = self.come_back(self.simulator.decide(started["authorization_url"], portal_id=FIRST_PORTAL))
        assert page.status_code == 200, page.text
        self.learn_tokens()
        status = self.get(f"{HUBSPOT}/flows/{started['flow_id']}").json()
        return str(status["connection_id"])

    def learn_tokens(self) -> None:
        """Open every stored connection."""
        with redis.Redis.from_url(self.redis_url, decode_responses=True) as client:
            for key in client.scan_iter(f"{CONNECTION_PREFIX}*"):
                org_id, user_id, provider, connection_id = parse_connection_key(key)
                context = ConnectionKey(Owner(org_id, user_id), provider, connection_id).context("tokens")
                sealed, generation = client.hmget(key, ["sealed", "generation"])
                opened = KEYRING.open(str(sealed), context, generation=int(str(generation)))
                for name, value in zip(("access token", "refresh token"), msgspec.json.decode(opened), strict=True):
                    self.evidence.learn(name, value)

    def expire(self) -> None:
        """The access token is over on both sides."""
        self.simulator.expire(FIRST_PORTAL)
        with redis.Redis.from_url(self.redis_url, decode_responses=True) as client:
            for key in client.scan_iter(f"{CONNECTION_PREFIX}*"):
                client.hset(key, mapping={"expires_at_ms": 0, "backoff_until_ms": 0})

    def _cookie(self, cookies: dict[str, str] | None = None) -> dict[str, str]:
        carried = self.cookies if cookies is None else cookies
        return {"Cookie": "; ".join(f"{name}={value}" for name, value in carried.items())} if carried else {}


@pytest.fixture
def evidence() -> Evidence:
    evidence = Evidence()
    evidence.learn("host secret", HOST_SECRET)
    evidence.learn("encryption key", ENCRYPTION_KEY)
    evidence.learn("client secret", CLIENT_SECRET)
    evidence.learn("wrong client secret", WRONG_CLIENT_SECRET)
    return evidence


@pytest.fixture
def visitor(simulator: Simulator, tmp_path: Path, evidence: Evidence) -> Iterator[Visitor]:
    (tmp_path / "r").mkdir()
    with ExitStack() as stack:
        redis_url = stack.enter_context(running_redis(tmp_path / "r"))
        service = stack.enter_context(start_service(tmp_path, simulator, redis_url))
        yield stack.enter_context(closing(Visitor(service, simulator, redis_url, evidence)))


def start_service(folder: Path, simulator: Simulator, redis_url: str, **more: str) -> Any:
    return running_service(
        folder,
        simulator,
        **{
            "REDIS_URL": redis_url,
            "ENCRYPTION_KEYS": f"k1:{ENCRYPTION_KEY}",
            "HOST_JWT_ISSUER": "https://host.test",
            "HOST_JWT_AUDIENCE": "us",
            "HOST_JWT_SECRET": HOST_SECRET,
            "HUBSPOT_REDIRECT_URI": "http://localhost:8000/integrations/hubspot/oauth2callback",
        }
        | more,
    )


def test_a_good_day_and_every_bad_one_show_no_secret(
    visitor: Visitor, simulator: Simulator, evidence: Evidence, tmp_path: Path
) -> None:
    visitor.sign_in()
    connection_id = visitor.connect()
    read_everything(visitor)
    fail_to_connect(visitor, simulator)
    fail_to_refresh(visitor, simulator)
    fail_to_read(visitor, simulator)
    with (
        start_service(
            tmp_path / "r", simulator, visitor.redis_url, HUBSPOT_CLIENT_SECRET=WRONG_CLIENT_SECRET
        ) as misconfigured,
        closing(Visitor(misconfigured, simulator, visitor.redis_url, evidence)) as stranger,
    ):
        stranger.cookies = dict(visitor.cookies)
        visitor.expire()
        assert stranger.get(f"{HUBSPOT}/items").json()["code"] == "provider_misconfigured"
        attempt = stranger.start()
        assert stranger.come_back(simulator.decide(attempt["authorization_url"])).status_code == 500
    fail_to_disconnect(visitor, simulator, connection_id)
    visitor.cookies = {SESSION_COOKIE: visitor.cookies[SESSION_COOKIE]}
    assert visitor.delete("/session").status_code == 204

    evidence.keep_redis(visitor.redis_url)
    evidence.keep_processes()
    evidence.show("log", visitor.service.output() + misconfigured.output())

    kinds = {name.rstrip("0123456789 ") for name in evidence.secrets}
    assert kinds == {
        *("access token", "refresh token", "code", "state", "verifier", "cookie"),
        *("client secret", "wrong client secret", "encryption key"),
        *("host secret", "host token", "refused host token"),
    }
    assert "connect" in visitor.service.output()
    assert evidence.leaks() == []


def read_everything(visitor: Visitor) -> None:
    for path in ("/integrations", f"{HUBSPOT}/credentials", f"{HUBSPOT}/items", f"{HUBSPOT}/object-types"):
        assert visitor.get(path).status_code == 200, path
    for accept in ("application/x-ndjson", "text/csv"):
        assert visitor.get(f"{HUBSPOT}/items", {"Accept": accept}).status_code == 200
    for path in ("/", "/livez", "/readyz", "/metrics", "/openapi.json", "/nowhere"):
        visitor.get(path)


def fail_to_connect(visitor: Visitor, simulator: Simulator) -> None:
    started = visitor.start()
    callback = simulator.decide(started["authorization_url"], "deny")
    assert visitor.come_back(callback, error_description="canary-words-of-the-vendor").status_code == 400
    assert visitor.come_back(callback).status_code == 400  # replayed
    started = visitor.start()
    callback = simulator.decide(started["authorization_url"])
    assert visitor.come_back(callback, state="canary-unknown-state-0123456789").status_code == 400
    assert visitor.come_back(callback, cookies={}).status_code == 400  # another browser
    for kind, status in (("status", 503), ("malformed", 502), ("lost", 503)):
        started = visitor.start()
        callback = simulator.decide(started["authorization_url"])
        simulator.fault("/token$", kind, status=503)
        assert visitor.come_back(callback).status_code == status, kind
    started = visitor.start()
    assert visitor.come_back(simulator.decide(started["authorization_url"]), code="canary-code-0123456789").is_error
    visitor.http.get(f"{HUBSPOT}/oauth2callback?code=canary-code-0123456789&code=x&state={started['state']}")
    visitor.http.get(f"{HUBSPOT}/oauth2callback/%zz?code=canary-code-0123456789&state={started['state']}")


def fail_to_refresh(visitor: Visitor, simulator: Simulator) -> None:
    visitor.expire()
    simulator.fault("/token$", "status", status=503, times=3)
    assert visitor.get(f"{HUBSPOT}/items").status_code == 503
    visitor.expire()
    assert visitor.get(f"{HUBSPOT}/items").status_code == 200
    visitor.learn_tokens()
    visitor.expire()
    simulator.revoke(FIRST_PORTAL)
    assert visitor.get(f"{HUBSPOT}/items").json()["code"] == "reconnect_required"
    visitor.connect()


def fail_to_read(visitor: Visitor, simulator: Simulator) -> None:
    for kind in ("status", "malformed", "html", "reset"):
        simulator.fault("/crm/", kind, status=500, times=None)
        assert visitor.get(f"{HUBSPOT}/items").status_code >= 500, kind
        simulator.clear_faults()
    simulator.fault("/crm/", "status", status=401)
    assert visitor.get(f"{HUBSPOT}/items").status_code == 200  # refreshed and asked again
    visitor.learn_tokens()
    assert visitor.get(f"{HUBSPOT}/items", after="canary-cursor-0123456789", limit="x").status_code == 422


def fail_to_disconnect(visitor: Visitor, simulator: Simulator, connection_id: str) -> None:
    simulator.fault("/token/revoke$", "status", status=503, times=None)
    assert visitor.delete(f"{HUBSPOT}/credentials/{connection_id}").status_code == 204
    visitor.evidence.keep_redis(visitor.redis_url)  # with the note of what is left to revoke
    simulator.clear_faults()


class TestEvidence:
    """The search itself: a test that finds nothing must be able to find something."""

    @pytest.mark.parametrize(
        "text",
        [
            "GET /?code=canary/secret+value",
            "GET /?code=canary%2Fsecret%2Bvalue",
            base64.b64encode(b"user:canary/secret+value").decode(),
            base64.b64encode(b"x" + b"user:canary/secret+value" + b"y").decode(),
            b"canary/secret+value".hex(),
        ],
    )
    def test_a_secret_is_found_however_it_is_written(self, text: str) -> None:
        evidence = Evidence()
        evidence.learn("secret", "canary/secret+value")
        evidence.show("log", text)

        assert evidence.leaks() == ["secret 0 in log"]

    def test_values_in_redis_are_searched(self, redis_url: str) -> None:
        evidence = Evidence()
        evidence.learn("secret", "canary-secret-value")
        with redis.Redis.from_url(redis_url) as client:
            client.hset("h", "field", "canary-secret-value")
            client.rpush("l", "canary-secret-value")

            evidence.keep_redis(redis_url)
            client.flushall()

        assert evidence.leaks() == ["secret 0 in Redis key h", "secret 0 in Redis key l"]
