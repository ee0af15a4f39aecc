"""Logging: one readable line per event in local, one JSON object in production; no secrets, and no blocking.

structlog binds the correlation id once per request and renders both forms; the loggers of libraries (uvicorn, redis)
use the same renderer. Loggers that print whole URLs stay at WARNING, because a callback's query contains the
authorization code.

`log_writer.py` queues the lines and writes them in a thread, so that nothing waits for the reader of the log.

Secret types do not print their values. `redact` is the second defense: it masks fields with secret names, and text
that looks like a secret.
"""

import logging
import re
import sys
from functools import lru_cache
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from core.log_writer import LogHandler
from errors import ServiceError

LOUD_LOGGERS = ("aiohttp", "asyncio", "docket", "uvicorn.access")
MASK = "***"
_SECRET_WORDS = "access_token|refresh_token|id_token|client_secret|code_verifier|password|encryption_keys?"  # noqa: S105 (names)
_SECRET_NAME = re.compile(
    rf"{_SECRET_WORDS}|(^|_)(token|secret|cookie|verifier|authorization)$|^(code|state|key|keys)$", re.IGNORECASE
)
_SECRET_TEXT = re.compile(
    # name=value, "name": "value", name: value
    rf"\b(?P<name>(?:{_SECRET_WORDS}|token|code|state|secret)[\"']?\s*[=:]\s*[\"']?)[^\s&\"',;}}]+"
    # An Authorization header, a flow or session cookie.
    r"|\b(?P<scheme>(?:bearer|basic)\s+)[\w.~+/=-]+"
    r"|(?P<cookie>__Host-[\w-]+=)[^\s;,\"']+"
    # Our sealed texts, and JSON web tokens.
    r"|\bv1\.\w+\.gAAAA[\w=-]+|\beyJ[\w-]+\.[\w-]+\.[\w-]+",
    re.IGNORECASE,
)
# Every form of a secret contains one of these characters, so texts without them are not searched.
_SECRET_MARK = re.compile(r"[\s=:.]")


def configure_logging(*, as_json: bool, level: int = logging.INFO) -> None:
    """Configure logging for the process; called once, at start."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.format_exc_info,
        redact,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer: Processor = (
        structlog.processors.JSONRenderer()
        if as_json
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), pad_event_to=24)
    )
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = LogHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.captureWarnings(capture=True)
    sys.unraisablehook = _log_unraisable
    for name in ("uvicorn", "uvicorn.error", *LOUD_LOGGERS):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
        logger.setLevel(logging.WARNING if name in LOUD_LOGGERS else level)


def flush_log() -> None:
    """Wait at most a second for queued lines; used before printing outside the log."""
    for handler in logging.getLogger().handlers:
        handler.flush()


def _log_unraisable(failure: "sys.UnraisableHookArgs") -> None:
    """Log a failed finalizer instead of letting Python write to standard error."""
    error = failure.exc_value
    logging.getLogger(__name__).error(
        "%s: %r", failure.err_msg or "exception ignored in", failure.object, exc_info=error
    )


def failure_words(exc: BaseException) -> dict[str, Any]:
    """A failure's log fields: our code, and the status and correlation id of the vendor's response."""
    if not isinstance(exc, ServiceError):
        return {"error": type(exc).__name__}
    words: dict[str, Any] = {"error_code": exc.code}
    if exc.upstream is not None:
        words |= {"upstream_status": exc.upstream.status, "upstream_correlation_id": exc.upstream.correlation_id}
    return words


def redact(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Mask fields with secret names, and text that looks like a secret."""
    return {name: MASK if _is_secret_name(name) else _masked(value) for name, value in event.items()}


@lru_cache(maxsize=1_000)
def _is_secret_name(name: str) -> bool:
    return _SECRET_NAME.search(name) is not None


def _masked(value: Any) -> Any:
    match value:
        case str():
            return _SECRET_TEXT.sub(_mask_match, value) if _SECRET_MARK.search(value) else value
        case bytes():
            return _masked(value.decode(errors="replace"))
        case dict():
            return {name: MASK if _is_secret_name(str(name)) else _masked(inner) for name, inner in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_masked(inner) for inner in value]
        case None | bool() | int() | float():
            return value
    return _masked(repr(value))


def _mask_match(match: re.Match[str]) -> str:
    return (match["name"] or match["scheme"] or match["cookie"] or "") + MASK
