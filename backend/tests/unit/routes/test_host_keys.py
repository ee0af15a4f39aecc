import asyncio
import json
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from structlog.testing import capture_logs

from core.audit import caused_by
from errors import UpstreamTimeoutError, UpstreamUnavailableError
from routes.auth.host_keys import (
    FRESH_S,
    MAX_WAITING,
    REFETCH_PAUSE_S,
    RETRY_PAUSE_S,
    STALE_S,
    FetchedKeys,
    find_key_faults,
    parse_keys,
)

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


PRIVATE_ENTRIES: list[dict[str, str]] = [
    jwt.algorithms.OKPAlgorithm.to_jwk(ED, as_dict=True),
    jwt.algorithms.ECAlgorithm.to_jwk(ec.generate_private_key(ec.SECP256R1()), as_dict=True),
    jwt.algorithms.RSAAlgorithm.to_jwk(rsa.generate_private_key(65_537, 2_048), as_dict=True),
    {"kty": "oct", "k": "c2VjcmV0"},
]


class Host:
    """The host application's address for keys, and a clock."""

    def __init__(self, body: bytes | Exception) -> None:
        self.body = body
        self.asked = 0
        self.now = 1_000.0
        self.answers = asyncio.Event()
        self.answers.set()

    async def fetch(self) -> bytes:
        self.asked += 1
        await self.answers.wait()
        if isinstance(self.body, Exception):
            raise self.body
        return self.body

    def keys(self) -> FetchedKeys:
        return FetchedKeys(self.fetch, clock=lambda: self.now, wait_s=0.01)


async def until_fetched(host: Host) -> None:
    """Let a fetch in the background end; it needs a few turns of the loop and no time."""
    host.answers.set()
    for _ in range(5):
        await asyncio.sleep(0)


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
            entry("unsigned", alg="none"),
            entry("a-name-that-is-none") | {"kid": ["a"]},
            entry("private") | {"d": "c2VjcmV0"},
        )

        assert set(parse_keys(text)) == {"good"}

    @pytest.mark.parametrize("odd", [{"kid": 5}, {"alg": ["EdDSA"]}, {"alg": {}}, {"x": ["AA"]}, {"kty": 5}], ids=str)
    def test_a_key_that_is_not_as_specified_does_not_lose_the_others(self, odd: dict[str, Any]) -> None:
        assert parse_keys(key_set(entry("odd") | odd, entry("a"))).keys() == {"a"}

    @pytest.mark.parametrize(
        "text",
        ["", "no json", "[]", "{}", '{"keys": 7}', '{"keys": [7]}', '{"keys": []}', '{"keys": [{"x": ' + "[" * 200_000],
    )
    def test_what_is_no_key_set_is_a_fault_without_its_text(self, text: str) -> None:
        [fault] = find_key_faults(text)

        assert fault.startswith("HOST_JWT_JWKS: ")
        assert not text or text not in fault

    @pytest.mark.parametrize("private", PRIVATE_ENTRIES, ids=lambda entry: str(entry["kty"]))
    def test_a_private_key_in_the_settings_is_a_fault_without_its_text(self, private: dict[str, str]) -> None:
        [fault] = find_key_faults(key_set(entry("public"), private).decode())

        assert fault.startswith("HOST_JWT_JWKS: key 2 is private or symmetric")
        assert not [value for name, value in private.items() if name not in ("kty", "key_ops") and value in fault]

    def test_a_private_key_at_the_address_verifies_nothing(self) -> None:
        with pytest.raises(ValueError, match="no EdDSA, ES256 or RS256 key"):
            parse_keys(key_set(*PRIVATE_ENTRIES))


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
        await keys.find("a")
        await until_fetched(host)

        assert await keys.find("a") is None

    async def test_a_change_of_them_is_audited_with_the_names(self) -> None:
        host = Host(key_set(entry("a"), entry("b")))
        keys = host.keys()
        with capture_logs() as first:
            await keys.find("a")
        host.body = key_set(entry("b", ed25519.Ed25519PrivateKey.generate()), entry("c"))
        host.now += REFETCH_PAUSE_S + 1

        with capture_logs() as lines, caused_by("203.0.113.9"):
            await keys.find("c")

        assert first == []
        [line] = [line for line in lines if line.get("audit")]
        expected = {"event": "host_key_rotation", "outcome": "succeeded", "client_address": "203.0.113.9"}
        assert line.items() >= (expected | {"added": "c", "removed": "a", "replaced": "b"}).items()

    async def test_keys_that_stay_the_same_leave_no_audit_line(self) -> None:
        host = Host(key_set(entry("a")))
        keys = host.keys()
        await keys.find("a")
        host.now += REFETCH_PAUSE_S + 1

        with capture_logs() as lines:
            await keys.find("b")

        assert (host.asked, lines) == (2, [])

    @pytest.mark.parametrize("failure", [UpstreamUnavailableError(), ValueError("answered 500"), b"<html>"])
    async def test_while_the_host_does_not_answer_the_last_ones_serve_for_an_hour(
        self, failure: Exception | bytes
    ) -> None:
        host = Host(key_set(entry("a")))
        keys = host.keys()
        await keys.find("a")
        host.body = failure

        host.now += STALE_S - 1
        assert await keys.find("a") is not None
        await until_fetched(host)

        host.now += 2
        with pytest.raises(UpstreamUnavailableError):
            await keys.find("a")

    async def test_a_host_that_never_answered_is_unavailable_and_heals(self) -> None:
        host = Host(b"")
        keys = host.keys()
        with pytest.raises(UpstreamUnavailableError):
            await keys.find("a")

        host.body = key_set(entry("a"))
        host.now += RETRY_PAUSE_S + 0.1

        assert await keys.find("a") is not None

    async def test_a_hanging_host_and_unknown_names_never_delay_a_token_whose_key_is_known(self) -> None:
        host = Host(key_set(entry("a")))
        keys = host.keys()
        await keys.find("a")
        host.answers.clear()
        host.now += FRESH_S + 1
        strangers = [asyncio.create_task(keys.find(f"invented-{number}")) for number in range(5)]
        await asyncio.sleep(0)
        await asyncio.sleep(0)

        known = keys.find("a")
        with pytest.raises(StopIteration) as at_once:  # ends at its first step: nothing was awaited
            known.send(None)

        assert at_once.value.value is not None
        assert host.asked == 2
        await until_fetched(host)
        assert await asyncio.gather(*strangers) == [None] * 5

    async def test_an_unknown_name_waits_for_a_bounded_time(self) -> None:
        host = Host(key_set(entry("a")))
        keys = host.keys()
        await keys.find("a")
        host.answers.clear()
        host.now += REFETCH_PAUSE_S + 1

        with pytest.raises(UpstreamUnavailableError):
            await keys.find("b")
        await until_fetched(host)

        assert await keys.find("b") is None

    async def test_few_unknown_names_wait_at_once_and_the_others_are_refused_at_once(self) -> None:
        host = Host(key_set(entry("a")))
        host.answers.clear()
        keys = FetchedKeys(host.fetch, clock=lambda: host.now, wait_s=3_600)
        waiting = [asyncio.create_task(keys.find("a")) for _ in range(MAX_WAITING)]
        await asyncio.sleep(0)

        with pytest.raises(UpstreamUnavailableError):
            await keys.find("a")

        await until_fetched(host)
        assert None not in await asyncio.gather(*waiting)

    async def test_while_the_last_fetch_failed_an_unknown_name_may_still_be_good(self) -> None:
        host = Host(key_set(entry("a")))
        keys = host.keys()
        await keys.find("a")
        host.body = UpstreamUnavailableError()
        host.now += REFETCH_PAUSE_S + 1

        with pytest.raises(UpstreamUnavailableError):
            await keys.find("b")

    async def test_they_are_fetched_before_the_first_token_needs_them(self) -> None:
        host = Host(key_set(entry("a")))
        keys = host.keys()

        async with keys.kept_fresh():
            await until_fetched(host)

            assert host.asked == 1
            assert await keys.find("a") is not None
        assert host.asked == 1

    async def test_a_fetch_under_way_ends_with_them(self) -> None:
        host = Host(key_set(entry("a")))
        host.answers.clear()

        async with host.keys().kept_fresh():
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            [fetching] = [task for task in asyncio.all_tasks() if task.get_name() == "host keys"]

        assert fetching.cancelled()

    @pytest.mark.parametrize(
        ("failure", "reason"),
        [
            (UpstreamUnavailableError(), "upstream_unavailable"),
            (UpstreamTimeoutError(), "upstream_timeout"),
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
