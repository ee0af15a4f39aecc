import json

import pytest

from routes.line_breaks import escape_line_breaks


class TestEscapeLineBreaks:
    @pytest.mark.parametrize("text", ["a\u2028b", "\u2029", "\u0085\u2028\u2029\u0085", "\u0105\u2030", "\u00c2\u0084"])
    def test_the_value_stays_and_no_library_sees_a_second_line(self, text: str) -> None:
        escaped = escape_line_breaks(json.dumps({"name": text}, ensure_ascii=False).encode())

        assert json.loads(escaped) == {"name": text}
        assert len(escaped.decode().splitlines()) == 1
