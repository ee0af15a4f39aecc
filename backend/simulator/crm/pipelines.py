"""The pipelines endpoints; the object's read scope is enough.

Source: HubSpot pipelines, GET /crm/pipelines/{version}/{objectType}.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from simulator.call import Call, Reply, readable_type
from simulator.errors import RefusalError

Item = dict[str, object]


def list_pipelines(call: Call) -> Reply:
    return 200, {"results": _pipelines(call)}


def get_pipeline(call: Call) -> Reply:
    return 200, _by_id(_pipelines(call), call.path["pipeline_id"])


def list_stages(call: Call) -> Reply:
    return 200, {"results": _by_id(_pipelines(call), call.path["pipeline_id"])["stages"]}


def get_stage(call: Call) -> Reply:
    stages = cast(list[Item], _by_id(_pipelines(call), call.path["pipeline_id"])["stages"])
    return 200, _by_id(stages, call.path["stage_id"])


def _pipelines(call: Call) -> list[Item]:
    return call.portal.pipelines.get(readable_type(call, call.path["object_type"]).plural, [])


def _by_id(items: Iterable[Item], wanted: str) -> Item:
    for item in items:
        if item["id"] == wanted:
            return item
    raise RefusalError(404, "resource not found", category="OBJECT_NOT_FOUND")
