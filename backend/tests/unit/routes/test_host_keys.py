import json
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from structlog.testing import capture_logs

from core.http import DeadlineExceededError, TransportError
from errors import UpstreamUnavailableError
from routes.host_keys import FRESH_S, REFETCH_PAUSE_S, STALE_S, FetchedKeys, find_key_faults, parse_keys

ED = ed25519.Ed25519PrivateKey.generate()


def entry(kid: str, key: Any = ED, **more: str) -> dict[str, Any]:
    algorithms: dict[Any, Any] = {
        ed25519.Ed25519PrivateKey: jwt.algorithms.OKPAlgorithm,
        ec.EllipticCurvePrivateKey: jwt.algorithms.ECAlgorithm,
        rsa.RSAPrivateKey: jwt.algorithms.RSAAlgorithm,
    }
    kind = next(found for base, found in algorithms.items() if isinstance(key, base))
    published: dict[str, Any] = kind.to_jwk(key.public_key(), as_dict=True)
    return published | {"kid": kid} | more


def key_set(*entries: dict[str, Any]) -> bytes:
    return json.dumps({"keys": entries}).encode()


class Host:
    """The host application's address for keys, and a clock."""

    def __init__(self, body: bytes | Exception) -> None:
        self.body = body
        self.asked = 0
        self.now = 1_000.0

    async def fetch(self) -> bytes:
        self.asked += 1
        if isinstance(self.body, Exception):
            raise self.body
        return self.body

    def keys(self) -> FetchedKeys:
        return FetchedKeys(self.fetch, clock=lambda: self.now)


class TestKeySet:
    def test_keys_that_cannot_or_may_not_verify_are_left_out(self) -> None:
        text = key_set(
            entry("good"),
            entry("for-encryption", use="enc"),
            entry("another-curve", ec.generate_private_key(ec.SECP384R1())),
            entry("short", rsa.generate_private_key(65_537, 1_024)),  # noqa: S505 (it must be refused)
            entry("another-hash", rsa.generate_private_key(65_537, 2_048), alg="RS512"),
            {"kty": "oct", "k": "c2VjcmV0", "kid": "shared"},
            {"kty": "unheard-of", "kid": "new"},
            {"kid": "empty"},
        )

        assert set(parse_keys(text)) == {"good"}

    @pytest.mark.parametrize("text", ["", "no json", "[]", "{}", '{"keys": 7}', '{"keys": [7]}', '{"keys": []}'])
    def test_what_is_no_key_set_is_a_fault_without_its_text(self, text: str) -> None:
        [fault] = find_key_faults(text)

        assert fault.startswith("HOST_JWT_JWKS: ")
        assert not text or text not in fault


class TestFetchedKeys:
    async def test_they_are_asked_for_once_while_they_are_fresh(self) -> None:
        host = Host(key_set(entry("a")))
        keys = host.keys()

        for _ in range(3):
            assert await keys.find("a") is not None
            host.now += FRESH_S / 4

        assert host.asked == 1

    async def test_a_new_key_is_found_when_a_token_names_it(self) -> None:
        host = Host(key_set(entry("a")))
        keys = host.keys()
        await keys.find("a")
        host.body = key_set(entry("a"), entry("b"))
        host.now += REFETCH_PAUSE_S + 1

        assert await keys.find("b") is not None

    async def test_unknown_names_do_not_storm_the_host(self) -> None:
        host = Host(key_set(entry("a")))
        keys = host.keys()

        for number in range(100):
            assert await keys.find(f"invented-{number}") is None

        assert host.asked == 1

    async def test_a_key_that_was_withdrawn_is_gone_when_they_are_old(self) -> None:
        host = Host(key_set(entry("a"), entry("b")))
        keys = host.keys()
        await keys.find("a")
        host.body = key_set(entry("b"))
        host.now += FRESH_S + 1

        assert await keys.find("a") is None

    @pytest.mark.parametrize("failure", [TransportError("reset"), ValueError("answered 500"), b"<html>"])
    async def test_while_the_host_does_not_answer_the_last_ones_serve_for_an_hour(
        self, failure: Exception | bytes
    ) -> None:
        host = Host(key_set(entry("a")))
        keys = host.keys()
        await keys.find("a")
        host.body = failure

        host.now += STALE_S - 1
        assert await keys.find("a") is not None

        host.now += 2
        with pytest.raises(UpstreamUnavailableError):
            await keys.find("a")

    async def test_a_host_that_never_answered_is_unavailable_and_heals(self) -> None:
        host = Host(b"")
        keys = host.keys()
        with pytest.raises(UpstreamUnavailableError):
            await keys.find("a")

        host.body = key_set(entry("a"))
        host.now += REFETCH_PAUSE_S + 1

        assert await keys.find("a") is not None

    @pytest.mark.parametrize(
        ("failure", "reason"),
        [
            (TransportError("connect"), "the connection failed: connect"),
            (DeadlineExceededError(), "DeadlineExceededError"),
            (ValueError("answered 404"), "answered 404"),
            (b"<html>", "not a JWK set"),
        ],
    )
    async def test_the_log_names_the_setting_and_what_is_wrong(self, failure: Exception | bytes, reason: str) -> None:
        with capture_logs() as lines, pytest.raises(UpstreamUnavailableError):
            await Host(failure).keys().find("a")

        [line] = lines
        assert "HOST_JWT_JWKS_URL" in line["event"]
        assert line["reason"] == reason

    async def test_a_token_without_a_name_is_served_by_the_only_key(self) -> None:
        host = Host(key_set(entry("a")))

        assert await host.keys().find(None) is not None
        host.body = key_set(entry("a"), entry("b"))
        assert await host.keys().find(None) is None
