"""URL-safe base64 in one form only: another text that decodes to the same bytes is refused."""

import base64
import binascii


def encode(data: bytes, *, padded: bool = False) -> str:
    text = base64.urlsafe_b64encode(data).decode()
    return text if padded else text.rstrip("=")


def decode(text: str, *, padded: bool = False) -> bytes:
    """The bytes that `encode` made this very text from.

    Raises: ValueError for any other text: padded otherwise, with other letters, or with bits beyond the last byte.
    """
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        raise ValueError("not base64") from None
    if encode(data, padded=padded) != text:
        raise ValueError("base64 in another form than ours")
    return data
