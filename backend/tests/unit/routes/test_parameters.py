from datetime import UTC, datetime

import pytest
from pydantic import TypeAdapter, ValidationError

from errors import ValidationFailedError
from routes.parameters import Flag, Moment, parse_names

FLAG: TypeAdapter[bool] = TypeAdapter(Flag)
MOMENT: TypeAdapter[datetime] = TypeAdapter(Moment)


class TestFlag:
    def test_true_and_false_are_the_only_words(self) -> None:
        assert FLAG.validate_python("true") is True
        assert FLAG.validate_python("false") is False

    @pytest.mark.parametrize("text", ["1", "yes", "on", "True", "", "truefalse"])
    def test_others_are_refused(self, text: str) -> None:
        with pytest.raises(ValidationError, match="`true` or `false`"):
            FLAG.validate_python(text)


class TestMoment:
    @pytest.mark.parametrize(
        "text",
        ["2026-11-24T03:00:00Z", "2026-11-24T03:00:00.000Z", "2026-11-24T04:00:00+01:00", "2026-11-24T03:00:00"],
    )
    def test_any_writing_of_a_time_is_the_same_moment(self, text: str) -> None:
        assert MOMENT.validate_python(text) == datetime(2026, 11, 24, 3, tzinfo=UTC)

    def test_a_day_is_its_beginning(self) -> None:
        assert MOMENT.validate_python("2026-11-24") == datetime(2026, 11, 24, tzinfo=UTC)

    @pytest.mark.parametrize(
        "text", ["yesterday", "1764000000", "", "2026-13-01", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"]
    )
    def test_what_is_no_time_is_refused_without_repeating_it(self, text: str) -> None:
        with pytest.raises(ValidationError, match="ISO 8601") as caught:
            MOMENT.validate_python(text)

        assert not text or text not in caught.value.errors()[0]["msg"]


class TestNames:
    def test_they_are_split_trimmed_and_distinct_in_order(self) -> None:
        assert parse_names("object_types", "deals, contacts ,deals") == ("deals", "contacts")

    def test_nothing_given_is_nothing_chosen(self) -> None:
        assert parse_names("object_types", None) is None

    @pytest.mark.parametrize("text", ["", ",", "a,,b", "a,\x00", "a,b\n"[:-1] + ",\t", "a\u2028b"])
    def test_an_empty_or_unprintable_name_is_refused(self, text: str) -> None:
        with pytest.raises(ValidationFailedError, match="`object_types`"):
            parse_names("object_types", text)
