"""What an operator sees of a running service: its figures and its traces."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from prometheus_client.parser import text_string_to_metric_families

from tests.servers import Service, Simulator, running_service

ORIGIN_TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


@contextmanager
def running_collector() -> Iterator[tuple[str, list[Span]]]:
    """An OpenTelemetry collector: its address, and the spans it was sent."""
    spans: list[Span] = []

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
                spans.extend(span for scope in resource.scope_spans for span in scope.spans)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Collector) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", spans
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def connected(service: Service, simulator: Simulator) -> Iterator[httpx.Client]:
    """A caller who has connected an account."""
    with httpx.Client(base_url=service.url, timeout=30, trust_env=False) as http:
        begun = http.get("/integrations/hubspot/authorize", headers={"Accept": "application/json"}).json()
        assert http.get(simulator.decide(begun["authorization_url"])).is_success
        yield http


def use(service: Service, simulator: Simulator) -> None:
    """Connect an account, read a page, load everything as lines, ask for what is not there."""
    with connected(service, simulator) as http:
        assert http.get("/integrations/hubspot/items", params={"limit": 10}).is_success
        stream = http.get("/integrations/hubspot/items", headers={"Accept": "application/x-ndjson"})
        assert b'"receipt"' in stream.content
        headers = {"traceparent": f"00-{ORIGIN_TRACE}-00f067aa0ba902b7-01"}
        assert http.get("/integrations/hubspot/credentials?code=SECRET", headers=headers).status_code in {200, 422}
        assert http.get("/nowhere/SECRET").status_code == 404


def figures(service: Service) -> dict[str, list[tuple[dict[str, str], float]]]:
    """Every sample of /metrics by its name: labels and value."""
    text = httpx.get(f"{service.url}/metrics", trust_env=False).raise_for_status().text
    found: dict[str, list[tuple[dict[str, str], float]]] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            found.setdefault(sample.name, []).append((sample.labels, sample.value))
    return found


def total(samples: list[tuple[dict[str, str], float]], **labels: str) -> float:
    return sum(value for found, value in samples if labels.items() <= found.items())


@pytest.fixture
def service(tmp_path: Path, redis_url: str, simulator: Simulator) -> Iterator[Service]:
    with running_service(tmp_path, simulator, REDIS_URL=redis_url) as running:
        yield running


class TestMetrics:
    def test_count_what_was_asked_called_and_delivered(self, service: Service, simulator: Simulator) -> None:
        use(service, simulator)

        found = figures(service)

        requests = found["integrations_http_requests_total"]
        assert total(requests, route="/integrations/{provider}/items", status="200") == 2
        assert total(requests, route="other", status="404") == 1
        calls = found["integrations_upstream_calls_total"]
        assert total(calls, endpoint="oauth_authorization_code", outcome="200") == 1
        assert total(calls, endpoint="list", outcome="200") > 10
        assert total(found["integrations_budget_grants_total"], bucket="core", priority="interactive") > 0
        assert total(found["integrations_budget_grants_total"], priority="bulk") > 0
        assert total(found["integrations_loads_total"], format="ndjson", outcome="complete") == 1
        assert total(found["integrations_items_total"], format="json") == 10
        assert total(found["integrations_items_total"], format="ndjson") > 100
        assert total(found["integrations_event_loop_lag_seconds_count"]) > 0

    def test_have_few_labels_and_no_secret(self, service: Service, simulator: Simulator) -> None:
        use(service, simulator)

        found = figures(service)

        labels = {value for samples in found.values() for sample, _ in samples for value in sample.values()}
        assert not [value for value in labels if "SECRET" in value or "TestUser" in value]
        assert not labels & {portal["portal_id"] for portal in simulator.portals()}

    def test_answer_while_redis_does_not(self, tmp_path: Path, simulator: Simulator) -> None:
        nowhere = f"unix://{tmp_path}/nowhere.sock"
        with running_service(tmp_path, simulator, wait_for="/livez", REDIS_URL=nowhere) as service:
            assert httpx.get(f"{service.url}/integrations", trust_env=False).status_code == 503

            found = figures(service)

        failures = found["integrations_failures_total"]
        assert total(failures, code="store_unavailable") == 1
        assert ({"code": "key_unknown"}, 0.0) in failures  # shown before it happens, so that the first is an increase
        assert "integrations_event_loop_lag_seconds_count" in found


class TestLogs:
    @pytest.mark.parametrize(
        ("status", "times", "event"),
        [(500, 1, "trying again"), (400, None, "refused"), (503, None, "request failed")],
        ids=["retried", "refused", "failed"],
    )
    def test_lead_from_the_callers_reference_to_hubspots_own(
        self, service: Service, simulator: Simulator, status: int, times: int | None, event: str
    ) -> None:
        with connected(service, simulator) as http:
            simulator.fault("/crm/objects/.*/contacts", "status", status=status, times=times)
            headers = {"X-Request-Id": "from-the-caller-1"}
            answer = http.get("/integrations/hubspot/items", params={"object_types": "contacts"}, headers=headers)

        def lines() -> list[str]:
            return [line for line in service.output().splitlines() if re.search(rf"\b{event}\b", line)]

        service.wait_until("the log line", lines)  # the log has a thread of its own
        line = lines()[-1]
        told = dict(re.findall(r"(\w+)=(\S+)", line))
        assert answer.is_success == (event != "request failed")
        assert told["correlation_id"] == "from-the-caller-1"
        assert told["upstream_status"] == str(status)
        assert re.fullmatch(r"[0-9a-f-]{36}", told["upstream_correlation_id"])
        if not answer.is_success:
            assert answer.json()["upstream"]["correlation_id"] == told["upstream_correlation_id"]


class TestTraces:
    def test_follow_a_request_from_its_caller_to_the_vendor(
        self, tmp_path: Path, redis_url: str, simulator: Simulator
    ) -> None:
        with (
            running_collector() as (endpoint, spans),
            running_service(tmp_path, simulator, REDIS_URL=redis_url, OTEL_EXPORTER_OTLP_ENDPOINT=endpoint) as service,
        ):
            use(service, simulator)
            # What is left is sent at the end of the service.

        by_name = {span.name: span for span in spans}
        page, listed = by_name["GET /integrations/{provider}/items"], by_name["GET list"]
        assert page.kind == Span.SPAN_KIND_SERVER
        assert listed.kind == Span.SPAN_KIND_CLIENT
        assert listed.trace_id in {span.trace_id for span in spans if span.kind == Span.SPAN_KIND_SERVER}
        assert by_name["GET /integrations/{provider}/credentials"].trace_id.hex() == ORIGIN_TRACE
        assert not [span for span in spans if "SECRET" in str(span)]

    def test_endpoint_that_does_not_answer_disturbs_nobody(
        self, tmp_path: Path, redis_url: str, simulator: Simulator
    ) -> None:
        nowhere = "http://127.0.0.1:1"

        with running_service(tmp_path, simulator, REDIS_URL=redis_url, OTEL_EXPORTER_OTLP_ENDPOINT=nowhere) as service:
            use(service, simulator)
