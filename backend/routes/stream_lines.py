"""The lines of a streamed load as OpenAPI has them. A contract test holds every integration's lines to these."""

from pydantic import BaseModel, RootModel

from integrations.integration_item import IntegrationItem, Notice
from integrations.load_events import Checkpoint, LoadPlan, LoadReceipt
from routes.problems import Problem


class PlanLine(BaseModel):
    """The first line."""

    plan: LoadPlan


class ItemLine(BaseModel):
    item: IntegrationItem


class NoticeLine(BaseModel):
    notice: Checkpoint | Notice


class ReceiptLine(BaseModel):
    """The last line of a load that came to its end, even an early one."""

    receipt: LoadReceipt


class ErrorLine(BaseModel):
    """The last line of a load that failed."""

    error: Problem


class StreamLine(RootModel[PlanLine | ItemLine | NoticeLine | ReceiptLine | ErrorLine]):
    """One line of a load as application/x-ndjson: an object with exactly one of these keys."""
