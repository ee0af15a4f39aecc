"""The columns of plain records, by object type: whole columns at once, because 100,000 records take seconds at most."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

from simulator.identity import Profile
from simulator.moments import DAY_MS, iso_day, iso_property
from simulator.records.table import Column, Value
from simulator.seed.pipelines import PIPELINE_IDS
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


class Draw:
    """A source of columns of one length."""

    def __init__(self, rng: Random, count: int, profile: Profile, owners: Sequence[dict[str, object]]) -> None:
        self.rng = rng
        self.count = count
        self.profile = profile
        self.owner_ids = [str(owner["id"]) for owner in owners]

    def pick(self, *values: Value) -> list[Value]:
        return self.rng.choices(values, k=self.count)

    def owner(self) -> list[Value]:
        """Mostly active owners, some archived ones, some nobody, one deleted."""
        return self.pick(*self.owner_ids, None, None, DANGLING_OWNER_ID)

    def number(self, low: int, high: int, decimals: int = 0) -> list[Value]:
        draw = self.rng.random
        span = high - low
        if not decimals:
            return [str(low + int(draw() * span)) for _ in range(self.count)]
        return [f"{low + draw() * span:.{decimals}f}" for _ in range(self.count)]

    def date(self) -> list[Value]:
        day = FIRST_DAY_MS // DAY_MS
        return [iso_day(day + offset % 700) for offset in self.rng.choices(range(700), k=self.count)]

    def datetime(self) -> list[Value]:
        """To the minute, so that HubSpot leaves the fraction out."""
        return [
            iso_property(FIRST_DAY_MS + minutes * 60_000) for minutes in self.rng.choices(range(900_000), k=self.count)
        ]


def columns_of(plural: str, draw: Draw) -> dict[str, Column]:
    return _MAKERS[plural](draw)


def _contacts(draw: Draw) -> dict[str, Column]:
    given, family = draw.pick(*GIVEN_NAMES), draw.pick(*FAMILY_NAMES)
    mail = [f"{_plain(g)}.{_plain(f)}{row}@example.org" for row, (g, f) in enumerate(zip(given, family, strict=True))]
    place = draw.rng.choices(PLACES, k=draw.count)
    return {
        "firstname": given,
        "lastname": family,
        "email": list(mail),
        "phone": draw.pick(*(f"+1 555 01{number:02}" for number in range(100)), None),
        "jobtitle": draw.pick(*JOB_TITLES, None),
        "city": [city for city, _, _ in place],
        "state": [state for _, state, _ in place],
        "country": [country for _, _, country in place],
        "lifecyclestage": draw.pick("subscriber", "lead", "marketingqualifiedlead", "opportunity", "customer"),
        "hs_lead_status": draw.pick("NEW", "OPEN", "IN_PROGRESS", "CONNECTED", None),
        "loyalty_points": draw.number(0, 5000),
        "newsletter": draw.pick("true", "false", None),
        "favourite_colours": draw.pick("red", "green;blue", "red;green;ultra_violet", None),
        "birthday": draw.date(),
        "hubspot_owner_id": draw.owner(),
    }


_FOLD = str.maketrans("éèïöøüáíãçñŽŞŁłıćÉ'", "eeioouaiacnZSLlicE_")


def _plain(name: Value) -> str:
    return (name or "").translate(_FOLD).replace("_", "").lower()


def _companies(draw: Draw) -> dict[str, Column]:
    first, trade = draw.pick(*FAMILY_NAMES), draw.pick(*TRADES)
    names = [f"{f} {t} {row + 1}" for row, (f, t) in enumerate(zip(first, trade, strict=True))]
    domains = [f"{_plain(t)}{row + 1}.example.com" for row, t in enumerate(trade)]
    place = draw.rng.choices(PLACES, k=draw.count)
    return {
        "name": list(names),
        "domain": list(domains),
        "website": [f"https://www.{domain}" for domain in domains],
        "phone": draw.pick(*(f"+44 20 7946 0{number:03}" for number in range(100)), None),
        "industry": draw.pick(*INDUSTRIES, None),
        "numberofemployees": draw.number(1, 5000),
        "annualrevenue": draw.number(10_000, 90_000_000),
        "city": [city for city, _, _ in place],
        "state": [state for _, state, _ in place],
        "country": [country for _, _, country in place],
        "is_public": draw.pick("true", "false", None),
        "lifecyclestage": draw.pick("lead", "opportunity", "customer"),
        "hubspot_owner_id": draw.owner(),
    }


def _deals(draw: Draw) -> dict[str, Column]:
    pipelines = draw.rng.choices(PIPELINE_IDS["deals"], weights=(3, 1), k=draw.count)
    names = [f"{good} {row + 1}" for row, good in enumerate(draw.pick(*GOODS))]
    return {
        "dealname": list(names),
        "amount": draw.number(100, 90_000, decimals=2),
        "closedate": draw.datetime(),
        "pipeline": [pipeline for pipeline, _ in pipelines],
        "dealstage": [draw.rng.choice(stages) for _, stages in pipelines],
        "dealtype": draw.pick("newbusiness", "existingbusiness", None),
        "deal_currency_code": draw.pick(draw.profile.currency),
        "hs_priority": draw.pick("low", "medium", "high", None),
        "hubspot_owner_id": draw.owner(),
    }


def _tickets(draw: Draw) -> dict[str, Column]:
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


def _products(draw: Draw) -> dict[str, Column]:
    return {
        "name": draw.pick(*GOODS),
        "description": draw.pick(*SENTENCES, None),
        "price": draw.number(5, 2000, decimals=2),
        "hs_sku": [f"SKU-{row + 1:05}" for row in range(draw.count)],
        "recurringbillingfrequency": draw.pick("monthly", "annually", None),
    }


def _line_items(draw: Draw) -> dict[str, Column]:
    prices, quantities = draw.number(5, 2000, decimals=2), draw.number(1, 20)
    both = zip(prices, quantities, strict=True)
    return {
        "name": draw.pick(*GOODS),
        "quantity": quantities,
        "price": prices,
        "amount": [f"{float(price or 0) * int(quantity or 0):.2f}" for price, quantity in both],
        "hs_product_id": draw.pick(*(str(51 + 50 * product) for product in range(10))),
        "hs_line_item_currency_code": draw.pick(draw.profile.currency),
    }


def _quotes(draw: Draw) -> dict[str, Column]:
    return {
        "hs_title": [f"Quote {row + 1}" for row in range(draw.count)],
        "hs_expiration_date": draw.date(),
        "hs_status": draw.pick("DRAFT", "APPROVAL_NOT_NEEDED", "REJECTED"),
        "hs_quote_amount": draw.number(100, 9000, decimals=2),
        "hs_currency": draw.pick(draw.profile.currency),
    }


def _leads(draw: Draw) -> dict[str, Column]:
    pipeline, stages = PIPELINE_IDS["leads"][0]
    return {
        "hs_lead_name": [f"{name} lead" for name in draw.pick(*FAMILY_NAMES)],
        "hs_lead_type": draw.pick("NEW_BUSINESS", "UPSELL"),
        "hs_lead_label": draw.pick("WARM", "HOT", "COLD", None),
        "hs_pipeline": draw.pick(pipeline),
        "hs_pipeline_stage": draw.pick(*stages),
        "hubspot_owner_id": draw.owner(),
    }


def _calls(draw: Draw) -> dict[str, Column]:
    return {
        "hs_call_title": draw.pick(*SUBJECTS),
        "hs_call_body": draw.pick(*SENTENCES, None),
        "hs_call_direction": draw.pick("INBOUND", "OUTBOUND"),
        "hs_call_duration": draw.number(0, 3_600_000),
        "hs_call_status": draw.pick("COMPLETED", "NO_ANSWER", "BUSY"),
    } | _activity(draw)


def _emails(draw: Draw) -> dict[str, Column]:
    texts = draw.pick(*SENTENCES)
    return {
        "hs_email_subject": draw.pick(*SUBJECTS),
        "hs_email_text": texts,
        "hs_email_html": [f"<p>{text}</p>" for text in texts],
        "hs_email_direction": draw.pick("EMAIL", "INCOMING_EMAIL", "FORWARDED_EMAIL"),
        "hs_email_status": draw.pick("SENT", "BOUNCED"),
        "hs_email_from_email": draw.pick("sales@example.org"),
        "hs_email_to_email": draw.pick("someone@example.net"),
    } | _activity(draw)


def _meetings(draw: Draw) -> dict[str, Column]:
    return {
        "hs_meeting_title": draw.pick(*SUBJECTS),
        "hs_meeting_body": draw.pick(*SENTENCES, None),
        "hs_meeting_start_time": draw.datetime(),
        "hs_meeting_outcome": draw.pick("SCHEDULED", "COMPLETED", "NO_SHOW", None),
        "hs_meeting_location": draw.pick(*(city for city, _, _ in PLACES), None),
    } | _activity(draw)


def _notes(draw: Draw) -> dict[str, Column]:
    return {"hs_note_body": [f"<p>{text}</p>" for text in draw.pick(*SENTENCES)]} | _activity(draw)


def _tasks(draw: Draw) -> dict[str, Column]:
    return {
        "hs_task_subject": draw.pick(*SUBJECTS),
        "hs_task_body": draw.pick(*SENTENCES, None),
        "hs_task_status": draw.pick("NOT_STARTED", "WAITING", "COMPLETED"),
        "hs_task_priority": draw.pick("NONE", "LOW", "MEDIUM", "HIGH"),
        "hs_task_type": draw.pick("EMAIL", "CALL", "TODO"),
    } | _activity(draw)


def _machines(draw: Draw) -> dict[str, Column]:
    return {
        "serial_number": [f"SN-{draw.profile.portal_id}-{row + 1:06}" for row in range(draw.count)],
        "model": draw.pick("mk1", "mk2", "mk3"),
        "installed_on": draw.date(),
        "operating_hours": draw.number(0, 40_000),
        "under_warranty": draw.pick("true", "false"),
        "hubspot_owner_id": draw.owner(),
    }


def _activity(draw: Draw) -> dict[str, Column]:
    return {"hs_timestamp": draw.datetime(), "hubspot_owner_id": draw.owner()}


_MAKERS: dict[str, Callable[[Draw], dict[str, Column]]] = {
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
