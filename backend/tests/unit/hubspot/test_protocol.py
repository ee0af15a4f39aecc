import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.api_client import AccessTokenRejectedError, failure_of
from errors import (
    ScopeMissingError,
    ServiceError,
    UpstreamMalformedError,
    UpstreamMigratingError,
    UpstreamQuotaExhaustedError,
    UpstreamRateLimitedError,
    UpstreamUnavailableError,
)
from hubspot.association_answers import parse_associations
from hubspot.protocol import error_of, parse
from hubspot.refusals import RefusedError, UnknownTypeError
from hubspot.wire import AccountDetails
from tests.unit.hubspot.samples import answer, sample


class TestErrors:
    @pytest.mark.parametrize(
        ("status", "body", "expected"),
        [
            (401, "errors/401-expired.json", AccessTokenRejectedError),
            (401, "errors/401-unknown.json", AccessTokenRejectedError),
            (403, "errors/403-missing-scopes.json", ScopeMissingError),
            (400, "errors/400-unknown-type.json", UnknownTypeError),
            (400, "errors/400-unknown-type-id.json", RefusedError),
            (400, "errors/400-limit.json", RefusedError),
            (400, "errors/400-association-limit.json", RefusedError),
            (403, b'{"category":"FORBIDDEN"}', RefusedError),
            (403, b"<html>", RefusedError),
            (404, "errors/404-record.json", RefusedError),
            (404, "errors/404-route.html", RefusedError),
            (414, "errors/414.html", RefusedError),
            (423, b"", UpstreamUnavailableError),
            (429, "errors/429-ten-secondly.json", UpstreamRateLimitedError),
            (429, "errors/429-search.json", UpstreamRateLimitedError),
            (429, "errors/429-plain.json", UpstreamRateLimitedError),
            (429, "errors/429-daily.json", UpstreamQuotaExhaustedError),
            (477, b"", UpstreamMigratingError),
            (500, "errors/500.json", UpstreamUnavailableError),
            (502, b"<html>", UpstreamUnavailableError),
            (524, b"<html>", UpstreamUnavailableError),
        ],
    )
    def test_each_captured_refusal_becomes_its_error(
        self, status: int, body: str | bytes, expected: type[ServiceError]
    ) -> None:
        assert type(error_of(answer(status, body))) is expected

    @pytest.mark.parametrize(
        ("body", "wait_s"),
        [
            ("errors/429-ten-secondly.json", 10.0),
            ("errors/429-search.json", 1.0),
            ("errors/429-plain.json", 1.0),
        ],
    )
    def test_a_429_without_retry_after_waits_for_its_policy_s_window(self, body: str, wait_s: float) -> None:
        assert error_of(answer(429, body)).retry_after_s == wait_s

    @pytest.mark.parametrize(
        ("told", "expected"),
        [("3", 3.0), ("0", 0.0), ("7200", 3600.0), ("9" * 400, 3600.0), ("-5", 10.0), ("1e9", 10.0), ("soon", 10.0)],
    )
    def test_retry_after_is_obeyed_up_to_an_hour(self, told: str, expected: float) -> None:
        response = answer(429, "errors/429-ten-secondly.json", {"Retry-After": told})

        assert error_of(response).retry_after_s == expected

    def test_a_lock_waits_two_seconds_at_least(self) -> None:
        assert error_of(answer(423, b"", {"Retry-After": "1"})).retry_after_s == 2.0

    def test_missing_scopes_leave_out_those_no_ordinary_app_is_granted(self) -> None:
        error = error_of(answer(403, "errors/403-missing-scopes.json"))

        assert isinstance(error, ScopeMissingError)
        assert error.missing_scopes == ["crm.schemas.deals.read", "crm.objects.deals.read"]

    def test_the_correlation_id_comes_from_the_header_before_the_body(self) -> None:
        with_header = error_of(answer(500, "errors/500.json", {"X-HubSpot-Correlation-Id": "from-header"}))
        without = error_of(answer(500, "errors/500.json"))

        assert with_header.upstream is not None
        assert with_header.upstream.correlation_id == "from-header"
        assert without.upstream is not None
        assert without.upstream.correlation_id == "0198f6a2-7d5e-7c31-9b52-6e0f5a3c1d20"

    def test_a_correlation_id_that_is_none_is_left_out(self) -> None:
        error = error_of(answer(500, b'{"correlationId":"<script>alert(1)</script>"}'))

        assert error.upstream is not None
        assert error.upstream.correlation_id is None

    def test_nothing_hubspot_says_reaches_the_caller(self) -> None:
        error = error_of(answer(400, b'{"message":"the vendor\'s own words","category":"VALIDATION_ERROR"}'))

        assert "own words" not in f"{error.detail} {error.extra} {error!r}"

    @given(st.integers(min_value=300, max_value=599), st.binary(max_size=200))
    def test_any_failed_answer_becomes_an_error_of_ours(self, status: int, body: bytes) -> None:
        assert isinstance(error_of(answer(status, body)), ServiceError)


class TestRetries:
    @pytest.mark.parametrize("status", [423, 429, 477, 500, 502, 503, 504, 521, 524])
    def test_what_passes_is_tried_again(self, status: int) -> None:
        failure = failure_of(error_of(answer(status)))

        assert failure is not None
        assert failure.retryable

    @pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 414])
    def test_what_stays_is_not(self, status: int) -> None:
        assert failure_of(error_of(answer(status))) is None

    def test_a_spent_day_is_not(self) -> None:
        assert failure_of(error_of(answer(429, "errors/429-daily.json"))) is None

    def test_a_limit_spends_no_retry_budget(self) -> None:
        limited = failure_of(error_of(answer(429, "errors/429-search.json")))
        broken = failure_of(error_of(answer(500)))

        assert limited is not None
        assert not limited.spends_budget
        assert broken is not None
        assert broken.spends_budget

    def test_a_budget_of_ours_without_room_is_not_hubspot_s_failure(self) -> None:
        assert failure_of(UpstreamRateLimitedError(retry_after_s=3)) is None


class TestParse:
    def test_account_details_are_read(self) -> None:
        details = parse(answer(200, "account-details.json"), msgspec.json.Decoder(AccountDetails))

        assert (details.portal_id, details.ui_domain) == (123456, "app.hubspot.com")

    def test_a_207_of_records_without_associations_is_no_failure(self) -> None:
        batch = parse_associations(answer(207, "associations-207.json"))

        assert [str(to.to_object_id) for result in batch.results for to in result.to] == ["5790939450", "5790939451"]
        assert batch.results[0].after == "MC0yLTE1OTc0MDA2NTg%3D"

    def test_a_207_of_records_hubspot_could_not_look_at_is_one(self) -> None:
        body = sample("associations-207.json").replace(b"OBJECT_NOT_FOUND", b"INTERNAL_ERROR")

        with pytest.raises(UpstreamUnavailableError):
            parse_associations(answer(207, body))

    @pytest.mark.parametrize(
        "body", [b"", b"<html>We'll be right back</html>", b'{"results":[', b"\xff", b"[" * 100_000]
    )
    def test_a_success_that_is_not_json_is_malformed(self, body: bytes) -> None:
        with pytest.raises(UpstreamMalformedError):
            parse_associations(answer(200, body))

    def test_a_missing_field_is_named_by_its_path(self) -> None:
        with pytest.raises(UpstreamMalformedError, match="portalId"):
            parse(answer(200, b'{"uiDomain":"app.hubspot.com"}'), msgspec.json.Decoder(AccountDetails))
