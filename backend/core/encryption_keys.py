"""The encryption keys of the settings; in local, without that setting, those of a key file made on first start."""

import base64
import binascii
import os
import tempfile
from pathlib import Path

from core.crypto import Keyring
from settings import ConfigurationError, Settings

KEY_FILE = "encryption_keys"  # below DATA_DIR, local only
KEY_BYTES = 32


def load_keyring(settings: Settings) -> Keyring:
    """The keyring of ENCRYPTION_KEYS; in local, without that setting, of a key file made on first start.

    Raises: ConfigurationError when the key file is there and unusable: it is never replaced, because
    everything stored would be lost with it.
    """
    text = settings.encryption_keys.get_secret_value()
    if text or not settings.is_local:
        return Keyring(parse_keyring(text))
    try:
        return Keyring(parse_keyring(_read_or_make(settings.data_dir / KEY_FILE)))
    except ValueError as exc:
        raise ConfigurationError(
            [f"the key file {KEY_FILE} in DATA_DIR is damaged: {exc}; restore or move it away"]
        ) from None


def _read_or_make(path: Path) -> str:
    """Several workers may start at once: the first to link its key file wins, and all read that file."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not path.exists():
            descriptor, fresh = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # 0600
            with os.fdopen(descriptor, "w") as file:
                file.write(f"local1:{base64.b64encode(os.urandom(KEY_BYTES)).decode()}\n")
                file.flush()
                os.fsync(descriptor)
            try:
                os.link(fresh, path)
            except FileExistsError:
                pass
            finally:
                Path(fresh).unlink()
        return path.read_text(encoding="utf-8")
    except OSError as exc:
        raise ConfigurationError([f"DATA_DIR cannot hold the key file {KEY_FILE}: {exc.strerror}"]) from exc


def parse_keyring(text: str) -> dict[str, bytes]:
    """`kid:base64,…` → kid to 32 key bytes, in order.

    Raises: ValueError with a sentence that names the fault and no key material.
    """
    keys: dict[str, bytes] = {}
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        kid, separator, encoded = part.partition(":")
        if not separator or not kid.isalnum():
            raise ValueError("each key is written kid:base64, the kid in letters and digits")
        try:
            key = base64.b64decode(encoded, altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            raise ValueError(f"key {kid} is not base64") from None
        if len(key) != KEY_BYTES:
            raise ValueError(f"key {kid} must be {KEY_BYTES} bytes")
        if kid in keys or key in keys.values():
            raise ValueError(f"key {kid} is listed twice")
        keys[kid] = key
    return keys
