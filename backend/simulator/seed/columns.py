"""The columns of plain records, by object type: whole columns at once, because 100,000 records take seconds at most."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Context, Decimal
from functools import cache
from random import Random

from simulator.identity import Profile
from simulator.moments import DAY_MS, iso, iso_day
from simulator.records.columns import Computed, Numbered, Picked, Value, Values
from simulator.seed.pipelines import PIPELINE_IDS, STAGE_PROBABILITIES
from simulator.seed.words import (
    FAMILY_NAMES,
    GIVEN_NAMES,
    GOODS,
    INDUSTRIES,
    JOB_TITLES,
    PLACES,
    SENTENCES,
    SUBJECTS,
    TRADES,
)

FIRST_DAY_MS = 1_735_689_600_000  # 2025-01-01
# An owner id that belongs to nobody: deleted long ago.
DANGLING_OWNER_ID = "69999999"
MOST_STEPS = 60_000


class Draw:
    """A source of columns of one length."""

    def __init__(self, rng: Random, count: int, profile: Profile, owners: Sequence[dict[str, object]]) -> None:
        self.rng = rng
        self.count = count
        self.profile = profile
        self.owner_ids = [str(owner["id"]) for owner in owners]

    def pick(self, *values: Value) -> Picked:
        return Picked(self.rng, self.count, values)

    def compute(self, write: Callable[[int], Value]) -> Computed:
        return Computed(self.count, write)

    def owner(self) -> Picked:
        """Mostly active owners, some archived ones, some nobody, one deleted."""
        return self.pick(*self.owner_ids, None, None, DANGLING_OWNER_ID)

    def number(self, low: int, high: int, decimals: int = 0) -> Numbered:
        span = min((high - low) * 10**decimals, MOST_STEPS)
        step = (high - low) / span
        return Numbered(self.rng, self.count, span, lambda code: f"{low + code * step:.{decimals}f}")

    def date(self) -> Numbered:
        day = FIRST_DAY_MS // DAY_MS
        return Numbered(self.rng, self.count, 700, lambda code: iso_day(day + code))

    def datetime(self) -> Numbered:
        """To the minute, so that HubSpot leaves the fraction out."""
        return Numbered(self.rng, self.count, 60_000, lambda code: iso(FIRST_DAY_MS + code * 15 * 60_000))


def columns_of(plural: str, draw: Draw) -> dict[str, Values]:
    return _MAKERS[plural](draw)


def _contacts(draw: Draw) -> dict[str, Values]:
    given, family = draw.pick(*GIVEN_NAMES), draw.pick(*FAMILY_NAMES)
    city = draw.pick(*(name for name, _, _ in PLACES))
    return {
        "firstname": given,
        "lastname": family,
        "email": draw.compute(lambda row: f"{_plain(given[row])}.{_plain(family[row])}{row}@example.org"),
        "phone": draw.pick(*(f"+1 555 01{number:02}" for number in range(100)), None),
        "jobtitle": draw.pick(*JOB_TITLES, None),
        "city": city,
        "state": draw.compute(lambda row: _STATES[city[row]]),
        "country": draw.compute(lambda row: _COUNTRIES[city[row]]),
        "lifecyclestage": draw.pick("subscriber", "lead", "marketingqualifiedlead", "opportunity", "customer"),
        "hs_lead_status": draw.pick("NEW", "OPEN", "IN_PROGRESS", "CONNECTED", None),
        "loyalty_points": draw.number(0, 5000),
        "newsletter": draw.pick("true", "false", None),
        "favourite_colours": draw.pick("red", "green;blue", "red;green;ultra_violet", None),
        "birthday": draw.date(),
        "hubspot_owner_id": draw.owner(),
    }


_STATES: dict[Value, str] = {city: state for city, state, _ in PLACES}
_COUNTRIES: dict[Value, str] = {city: country for city, _, country in PLACES}
_FOLD = str.maketrans("éèïöøüáíãçñŽŞŁłıćÉ'", "eeioouaiacnZSLlicE_")


@cache
def _plain(name: Value) -> str:
    return (name or "").translate(_FOLD).replace("_", "").lower()


def _companies(draw: Draw) -> dict[str, Values]:
    first, trade = draw.pick(*FAMILY_NAMES), draw.pick(*TRADES)
    domain = draw.compute(lambda row: f"{_plain(trade[row])}{row + 1}.example.com")
    city = draw.pick(*(name for name, _, _ in PLACES))
    return {
        "name": draw.compute(lambda row: f"{first[row]} {trade[row]} {row + 1}"),
        "domain": domain,
        "website": draw.compute(lambda row: f"https://www.{domain[row]}"),
        "phone": draw.pick(*(f"+44 20 7946 0{number:03}" for number in range(100)), None),
        "industry": draw.pick(*INDUSTRIES, None),
        "numberofemployees": draw.number(1, 5000),
        "annualrevenue": draw.number(10_000, 90_000_000),
        "city": city,
        "state": draw.compute(lambda row: _STATES[city[row]]),
        "country": draw.compute(lambda row: _COUNTRIES[city[row]]),
        "is_public": draw.pick("true", "false", None),
        "lifecyclestage": draw.pick("lead", "opportunity", "customer"),
        "hubspot_owner_id": draw.owner(),
    }


def _deals(draw: Draw) -> dict[str, Values]:
    sales, renewals = PIPELINE_IDS["deals"]
    pipelines = draw.pick(sales[0], sales[0], sales[0], renewals[0])
    stages = {sales[0]: draw.pick(*sales[1]), renewals[0]: draw.pick(*renewals[1])}
    goods = draw.pick(*GOODS)
    amounts = draw.number(100, 90_000, decimals=2)

    def stage(row: int) -> str:
        return str(stages[str(pipelines[row])][row])

    def probability(row: int) -> Decimal:
        return _PROBABILITIES[stage(row)]

    return {
        "dealname": draw.compute(lambda row: f"{goods[row]} {row + 1}"),
        "amount": amounts,
        "closedate": draw.datetime(),
        "pipeline": pipelines,
        "dealstage": draw.compute(stage),
        "dealtype": draw.pick("newbusiness", "existingbusiness", None),
        "deal_currency_code": draw.pick(draw.profile.currency),
        "hs_deal_stage_probability": draw.compute(lambda row: str(probability(row))),
        "hs_projected_amount": draw.compute(lambda row: str(_EXACT.multiply(Decimal(amounts[row]), probability(row)))),
        "hs_is_closed": draw.compute(lambda row: str(probability(row) in (0, 1)).lower()),
        "hs_is_closed_won": draw.compute(lambda row: str(probability(row) == 1).lower()),
        "hs_priority": draw.pick("low", "medium", "high", None),
        "hubspot_owner_id": draw.owner(),
    }


# HubSpot writes the binary fraction out: 0.2 is 0.200000000000000011102230246251565404236316680908203125, and what it
# computes from it has all its digits. Source: recorded deals, 2023 to 2026.
_PROBABILITIES = {stage: Decimal(float(text)) for stage, text in STAGE_PROBABILITIES.items()}
_EXACT = Context(prec=100)


def _tickets(draw: Draw) -> dict[str, Values]:
    pipeline, stages = PIPELINE_IDS["tickets"][0]
    return {
        "subject": draw.pick(*SUBJECTS),
        "content": draw.pick(*SENTENCES, None),
        "hs_pipeline": draw.pick(pipeline),
        "hs_pipeline_stage": draw.pick(*stages),
        "hs_ticket_category": draw.pick("PRODUCT_ISSUE", "BILLING_ISSUE;FEATURE_REQUEST", None),
        "hs_ticket_priority": draw.pick("LOW", "MEDIUM", "HIGH", "URGENT", None),
        "source_type": draw.pick("EMAIL", "FORM", "PHONE"),
        "hubspot_owner_id": draw.owner(),
    }


def _products(draw: Draw) -> dict[str, Values]:
    return {
        "name": draw.pick(*GOODS),
        "description": draw.pick(*SENTENCES, None),
        "price": draw.number(5, 2000, decimals=2),
        "hs_sku": draw.compute(lambda row: f"SKU-{row + 1:05}"),
        "recurringbillingfrequency": draw.pick("monthly", "annually", None),
    }


def _line_items(draw: Draw) -> dict[str, Values]:
    prices, quantities = draw.number(5, 2000, decimals=2), draw.number(1, 20)
    return {
        "name": draw.pick(*GOODS),
        "quantity": quantities,
        "price": prices,
        "amount": draw.compute(lambda row: f"{float(prices[row]) * int(quantities[row]):.2f}"),
        "hs_product_id": draw.pick(*(str(51 + 50 * product) for product in range(10))),
        "hs_line_item_currency_code": draw.pick(draw.profile.currency),
    }


def _quotes(draw: Draw) -> dict[str, Values]:
    return {
        "hs_title": draw.compute(lambda row: f"Quote {row + 1}"),
        "hs_expiration_date": draw.date(),
        "hs_status": draw.pick("DRAFT", "APPROVAL_NOT_NEEDED", "REJECTED"),
        "hs_quote_amount": draw.number(100, 9000, decimals=2),
        "hs_currency": draw.pick(draw.profile.currency),
    }


def _leads(draw: Draw) -> dict[str, Values]:
    pipeline, stages = PIPELINE_IDS["leads"][0]
    names = draw.pick(*FAMILY_NAMES)
    return {
        "hs_lead_name": draw.compute(lambda row: f"{names[row]} lead"),
        "hs_lead_type": draw.pick("NEW_BUSINESS", "UPSELL"),
        "hs_lead_label": draw.pick("WARM", "HOT", "COLD", None),
        "hs_pipeline": draw.pick(pipeline),
        "hs_pipeline_stage": draw.pick(*stages),
        "hubspot_owner_id": draw.owner(),
    }


def _calls(draw: Draw) -> dict[str, Values]:
    return {
        "hs_call_title": draw.pick(*SUBJECTS),
        "hs_call_body": draw.pick(*SENTENCES, None),
        "hs_call_direction": draw.pick("INBOUND", "OUTBOUND"),
        "hs_call_duration": draw.number(0, 3_600_000),
        "hs_call_status": draw.pick("COMPLETED", "NO_ANSWER", "BUSY"),
        **_activity(draw),
    }


def _emails(draw: Draw) -> dict[str, Values]:
    texts = draw.pick(*SENTENCES)
    return {
        "hs_email_subject": draw.pick(*SUBJECTS),
        "hs_email_text": texts,
        "hs_email_html": draw.compute(lambda row: f"<p>{texts[row]}</p>"),
        "hs_email_direction": draw.pick("EMAIL", "INCOMING_EMAIL", "FORWARDED_EMAIL"),
        "hs_email_status": draw.pick("SENT", "BOUNCED"),
        "hs_email_from_email": draw.pick("sales@example.org"),
        "hs_email_to_email": draw.pick("someone@example.net"),
        **_activity(draw),
    }


def _meetings(draw: Draw) -> dict[str, Values]:
    return {
        "hs_meeting_title": draw.pick(*SUBJECTS),
        "hs_meeting_body": draw.pick(*SENTENCES, None),
        "hs_meeting_start_time": draw.datetime(),
        "hs_meeting_outcome": draw.pick("SCHEDULED", "COMPLETED", "NO_SHOW", None),
        "hs_meeting_location": draw.pick(*(city for city, _, _ in PLACES), None),
        **_activity(draw),
    }


def _notes(draw: Draw) -> dict[str, Values]:
    return {"hs_note_body": draw.pick(*(f"<p>{text}</p>" for text in SENTENCES)), **_activity(draw)}


def _tasks(draw: Draw) -> dict[str, Values]:
    return {
        "hs_task_subject": draw.pick(*SUBJECTS),
        "hs_task_body": draw.pick(*SENTENCES, None),
        "hs_task_status": draw.pick("NOT_STARTED", "WAITING", "COMPLETED"),
        "hs_task_priority": draw.pick("NONE", "LOW", "MEDIUM", "HIGH"),
        "hs_task_type": draw.pick("EMAIL", "CALL", "TODO"),
        **_activity(draw),
    }


def _machines(draw: Draw) -> dict[str, Values]:
    return {
        "serial_number": draw.compute(lambda row: f"SN-{draw.profile.portal_id}-{row + 1:06}"),
        "model": draw.pick("mk1", "mk2", "mk3"),
        "installed_on": draw.date(),
        "operating_hours": draw.number(0, 40_000),
        "under_warranty": draw.pick("true", "false"),
        "hubspot_owner_id": draw.owner(),
    }


def _activity(draw: Draw) -> dict[str, Values]:
    return {"hs_timestamp": draw.datetime(), "hubspot_owner_id": draw.owner()}


_MAKERS: dict[str, Callable[[Draw], dict[str, Values]]] = {
    "contacts": _contacts,
    "companies": _companies,
    "deals": _deals,
    "tickets": _tickets,
    "products": _products,
    "line_items": _line_items,
    "quotes": _quotes,
    "leads": _leads,
    "calls": _calls,
    "emails": _emails,
    "meetings": _meetings,
    "notes": _notes,
    "tasks": _tasks,
    "machines": _machines,
}
