"""OpenTelemetry traces if OTEL_EXPORTER_OTLP_ENDPOINT is set; otherwise spans do nothing.

The SDK is part of the `traces` extra and is imported only then. It reads further settings (OTEL_SERVICE_NAME,
OTEL_EXPORTER_OTLP_HEADERS, OTEL_TRACES_SAMPLER, …). Spans contain the same data as logs: route templates, statuses,
correlation ids; no query, header, body or owner. Our spans continue the caller's trace; vendors get no trace headers.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from settings import ConfigurationError, Settings

SERVICE_NAME = "integrations"
TRACES_PATH = "/v1/traces"
# A collector that does not answer must not hold up the end of the process.
EXPORT_TIMEOUT_S = 2
MISSING = (
    "OTEL_EXPORTER_OTLP_ENDPOINT needs packages that are not installed: backend/requirements-production.txt has them"
)

_tracer: Any = None


@contextmanager
def tracing(settings: Settings) -> Iterator[None]:
    """Send spans until the block ends; remaining spans are sent before it returns.

    Raises: ConfigurationError when an endpoint is set and the packages are missing.
    """
    global _tracer  # noqa: PLW0603 (one exporter a process, as with logging; spans begin in every room)
    if not settings.otel_exporter_otlp_endpoint:
        yield
        return
    provider = _open_provider(settings.otel_exporter_otlp_endpoint)
    _tracer = provider.get_tracer(SERVICE_NAME)
    try:
        yield
    finally:
        _tracer = None
        provider.shutdown()


@contextmanager
def span(name: str, *, parent: Mapping[str, str] | None = None, **attributes: str | int) -> Iterator["Span"]:
    """A span around the block; an exception marks it as failed.

    Args:
        name: a template, never a path.
        parent: headers of a request that began elsewhere: this span is the server's side of it.
        attributes: `correlation_id`, `status`, …
    """
    if _tracer is None:
        yield Span(None)
        return
    from opentelemetry import trace
    from opentelemetry.propagate import extract

    span_kind = trace.SpanKind.CLIENT if parent is None else trace.SpanKind.SERVER
    context = None if parent is None else extract(parent)
    with _tracer.start_as_current_span(name, context=context, kind=span_kind, record_exception=False) as current:
        current.set_attributes(attributes)
        yield Span(current)


class Span:
    """Adds attributes to a running span."""

    def __init__(self, span: Any) -> None:
        self._span = span

    def rename(self, name: str) -> None:
        if self._span is not None:
            self._span.update_name(name)

    def note(self, **attributes: str | int) -> None:
        if self._span is not None:
            self._span.set_attributes(attributes)


def _open_provider(endpoint: str) -> Any:
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError:
        raise ConfigurationError([MISSING]) from None
    # A service name in the environment takes precedence.
    provider = TracerProvider(resource=Resource({"service.name": SERVICE_NAME}).merge(Resource.create()))
    exporter = OTLPSpanExporter(endpoint=endpoint.rstrip("/") + TRACES_PATH, timeout=EXPORT_TIMEOUT_S)
    provider.add_span_processor(BatchSpanProcessor(exporter))
    return provider
