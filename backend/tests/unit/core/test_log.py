"""No secret reaches a log line, whichever way it is handed in."""

import io
import json
import logging
import sys
import warnings
from collections.abc import Iterator

import pytest
import structlog
from pydantic import SecretStr

from core.audit import audit
from core.log import MASK, configure_logging, redact


def redacted(**event: object) -> dict[str, object]:
    return dict(redact(None, "info", dict(event)))


class TestFields:
    @pytest.mark.parametrize(
        "name",
        [
            "access_token",
            "refresh_token",
            "token",
            "client_secret",
            "hubspot_client_secret",
            "code",
            "state",
            "code_verifier",
            "authorization",
            "Authorization",
            "cookie",
            "set_cookie",
            "encryption_keys",
            "key",
            "password",
        ],
    )
    def test_a_field_named_like_a_secret_is_masked(self, name: str) -> None:
        assert redacted(**{name: "hush"}) == {name: MASK}

    @pytest.mark.parametrize("name", ["error_code", "status_code", "monkey", "flow_id", "connection_id", "states"])
    def test_a_field_that_only_resembles_one_stays(self, name: str) -> None:
        assert redacted(**{name: "plain"}) == {name: "plain"}

    def test_fields_within_fields_are_masked(self) -> None:
        assert redacted(request={"headers": [{"cookie": "hush"}]}) == {"request": {"headers": [{"cookie": MASK}]}}


class TestTexts:
    @pytest.mark.parametrize(
        "text",
        [
            "GET /cb?code=hush&state=hush",
            "GET /cb?state=hush",
            "body grant_type=refresh_token&refresh_token=hush",
            'answer {"access_token": "hush", "expires_in": 1}',
            "{'client_secret': 'hush'}",
            "Authorization: Bearer hush",
            "authorization: basic hush",
            "Cookie: __Host-flow_abc=hush; other=1",
            "sealed v1.k1.gAAAAABhush",
            "jwt eyJhush.hush.hush",
        ],
    )
    def test_a_secret_inside_a_text_is_masked(self, text: str) -> None:
        assert "hush" not in str(redacted(event=text))

    def test_an_ordinary_text_stays_as_it_is(self) -> None:
        assert redacted(event="the code was used; state: see below") == {"event": "the code was used; state: *** below"}

    def test_a_value_that_is_no_text_is_masked_as_it_would_print(self) -> None:
        class Leaky:
            def __repr__(self) -> str:
                return "Leaky(access_token=hush)"

        assert "hush" not in str(redacted(value=Leaky(), raw=b"token=hush", secret_type=SecretStr("hush")))


class Written(io.StringIO):
    """Standard error; read when everything logged has been written."""

    def getvalue(self) -> str:
        for handler in logging.getLogger().handlers:
            handler.flush()
        return super().getvalue()


class TestConfiguredLogging:
    @pytest.fixture
    def written(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[Written]:
        stream = Written()
        monkeypatch.setattr(sys, "stderr", stream)
        monkeypatch.setattr(sys, "unraisablehook", sys.unraisablehook)
        root = logging.getLogger()
        handlers, level, before = root.handlers[:], root.level, structlog.get_config()
        configure_logging(as_json=True)
        yield stream
        logging.captureWarnings(capture=False)
        root.handlers[:] = handlers
        root.setLevel(level)
        structlog.configure(**before)

    def test_each_event_is_one_json_object(self, written: Written) -> None:
        structlog.get_logger("here").info("happened", connection_id="c1")

        event = json.loads(written.getvalue())
        assert event.items() >= {"event": "happened", "logger": "here", "level": "info", "connection_id": "c1"}.items()

    def test_other_libraries_lines_are_masked_too(self, written: Written) -> None:
        logging.getLogger("some.library").warning("called %s", "https://x.test/?code=hush")

        assert json.loads(written.getvalue())["event"] == f"called https://x.test/?code={MASK}"

    @pytest.mark.parametrize("name", ["uvicorn", "uvicorn.error", "asyncio", "redis"])
    def test_no_library_has_a_handler_that_writes_by_itself(self, written: Written, name: str) -> None:
        logging.getLogger(name).warning("a line of %s", name)

        assert json.loads(written.getvalue())["event"] == f"a line of {name}"
        assert logging.getLogger(name).handlers == []

    def test_python_itself_writes_no_warning_and_no_failed_finalizer_past_the_log(self, written: Written) -> None:
        class Failing:
            def __del__(self) -> None:
                raise ValueError("refresh_token=hush")

        Failing()
        with warnings.catch_warnings():
            warnings.simplefilter("always")
            warnings.warn("out of date", stacklevel=1)

        loggers = [json.loads(line)["logger"] for line in written.getvalue().splitlines()]
        assert loggers == ["core.log", "py.warnings"]
        assert "hush" not in written.getvalue()

    def test_a_traceback_is_masked(self, written: Written) -> None:
        try:
            int("refresh_token=hush")
        except ValueError:
            structlog.get_logger().exception("broke")

        assert "ValueError" in written.getvalue()
        assert "hush" not in written.getvalue()

    @pytest.mark.parametrize("name", ["uvicorn.access", "aiohttp"])
    def test_loggers_that_print_addresses_are_quiet(self, written: Written, name: str) -> None:
        logging.getLogger(name).info("GET /integrations/hubspot/oauth2callback")

        assert written.getvalue() == ""

    def test_an_audit_line_says_who_what_and_how_it_ended(self, written: Written) -> None:
        audit("disconnect", "succeeded", org_id="acme", user_id="ann", connection_id="c1", reason=None)

        line = json.loads(written.getvalue())
        assert line.pop("timestamp").endswith("Z")
        assert line == {
            "event": "disconnect",
            "outcome": "succeeded",
            "audit": True,
            "logger": "audit",
            "level": "info",
            "org_id": "acme",
            "user_id": "ann",
            "connection_id": "c1",
        }
