"""Production takes encryption keys that nobody could guess, and no others."""

import base64
import os

import pytest

from core.configuration import load_settings
from core.guessable import is_guessable_key
from settings import ConfigurationError

PRODUCTION = {
    "APP_ENV": "production",
    "PUBLIC_URL": "https://app.example",
    "REDIS_URL": "rediss://redis:6379",
    "HOST_JWT_ISSUER": "https://host.example",
    "HOST_JWT_AUDIENCE": "us",
    "HOST_JWT_SECRET": "sLm0q1V6yqk3m9tXb2nZ8wPc5dRf7hJa",
}
GUESSABLE = {
    "all zero": bytes(32),
    "all equal": b"\xa5" * 32,
    "a row": bytes(range(32)),
    "a row backwards": bytes(range(255, 223, -1)),
    "a pattern": b"\x01\xfe" * 16,
    "typed": b"this-is-a-sample-key-change-me!!",
    "hexadecimal text": b"0123456789abcdef0123456789abcdef",
}


def load(key: bytes, **changes: str) -> None:
    keys = f"k1:{base64.b64encode(key).decode()}"
    load_settings(PRODUCTION | {"ENCRYPTION_KEYS": keys} | changes, env_file=None)


class TestKeysInProduction:
    @pytest.mark.parametrize("key", GUESSABLE.values(), ids=GUESSABLE)
    def test_a_key_somebody_could_guess_is_refused_by_name(self, key: bytes) -> None:
        with pytest.raises(ConfigurationError) as raised:
            load(key)

        [fault] = raised.value.faults
        assert fault.startswith("ENCRYPTION_KEYS: key k1 is not random")
        assert base64.b64encode(key).decode() not in fault

    def test_random_keys_are_accepted(self) -> None:
        keys = [os.urandom(32) for _ in range(10_000)]

        assert not any(map(is_guessable_key, keys))
        load(keys[0])

    def test_local_takes_any(self) -> None:
        keys = f"k1:{base64.b64encode(GUESSABLE['typed']).decode()}"

        assert load_settings({"ENCRYPTION_KEYS": keys}, env_file=None).is_local
