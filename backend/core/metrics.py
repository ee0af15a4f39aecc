"""Metrics, and their text for Prometheus at `/metrics`.

prometheus-client stores the values. Each container has one process and is scraped separately. Every label has a small,
fixed set of values: never an owner, a connection, an account or a record. `ops/dashboard.json` and `ops/alerts.yml`
use these names; a test keeps them consistent. Functions are for what updates several metrics at once, or some of them
by rule.
"""

from collections.abc import Iterable, Mapping
from functools import cache

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.gc_collector import GCCollector
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
PREFIX = "integrations_"
# From a status that only reads Redis to a load of many minutes, in seconds.
DURATIONS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900)
LAGS_S = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5)
SHARES = (0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 1)

REGISTRY = CollectorRegistry()
for _collector in (ProcessCollector, PlatformCollector, GCCollector):
    _collector(registry=REGISTRY)


def _counter(name: str, about: str, *labels: str) -> Counter:
    return Counter(PREFIX + name, about, labels, registry=REGISTRY)


def _histogram(name: str, about: str, *labels: str, buckets: tuple[float, ...] = DURATIONS_S) -> Histogram:
    return Histogram(PREFIX + name, about, labels, buckets=buckets, registry=REGISTRY)


_requests = _counter("http_requests_total", "Requests answered.", "method", "route", "status")
_request_seconds = _histogram("http_request_seconds", "From a request's head to its answer's end.", "route")
failures = _counter("failures_total", "Answers of 500 and more, and failed loads. Overload is apart.", "code")
requests_shed = _counter("http_requests_shed_total", "Requests refused because of overload.", "reason")
_calls = _counter(
    "upstream_calls_total", "Calls to vendors: HTTP status, or how it failed.", "host", "endpoint", "outcome"
)
_call_seconds = _histogram("upstream_call_seconds", "One attempt of a call to a vendor.", "host", "endpoint")
_grants = _counter("budget_grants_total", "Calls let through by the vendors' budgets.", "bucket", "priority")
_waits = _histogram("budget_wait_seconds", "Waited for room in a budget.", "bucket", "priority")
_used = _histogram("budget_used_share", "Share of the limit in use at each grant.", "bucket", buckets=SHARES)
budget_left_open = _counter("budget_left_open_total", "Calls and pauses let by while a budget could not be asked.")
token_refreshes = _counter("token_refreshes_total", "Token refreshes: ok, or the error's code.", "provider", "outcome")
_loads = _counter("loads_total", "Whole loads: complete, incomplete, failed or left.", "provider", "format", "outcome")
loads_running = Gauge(PREFIX + "loads_running", "Loads that hold a slot.", registry=REGISTRY)
loads_refused = _counter("loads_refused_total", "Loads refused: waited, queue_full, or starts.", "reason")
_webhook_events = _counter("webhook_events_total", "Events of webhooks received, by what became of them.", "outcome")
for _outcome in ("accepted", "ignored", "broken", "unknown_account", "unreadable_body"):
    _webhook_events.labels(_outcome)
_sync_runs = _counter("sync_runs_total", "Runs of background sync by kind and outcome.", "provider", "kind", "outcome")
_sync_seconds = _histogram("sync_run_seconds", "One run of background sync.", "kind")
_signals = _counter("signals_total", "Signals processed: done, put_off to be read again, or given_up.", "outcome")
signal_seconds = _histogram("signal_seconds", "From an event at the vendor until the record was read again.")
events_sent = _counter("events_total", "Attempts to deliver events to the host's endpoints.", "outcome")
slow_readers = _counter("slow_readers_total", "Loads ended because their readers took too little.", "provider")
_items = _counter("items_total", "Records handed out.", "provider", "format")
_mirrored = _counter("mirror_records_total", "Records written to the mirror, by what became of them.", "outcome")
changes_delivered = _counter("feed_changes_total", "Changes handed out by the change feed.", "provider")
feed_readers = Gauge(PREFIX + "feed_readers", "Readers that wait for changes or stream them.", registry=REGISTRY)
_connections = Gauge(PREFIX + "connections", "Connections by status.", ["provider", "status"], registry=REGISTRY)
key_faults = Gauge(PREFIX + "key_faults", "Encryption keys that are wrong or missing.", registry=REGISTRY)
_mirror_reserved = Gauge(PREFIX + "mirror_reserved_bytes", "Memory reserved for synced records.", registry=REGISTRY)
_mirror_max = Gauge(PREFIX + "mirror_max_bytes", "Memory that synced records may use.", registry=REGISTRY)
sync_overdue = Gauge(
    PREFIX + "sync_overdue_seconds", "For how long the sync that has waited longest has been due.", registry=REGISTRY
)
revocations_left = Gauge(PREFIX + "revocations_left", "Grants still to be revoked at vendors.", registry=REGISTRY)
connections_open = Gauge(PREFIX + "http_connections", "Connections of callers that are open.", registry=REGISTRY)
connections_evicted = _counter(
    "http_connections_evicted_total", "Connections that waited and were closed for new ones."
)
tasks = Gauge(PREFIX + "tasks", "Asyncio tasks that have not ended.", registry=REGISTRY)
loop_lag = _histogram("event_loop_lag_seconds", "How late the event loop wakes a sleeper.", buckets=LAGS_S)
log_lines_dropped = _counter("log_lines_dropped_total", "Log lines that were lost.", "kind")
for _kind in ("service", "audit"):
    log_lines_dropped.labels(_kind)


def render() -> bytes:
    """All metrics in Prometheus' text format."""
    return generate_latest(REGISTRY)


def request_answered(*, method: str, route: str, status: int, seconds: float) -> None:
    """Note one answer. `route` is the template (`/integrations/{provider}/items`), never the path."""
    count, duration = _series_of_requests(method, route, status)
    count.inc()
    duration.observe(seconds)


@cache
def _series_of_requests(method: str, route: str, status: int) -> tuple[Counter, Histogram]:
    """Cached, because the lookup by labels takes longer than counting."""
    return _requests.labels(method, route, status), _request_seconds.labels(route)


def upstream_called(*, host: str, endpoint: str, outcome: str, seconds: float) -> None:
    """Note one attempt. `outcome` is the HTTP status, or the kind of failure."""
    _calls.labels(host, endpoint, outcome).inc()
    _call_seconds.labels(host, endpoint).observe(seconds)


def budget_granted(*, bucket: str, priority: str, waited_s: float, used_share: float) -> None:
    """Note one call that a budget granted."""
    _grants.labels(bucket, priority).inc()
    _waits.labels(bucket, priority).observe(waited_s)
    _used.labels(bucket).observe(used_share)


def load_ended(*, provider: str, format_: str, outcome: str) -> None:
    """Note the end of a whole load: complete, incomplete, failed, or left (by its caller)."""
    _loads.labels(provider, format_, outcome).inc()


def mirror_measured(*, reserved_bytes: int, max_bytes: int) -> None:
    """Note the memory that is reserved for synced records, and the limit."""
    _mirror_reserved.set(reserved_bytes)
    _mirror_max.set(max_bytes)


def webhook_events_received(outcome: str, count: int = 1) -> None:
    """Note events: `accepted`, `ignored`, `broken`, of an `unknown_account`, or one `unreadable_body`."""
    if count:
        _webhook_events.labels(outcome).inc(count)


def sync_run_ended(*, provider: str, kind: str, outcome: str, seconds: float) -> None:
    """Note the end of one run of background sync."""
    _sync_runs.labels(provider, kind, outcome).inc()
    _sync_seconds.labels(kind).observe(seconds)


def signals_processed(outcome: str, count: int) -> None:
    """Note signals that are `done`, `put_off` or `given_up`."""
    if count:
        _signals.labels(outcome).inc(count)


def items_delivered(count: int, *, provider: str, format_: str) -> None:
    """Note records delivered to a client, in a page or a load."""
    _items.labels(provider, format_).inc(count)


def mirror_written(**outcomes: int) -> None:
    """Note records written to the mirror: added, changed, unchanged, stale, deleted."""
    for outcome, count in outcomes.items():
        _mirrored.labels(outcome).inc(count)


def connections_counted(counts: Mapping[tuple[str, str], int]) -> None:
    """Replace the counts of connections. Keys are provider and status."""
    _connections.clear()
    for (provider, status), count in counts.items():
        _connections.labels(provider, status).set(count)


def failures_are(codes: Iterable[str]) -> None:
    """Create these series at start: Prometheus sees no increase in a series that begins with its first failure."""
    for code in codes:
        failures.labels(code)
