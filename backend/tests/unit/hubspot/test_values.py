import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubspot.values import (
    LARGEST_EXACT,
    TypedValue,
    epoch_ms,
    iso_moment,
    parse_bool,
    parse_choices,
    parse_date,
    parse_datetime,
    parse_moment,
    parse_number,
    parser_of,
)
from hubspot.wire import Property


def read(text: str, definition: Property) -> TypedValue:
    """As the mapper reads it: without a parser it stays as it is."""
    parse = parser_of(definition)
    return parse(text) if parse else text


class TestNumbers:
    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("0", 0),
            ("42", 42),
            ("-17", -17),
            ("0.1", 0.1),
            ("-12.50", -12.5),
            ("100.00", 100),
            ("1.0E7", 10_000_000),
            ("2.5e-3", 0.0025),
            ("9007199254740991", LARGEST_EXACT),
            ("0.1234567890123456", 0.1234567890123456),
            ("0.40000000000000002220446049250313080847263336181640625", 0.4),
            ("6000.00000000000033306690738754696212708950042724609375", 6000.0),
            ("0.1234567890123456789", 0.12345678901234568),
            ("-33.333333333333333333", -33.333333333333336),
        ],
    )
    def test_a_number_is_a_number(self, text: str, value: float) -> None:
        assert parse_number(text) == value
        assert type(parse_number(text)) is type(value)

    @pytest.mark.parametrize(
        "text",
        [
            *("twelve", "1.234,50", "1,000", "1;2", "1 000", "1_000", "+1", " 1", "1 ", "١٢", "²", "0x10", "."),
            *("1e400", "-1e400", "1e-400", "NaN", "Infinity", "007", "-", "", "1e99999", "9" * 5_000),
            *("12345678901234567890.123456789", "9007199254740992", "9007199254740992.5"),
        ],
    )
    def test_what_a_number_would_change_beyond_rounding_a_fraction_stays_the_string(self, text: str) -> None:
        assert parse_number(text) == text
        assert isinstance(parse_number(text), str)

    @given(st.text(max_size=30) | st.from_regex(r"-?\d{0,20}(\.\d{0,20})?(e-?\d{1,3})?", fullmatch=True))
    def test_a_number_is_what_was_written_or_the_double_nearest_to_it(self, text: str) -> None:
        value = parse_number(text)

        if isinstance(value, int):
            assert Decimal(value) == Decimal(text)
        else:
            assert value == text or value == float(text)

    @given(st.floats(allow_nan=False, allow_infinity=False))
    def test_a_float_comes_back(self, value: float) -> None:
        parsed = parse_number(repr(value))

        # Whole numbers beyond what every JSON reader holds stay text.
        assert parsed == value or (isinstance(parsed, str) and float(parsed) == value)


class TestMoments:
    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("2020-02-29T03:30:17.123Z", "2020-02-29T03:30:17.123Z"),
            ("2020-02-29T03:30:17Z", "2020-02-29T03:30:17.000Z"),
            ("2020-02-29T03:30:17.5Z", "2020-02-29T03:30:17.500Z"),
            ("2020-02-29T05:30:17+02:00", "2020-02-29T03:30:17.000Z"),
            ("2020-02-29 03:30:17Z", "2020-02-29T03:30:17.000Z"),
            ("2020-02-29 03:30:17.123Z", "2020-02-29T03:30:17.123Z"),
            ("2020-02-29T03:30:17,123Z", "2020-02-29T03:30:17.123Z"),
            ("2020-W09-6T03:30:17.123Z", "2020-02-29T03:30:17.123Z"),
            ("1735689600000", "2025-01-01T00:00:00.000Z"),
            ("1735689600123", "2025-01-01T00:00:00.123Z"),
            ("-1", "1969-12-31T23:59:59.999Z"),
        ],
    )
    def test_a_moment_is_iso_in_utc_with_milliseconds(self, text: str, value: str) -> None:
        assert parse_datetime(text) == value

    @pytest.mark.parametrize(
        "text",
        ["soon", "2020-02-30T00:00:00Z", "2020-02-29T03:30:17", "999999999999999999", "999999999999999", "T" * 24],
    )
    def test_what_is_no_moment_stays(self, text: str) -> None:
        assert parse_datetime(text) == text
        assert parse_moment(text) is None

    @given(st.datetimes(min_value=datetime(1, 1, 2), max_value=datetime(9999, 12, 30), timezones=st.just(UTC)))  # noqa: DTZ001
    def test_both_ways_of_writing_a_moment_mean_the_same(self, moment: datetime) -> None:
        moment = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
        text = iso_moment(moment)

        assert parse_datetime(str(epoch_ms(text))) == parse_datetime(text) == text


class TestDates:
    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("2024-02-29", "2024-02-29"),
            ("1735689600000", "2025-01-01"),
            ("0", "1970-01-01"),
            ("1735689600001", "2025-01-01"),
            ("1746098600000", "2025-05-01"),
            ("-1735689600001", "1914-12-31"),
            ("2020-09-30T00:00:00Z", "2020-09-30"),
            ("2020-09-30T00:00:00.000Z", "2020-09-30"),
            ("2020-09-30T23:59:59+00:00", "2020-09-30"),
            ("2020-09-30T01:00:00+02:00", "2020-09-29"),
            ("2020-09-30 00:00:00", "2020-09-30"),
            ("2020-09-30T23:00:00", "2020-09-30"),
            ("2020-09-31T00:00:00Z", "2020-09-31T00:00:00Z"),
            ("2020-W01-1T00:00:00Z", "2020-W01-1T00:00:00Z"),
            ("31/12/1999", "31/12/1999"),
            ("20240101", "20240101"),
            ("-62135596800000", "0001-01-01"),
            ("999999993600000", "999999993600000"),
        ],
    )
    def test_a_moment_is_a_date_in_utc_and_all_else_stays(self, text: str, value: str) -> None:
        assert parse_date(text) == value


class TestOthers:
    @pytest.mark.parametrize(("text", "value"), [("true", True), ("FALSE", False), ("yes", "yes"), ("1", "1")])
    def test_booleans(self, text: str, value: object) -> None:
        assert parse_bool(text) == value
        assert type(parse_bool(text)) is type(value)

    @pytest.mark.parametrize(
        ("text", "value"), [("red", ["red"]), ("red;purple;;blue", ["red", "purple", "blue"]), (";", [])]
    )
    def test_multiple_choices_are_a_list(self, text: str, value: list[str]) -> None:
        assert parse_choices(text) == value

    @pytest.mark.parametrize(
        ("type_", "field_type", "text", "value"),
        [
            ("number", "number", "5", 5),
            ("bool", "booleancheckbox", "true", True),
            ("enumeration", "booleancheckbox", "false", False),
            ("enumeration", "checkbox", "a;b", ["a", "b"]),
            ("enumeration", "select", "a;b", "a;b"),
            ("enumeration", "radio", "true", "true"),
            ("string", "text", "5", "5"),
            ("phone_number", "phonenumber", "5", "5"),
            ("json", "text", "5", "5"),
            ("date", "date", "1735689600000", "2025-01-01"),
            ("datetime", "date", "1735689600000", "2025-01-01T00:00:00.000Z"),
        ],
    )
    def test_the_definition_decides(self, type_: str, field_type: str, text: str, value: TypedValue) -> None:
        assert read(text, Property(name="p", type=type_, field_type=field_type)) == value

    @given(st.sampled_from(["number", "bool", "enumeration", "date", "datetime", "?"]), st.text())
    def test_any_text_of_any_type_is_read_into_json(self, type_: str, text: str) -> None:
        value = read(text, Property(name="p", type=type_, field_type="checkbox"))

        json.dumps(value, allow_nan=False)


def test_a_record_id_stays_a_string_although_its_property_is_a_number() -> None:
    record_id = Property(name="hs_object_id", type="number", field_type="number")

    assert read("513881705057", record_id) == "513881705057"
