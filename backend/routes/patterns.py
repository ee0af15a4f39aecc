"""Patterns of text parameters, each with a sentence for the error message."""

from collections.abc import Mapping

# Printable text, because it also appears in logs.
IDENTIFIER = r"^[^\x00-\x1f\x7f]+$"
# An empty form field counts as missing.
FORM_IDENTIFIER = r"^[^\x00-\x1f\x7f]*$"
# One name of an array of names.
NAME = r"^[^,\x00-\x1f\x7f]+$"
# A path of this service: one slash, then nothing that a browser would interpret as another host.
OWN_PATH = r"^/([^/\\\x00-\x20\x7f][^\\\x00-\x20\x7f]*)?$"
# RFC 6749 section 3.3
SCOPE_LIST = r"^[\x21\x23-\x5b\x5d-\x7e]+( [\x21\x23-\x5b\x5d-\x7e]+)*$"

# A property's internal name, after a hyphen for descending order.
SORT = r"^-?[A-Za-z0-9_]+$"

WORDS: Mapping[str, str] = {
    SORT: "should be the internal name of a property, after `-` for descending order.",
    IDENTIFIER: "should be printable characters, one at least.",
    NAME: "should be one name, without a comma.",
    FORM_IDENTIFIER: "should be printable characters.",
    OWN_PATH: "should be a path of this service, such as `/?type=deals`.",
    SCOPE_LIST: "should be scopes with one space between them.",
}
