"""Keep each object of a stream on one line: many libraries also split lines at U+0085, U+2028 and U+2029.

JSON may contain these characters unescaped (RFC 8259 section 7), and encoders do not escape them.
"""

_ESCAPES = tuple((mark.encode(), f"\\u{ord(mark):04x}".encode()) for mark in "\u0085\u2028\u2029")


def escape_line_breaks(json: bytes) -> bytes:
    """The same JSON text, in which only a newline between objects ends a line."""
    for mark, escape in _ESCAPES:
        json = json.replace(mark, escape)
    return json
