"""Logging: one readable line an event in local, one JSON object in production, never a secret.

structlog, because it binds the correlation id once a request and renders either way; the standard library's
loggers (uvicorn, redis) go through the same renderer. Loggers that print whole URLs are kept at WARNING: a
callback's query holds the authorization code.
"""

import logging
import re
import sys
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

LOUD_LOGGERS = ("httpx", "httpcore", "aiohttp", "asyncio", "uvicorn.access")
MASK = "***"
_SECRET_NAME = re.compile(
    r"token|secret|password|authorization|cookie|verifier|encryption|(^|_)(code|state|key)$", re.IGNORECASE
)
_SECRET_TEXT = re.compile(
    r"(?i)\b(bearer\s+|(?:access_token|refresh_token|client_secret|code_verifier|code|state|token)=)[^\s&'\"]+"
)


def configure_logging(*, as_json: bool, level: int = logging.INFO) -> None:
    """Set the whole process up; called once, at start."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        redact,
    ]
    renderer: Processor = (
        structlog.processors.JSONRenderer()
        if as_json
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), pad_event_to=24)
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in ("uvicorn", "uvicorn.error", *LOUD_LOGGERS):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
        logger.setLevel(logging.WARNING if name in LOUD_LOGGERS else level)


def redact(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Mask fields named like secrets, and secrets inside texts: the last line behind types that do not print."""
    return {name: MASK if _SECRET_NAME.search(name) else _masked(value) for name, value in event.items()}


def _masked(value: Any) -> Any:
    if isinstance(value, str):
        return _SECRET_TEXT.sub(rf"\1{MASK}", value)
    if isinstance(value, dict):
        return {name: MASK if _SECRET_NAME.search(str(name)) else _masked(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_masked(inner) for inner in value]
    return value
