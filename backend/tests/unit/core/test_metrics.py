"""What is counted, and that the dashboard and the alerts speak of nothing else."""

import asyncio
import json
import re
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from core import metrics
from core.loop_lag import LoopLag
from core.tasks import running

OPS = Path(__file__).resolve().parents[3] / "ops"


def samples() -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """Every sample as Prometheus would read it: name and labels → value."""
    families = text_string_to_metric_families(metrics.render().decode())
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in families
        for sample in family.samples
    }


def value(name: str, **labels: str) -> float:
    return samples().get((name, tuple(sorted(labels.items()))), 0.0)


def known_names() -> set[str]:
    """Names of all samples there can be, of metrics without a sample so far included."""
    names = set()
    for family in metrics.REGISTRY.collect():
        suffixes = {"counter": ["_total"], "histogram": ["_bucket", "_sum", "_count"]}.get(family.type, [""])
        names |= {family.name + suffix for suffix in suffixes}
    return names


class TestFigures:
    def test_request_is_counted_by_route_and_status_and_timed(self) -> None:
        labels = {"method": "GET", "route": "/test/{id}", "status": "200"}
        before = value("integrations_http_requests_total", **labels)

        metrics.request_answered(method="GET", route="/test/{id}", status=200, seconds=0.02)

        assert value("integrations_http_requests_total", **labels) == before + 1
        assert value("integrations_http_request_seconds_bucket", route="/test/{id}", le="0.025") >= 1
        assert value("integrations_http_request_seconds_bucket", route="/test/{id}", le="0.01") == 0

    def test_connections_of_a_status_that_is_gone_are_no_longer_shown(self) -> None:
        metrics.connections_counted({("hubspot", "connected"): 3, ("hubspot", "reconnect_required"): 1})

        metrics.connections_counted({("hubspot", "connected"): 2})

        assert value("integrations_connections", provider="hubspot", status="connected") == 2
        shown = {labels for name, labels in samples() if name == "integrations_connections"}
        assert len(shown) == 1

    def test_process_shows_its_memory_and_descriptors(self) -> None:
        assert {"process_resident_memory_bytes", "process_open_fds"} <= {name for name, _ in samples()}


class TestLoopLag:
    def test_one_long_step_is_no_overload(self) -> None:
        lag = LoopLag()

        lag.note(5.0)

        assert lag.seconds == 0

    def test_loop_that_stays_late_shows(self) -> None:
        lag = LoopLag()

        for late_s in (0.5, 0.3, 0.9, 0.4):
            lag.note(late_s)

        assert lag.seconds == 0.3

    def test_one_measurement_in_time_ends_it(self) -> None:
        lag = LoopLag()
        for _ in range(10):
            lag.note(0.5)

        lag.note(0.0)

        assert lag.seconds == 0

    async def test_watches_the_loop_it_runs_on(self) -> None:
        lag = LoopLag()
        before = value("integrations_event_loop_lag_seconds_count")

        async with running(lag.watch):
            while value("integrations_event_loop_lag_seconds_count") == before:  # noqa: ASYNC110 (it has no event)
                await asyncio.sleep(0.01)

        assert value("integrations_event_loop_lag_seconds_count") > before


def expressions() -> list[str]:
    """Every query of the dashboard and the alert rules."""
    dashboard = json.loads((OPS / "dashboard.json").read_text(encoding="utf-8"))
    queries = [target["expr"] for panel in dashboard["panels"] for target in panel.get("targets", [])]
    rules = re.findall(r"expr: *(?:\|\n)?(.+?)(?=\n +(?:for|labels):)", _alerts(), flags=re.DOTALL)
    return [*queries, *rules]


def _alerts() -> str:
    return (OPS / "alerts.yml").read_text(encoding="utf-8")


class TestDashboardAndAlerts:
    def test_ask_for_metrics_that_exist(self) -> None:
        named = {name for text in expressions() for name in re.findall(r"\b(?:integrations|process)_\w+", text)}

        assert named
        assert named <= known_names()

    def test_show_every_metric_of_ours(self) -> None:
        named = {name for text in expressions() for name in re.findall(r"\bintegrations_\w+", text)}
        families = {family.name for family in metrics.REGISTRY.collect() if family.name.startswith(metrics.PREFIX)}

        assert {family for family in families if not any(name.startswith(family) for name in named)} == set()

    def test_every_alert_is_raised_by_a_test_of_the_rules(self) -> None:
        raised = (OPS / "alerts.test.yml").read_text(encoding="utf-8")

        assert re.findall(r'alertname="(\w+)"', raised) == sorted(re.findall(r"- alert: (\w+)", _alerts()))

    @pytest.mark.parametrize("field", ["summary", "description", "severity"])
    def test_every_alert_says_what_to_do(self, field: str) -> None:
        alerts = _alerts()

        assert alerts.count(f"{field}: ") == alerts.count("- alert:") > 0
