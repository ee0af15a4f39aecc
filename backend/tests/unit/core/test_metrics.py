"""What is counted, and that the dashboard and the alerts speak of nothing else."""

import json
import re
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from core import metrics
from core.loop_lag import LoopLag

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

        lag.note(0.5)

        assert lag.seconds < 0.25

    def test_loop_that_stays_late_shows_within_a_second(self) -> None:
        lag = LoopLag()

        for _ in range(5):
            lag.note(0.5)

        assert lag.seconds > 0.25

    def test_recovers_when_the_loop_is_in_time_again(self) -> None:
        lag = LoopLag()
        lag.note(3.0)

        for _ in range(20):
            lag.note(0.0)

        assert lag.seconds < 0.01


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

    @pytest.mark.parametrize("field", ["summary", "description", "severity"])
    def test_every_alert_says_what_to_do(self, field: str) -> None:
        alerts = _alerts()

        assert alerts.count(f"{field}: ") == alerts.count("- alert:") > 0
