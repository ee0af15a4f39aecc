"""Forms of text that parameters must have, and each in words for whoever sent something else."""

from collections.abc import Mapping

# Printable text: what is stored under it also appears in logs.
IDENTIFIER = r"^[^\x00-\x1f\x7f]+$"
# An empty field of a form counts as one that is not there.
FORM_IDENTIFIER = r"^[^\x00-\x1f\x7f]*$"
# One name, where a list of names is an array.
NAME = r"^[^,\x00-\x1f\x7f]+$"
# A path of our own: one slash, then nothing that a browser would read as another host.
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
