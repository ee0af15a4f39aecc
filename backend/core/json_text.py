"""Decode JSON that a vendor cut inside a character, as valid JSON but not valid Unicode."""

import re
from typing import TypeVar

import msgspec

T = TypeVar("T")

# In this order, so that an escaped backslash before a "u" is no escape: a backslash, a pair, half a pair.
_ESCAPES = re.compile(
    rb"\\(?:\\|u[dD][89aAbB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(?P<half>u[dD][89a-fA-F][0-9a-fA-F]{2}))"
)


def decode_json(body: bytes, decoder: msgspec.json.Decoder[T]) -> T:
    """Decode; half a surrogate pair, left where a text was cut inside an emoji, becomes U+FFFD.

    Raises: msgspec.MsgspecError, UnicodeDecodeError, RecursionError.
    """
    try:
        return decoder.decode(body)
    except msgspec.ValidationError:
        raise
    except msgspec.DecodeError:
        return decoder.decode(_without_half_pairs(body))


def _without_half_pairs(body: bytes) -> bytes:
    return _ESCAPES.sub(lambda match: rb"\ufffd" if match["half"] else match[0], body)
