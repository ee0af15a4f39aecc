"""A LangChain loader over the change feed: a document for each record, for an index that retrieves by meaning.

pip install langchain-core httpx
"""

import json
from collections.abc import Iterator

import httpx
from langchain_core.document_loaders import BaseLoader
from langchain_core.documents import Document


class ChangesLoader(BaseLoader):
    """Documents of the records behind `after`. Afterwards `deleted` has ids to delete, and `after` the next cursor."""

    def __init__(self, url: str, *, headers: dict[str, str] | None = None, after: str | None = None) -> None:
        self.url = url
        self.headers = {**(headers or {}), "Accept": "application/x-ndjson"}
        self.after = after
        self.deleted: list[str] = []

    def lazy_load(self) -> Iterator[Document]:
        query = {"after": self.after} if self.after else {}
        with httpx.stream("GET", f"{self.url}/changes", params=query, headers=self.headers, timeout=60) as answer:
            answer.raise_for_status()
            for line in answer.iter_lines():
                [(kind, value)] = json.loads(line).items()
                if kind == "error":
                    raise RuntimeError(value["detail"])
                if kind != "change":
                    self.after = value["next"]
                elif value["op"] == "deleted":
                    self.deleted.append(value["id"])
                else:
                    yield to_document(value["item"])


def to_document(item: dict) -> Document:
    """Names instead of ids where there are any: `labels` has the human text of a property."""
    values = {**item["properties"], **item["labels"]}
    text = "\n".join(f"{name}: {value}" for name, value in values.items() if value not in (None, "", []))
    shown = ("object_type", "name", "url", "last_modified_time", "parent_id")
    metadata = {name: item[name] for name in shown if item[name] is not None}
    return Document(id=item["id"], page_content=f"{item['type']} {item['name']}\n{text}", metadata=metadata)
