"""Pipelines and their stages: what deals, tickets and leads move through.

Source: HubSpot pipelines (default ids `default` and `0`; stage metadata are strings).
"""

from __future__ import annotations

from collections.abc import Callable

from simulator.moments import iso

_CREATED = iso(1_609_459_200_000)
_UPDATED = iso(1_718_000_000_123)
Pipeline = dict[str, object]
Stages = tuple[tuple[str, str, str], ...]
Metadata = Callable[[str], dict[str, str]]

# (pipeline id, label, ((stage id, label, metadata value), ...))
_DEALS = (
    (
        "default",
        "Sales Pipeline",
        (
            ("appointmentscheduled", "Appointment Scheduled", "0.2"),
            ("qualifiedtobuy", "Qualified To Buy", "0.4"),
            ("presentationscheduled", "Presentation Scheduled", "0.6"),
            ("decisionmakerboughtin", "Decision Maker Bought-In", "0.8"),
            ("contractsent", "Contract Sent", "0.9"),
            ("closedwon", "Closed Won", "1.0"),
            ("closedlost", "Closed Lost", "0.0"),
        ),
    ),
    (
        "88213375",
        "Renewals & Upsell",
        (
            ("161330041", "Renewal due", "0.5"),
            ("161330042", "Offer out", "0.7"),
            ("161330043", "Renewed", "1.0"),
            ("161330044", "Lost", "0.0"),
        ),
    ),
)
_TICKETS = (
    (
        "0",
        "Support Pipeline",
        (
            ("1", "New", "OPEN"),
            ("2", "Waiting on contact", "OPEN"),
            ("3", "Waiting on us", "OPEN"),
            ("4", "Closed", "CLOSED"),
        ),
    ),
)
_LEADS = (
    ("lead-pipeline-id", "Lead pipeline", (("new-stage-id", "New", ""), ("attempting-stage-id", "Attempting", ""))),
)

# What a contact goes through, as a pipeline. Source: recorded answer, 2026-02.
_LIFECYCLE = (
    (
        "contacts-lifecycle-pipeline",
        "Lifecycle Stage Pipeline",
        (
            ("subscriber", "Subscriber", "OPEN"),
            ("lead", "Lead", "OPEN"),
            ("marketingqualifiedlead", "Marketing Qualified Lead", "OPEN"),
            ("salesqualifiedlead", "Sales Qualified Lead", "OPEN"),
            ("opportunity", "Opportunity", "OPEN"),
            ("customer", "Customer", "OPEN"),
            ("evangelist", "Evangelist", "OPEN"),
            ("other", "Other", "CLOSED"),
        ),
    ),
)

STAGE_PROBABILITIES = {stage[0]: stage[2] for pipeline in _DEALS for stage in pipeline[2]}
PIPELINE_IDS = {
    name: tuple((pipeline[0], tuple(stage[0] for stage in pipeline[2])) for pipeline in pipelines)
    for name, pipelines in (("deals", _DEALS), ("tickets", _TICKETS), ("leads", _LEADS))
}


def build_pipelines() -> dict[str, list[Pipeline]]:
    """Return the pipelines by object type; the types that have none are absent."""
    return {
        "deals": [_pipeline(order, *pipeline, _deal_stage) for order, pipeline in enumerate(_DEALS)],
        "tickets": [_pipeline(order, *pipeline, _ticket_stage) for order, pipeline in enumerate(_TICKETS)],
        "leads": [_pipeline(order, *pipeline, _lead_stage) for order, pipeline in enumerate(_LEADS)],
        "contacts": [_pipeline(order, *pipeline, _lifecycle_stage) for order, pipeline in enumerate(_LIFECYCLE)],
    }


def _pipeline(order: int, pipeline_id: str, label: str, stages: Stages, metadata: Metadata) -> Pipeline:
    """The first one of a type came with HubSpot, and its times say so. Source: recorded answers."""
    created, updated = (_CREATED, _UPDATED) if order else (iso(0), iso(0))
    return {
        "id": pipeline_id,
        "label": label,
        "displayOrder": order,
        "stages": [
            {
                "id": stage_id,
                "label": stage_label,
                "displayOrder": position,
                "metadata": metadata(value),
                "writePermissions": "CRM_PERMISSIONS_ENFORCEMENT",
                "archived": False,
                "createdAt": created,
                "updatedAt": updated,
            }
            for position, (stage_id, stage_label, value) in enumerate(stages)
        ],
        "archived": False,
        "createdAt": created,
        "updatedAt": updated,
    }


def _deal_stage(value: str) -> dict[str, str]:
    return {"probability": value, "isClosed": "true" if value in ("0.0", "1.0") else "false"}


def _lifecycle_stage(value: str) -> dict[str, str]:
    return {"isClosed": "true" if value == "CLOSED" else "false", "state": value}


def _ticket_stage(value: str) -> dict[str, str]:
    return {"ticketState": value}


def _lead_stage(_: str) -> dict[str, str]:
    return {}
