"""Unusual records among the plain ones: everything that has broken a connector before.

Sources: HubSpot properties guide (formats, 65,536 characters); known quirks reported by users.
"""

from __future__ import annotations

from simulator.records.columns import Value
from simulator.records.table import Table

# HubSpot's largest string is 65,536 characters.
LONG_TEXT = ('Ωmega text with 😀 and <b>markup</b> & "quotes", row by row.\n' * 1200)[:65_000]
# Rows from here on are unusual; small accounts have plain records first.
FIRST_AWKWARD_ROW = 3
_NAMELESS = {"firstname": None, "lastname": None}

_CONTACTS: tuple[dict[str, Value], ...] = (
    {"firstname": "名前", "lastname": "山田", "city": "東京都"},
    {"firstname": "😀 Zoë", "lastname": "O'Connor-Żółć", "jobtitle": "Chef & <Owner>"},
    {"firstname": "مريم", "lastname": "الحسن\u200f", "city": "القاهرة"},
    {**_NAMELESS, "email": None, "phone": None, "jobtitle": None, "city": None, "hubspot_owner_id": None},
    {"firstname": "", "lastname": "", "email": "only-an-address@example.org", "phone": "", "jobtitle": ""},
    {"firstname": "   ", "lastname": "\t\n", "email": "blank-name@example.org"},
    {"firstname": '=HYPERLINK("http://example.org")', "lastname": "+1+1", "jobtitle": "@SUM(A1:A9)"},
    {"firstname": "Long", "lastname": "Message", "message": LONG_TEXT},
    {"firstname": "Number", "lastname": "Trouble", "loyalty_points": "twelve"},
    {"firstname": "Number", "lastname": "Grouped", "loyalty_points": "1.234,50"},
    {"firstname": "Number", "lastname": "Huge", "loyalty_points": "1e400"},
    {"firstname": "Number", "lastname": "Precise", "loyalty_points": "12345678901234567890.123456789"},
    {"firstname": "Date", "lastname": "Epoch", "birthday": "1735689600000", "contract_start": "1735689600000"},
    {"firstname": "Date", "lastname": "Broken", "birthday": "31/12/1999", "contract_start": "soon"},
    {"firstname": "Date", "lastname": "Cut", "birthday": "2024-02-29", "contract_start": "2020-02-29T03:30:17Z"},
    {"firstname": "Bool", "lastname": "Odd", "newsletter": "yes", "favourite_colours": ""},
    {
        "firstname": "Choice",
        "lastname": "Gone",
        "lifecyclestage": "no_such_stage",
        "favourite_colours": "red;purple;;blue",
    },
    {"firstname": "Zero\u200bWidth", "lastname": "Line\u2028Break", "jobtitle": 'Back\\slash "quoted"'},
    {"firstname": "Two", "lastname": "Addresses", "hs_additional_emails": "second@example.org;third@example.org"},
    {"firstname": "Survey", "lastname": "Taker", "survey_answer_no_0007_of_the_yearly_survey": "Very satisfied"},
)
_COMPANIES: tuple[dict[str, Value], ...] = (
    {"name": None, "domain": "nameless.example.com"},
    {"name": "", "domain": ""},
    {"name": "Ünïcödé & Söhne <GmbH> 株式会社", "domain": "xn--unicode-example.com"},
    {"name": "Slash / Back\\slash", "description": LONG_TEXT},
    {"name": "Revenue unknown", "annualrevenue": "n/a", "numberofemployees": "1,000-5,000"},
)
_DEALS: tuple[dict[str, Value], ...] = (
    {"dealname": None, "amount": None, "closedate": None},
    {"dealname": "", "amount": ""},
    {"dealname": "Stage was deleted", "dealstage": "stage_gone", "pipeline": "pipeline_gone"},
    {"dealname": "Großauftrag 🚀", "amount": "0.1"},
    {"dealname": "Amount is text", "amount": "about 5k"},
    {"dealname": "Refund", "amount": "-12.50"},
)
_TICKETS: tuple[dict[str, Value], ...] = (
    {"subject": None, "content": None},
    {"subject": "", "content": LONG_TEXT},
    {"subject": "Ошибка \u202ereversed\u202c text"},
)
_AWKWARD = {"contacts": _CONTACTS, "companies": _COMPANIES, "deals": _DEALS, "tickets": _TICKETS}
_MERGEABLE = frozenset(_AWKWARD)


def make_awkward(table: Table) -> None:
    """Change some live records of a table in place, and note merges; a table too small keeps what fits."""
    name = table.object_type.plural
    rows = table.live[FIRST_AWKWARD_ROW:]
    for row, properties in zip(rows, _AWKWARD.get(name, ()), strict=False):
        table.put(row, properties)
    if name in _MERGEABLE and len(rows) > len(_AWKWARD[name]):
        _merge(table, rows[len(_AWKWARD[name])])


def _merge(table: Table, row: int) -> None:
    """Three records became one: the losers' ids still lead to the survivor. Source: updated merge functionality."""
    survivor = table.ids[row]
    losers = (survivor + 1, survivor + 2)
    table.merged_into.update(dict.fromkeys(losers, survivor))
    table.put(row, {"hs_merged_object_ids": ";".join(map(str, losers))})
    if table.object_type.plural == "contacts":
        merged_at = table.modified[row]
        table.put(row, {"hs_calculated_merged_vids": ";".join(f"{loser}:{merged_at}" for loser in losers)})
