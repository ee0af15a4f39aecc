"""The rights of the service in Redis cover its keys, and the documents show them."""

import re
from collections.abc import Callable
from fnmatch import fnmatchcase

import pytest

from ops.redis_access import MIRROR, SERVICE, USER, Rights
from tests.key_table import OPERATIONS, KeyKind, read_key_table


def is_of_the_mirror(row: KeyKind) -> bool:
    return "on the mirror's Redis" in row.reason


class TestRights:
    @pytest.mark.parametrize(
        ("rights", "is_its_own"), [(SERVICE, lambda row: not is_of_the_mirror(row)), (MIRROR, is_of_the_mirror)]
    )
    def test_reach_every_key_of_the_table_and_no_other(
        self, rights: Rights, is_its_own: Callable[[KeyKind], bool]
    ) -> None:
        rows = [row.key for row in read_key_table() if is_its_own(row)]
        matches = {key: {pattern for pattern in rights.keys if fnmatchcase(key, pattern)} for key in rows}

        assert [key for key, patterns in matches.items() if not patterns] == []
        assert set(rights.keys) - set().union(*matches.values()) == set()

    def test_are_those_of_the_documents(self) -> None:
        lines = re.findall(r"^ACL SETUSER (.+)$", OPERATIONS.read_text(encoding="utf-8"), re.MULTILINE)

        assert lines == [f"{USER} on >PASSWORD {rights.rules()}" for rights in (SERVICE, MIRROR)]
