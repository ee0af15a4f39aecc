"""A dlt resource over the change feed: records merged into a table, deleted ones deleted. Here into DuckDB.

pip install 'dlt[duckdb]' httpx && python docs/examples/changes_to_duckdb.py
"""

import json
from collections.abc import Iterator
from typing import Any

import dlt
import httpx

COLUMNS: Any = {"deleted": {"data_type": "bool", "hard_delete": True}, "seq": {"data_type": "bigint"}}


@dlt.resource(name="items", primary_key="id", write_disposition="merge", columns=COLUMNS, max_table_nesting=0)
def changes(url: str, headers: dict[str, str]) -> Iterator[list[dict[str, Any]]]:
    """Everything behind the cursor of the last run. dlt keeps the cursor with the data it loaded."""
    state = dlt.current.resource_state()
    query = {"after": state["next"]} if "next" in state else {}
    accept = {"Accept": "application/x-ndjson"}
    with httpx.stream("GET", f"{url}/changes", params=query, headers=headers | accept, timeout=60) as answer:
        if answer.status_code == 410:
            raise RuntimeError("The cursor has expired: run the pipeline again with refresh='drop_data'.")
        answer.raise_for_status()
        rows: list[dict[str, Any]] = []
        for line in answer.iter_lines():
            [(kind, value)] = json.loads(line).items()
            if kind == "change":
                rows.append({"deleted": value["op"] == "deleted", "id": value["id"], "seq": int(value["seq"])})
                rows[-1] |= value["item"] or {}
            elif kind == "error":
                raise RuntimeError(value["detail"])
            else:
                yield rows
                rows, state["next"] = [], value["next"]


def run(url: str = "http://localhost:8000/integrations/hubspot", headers: dict[str, str] | None = None) -> dlt.Pipeline:
    """Load what has changed since the last run into crm.duckdb."""
    pipeline = dlt.pipeline("crm", destination="duckdb", dataset_name="hubspot")
    pipeline.run(changes(url, headers or {}))
    return pipeline


if __name__ == "__main__":
    run()
