"""What others measured on HubSpot's own API, asked of the simulator."""

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from tests.contract.recorded_answers import measured_facts, needs_recordings
from tests.raw_app import RawApp
from tests.servers import Simulator

pytestmark = needs_recordings

V3 = "/crm/v3/objects"
CONTACTS = f"{V3}/contacts"
MESSAGES = {
    "Object not found. objectId is usually positive.": "positive",
    "Object not found.  objectId are usually numeric.": "numeric",
}
Probe = Callable[[httpx.Client], object]


def record_id(text: str) -> Probe:
    return lambda client: MESSAGES.get(client.get(f"{CONTACTS}/{text}").json()["message"])


def authorized_by(scheme: str) -> Probe:
    """The status with another spelling of the header; `%` and `<key>` are where the token is."""

    def probe(client: httpx.Client) -> object:
        token = client.headers["authorization"].removeprefix("Bearer ")
        spelled = scheme.replace("%", token).replace("<key>", token)
        spelled = spelled if token in spelled else f"{spelled}{token}"
        return client.get(CONTACTS, headers={"authorization": spelled}).status_code

    return probe


def status_of(path: str, **headers: str) -> Probe:
    return lambda client: client.get(path, headers=headers).status_code


def refusal_of(path: str) -> Probe:
    def probe(client: httpx.Client) -> object:
        answer = client.get(path)
        return f"{answer.status_code} {answer.json()['message']}"

    return probe


def known_type(name: str) -> Probe:
    def probe(client: httpx.Client) -> object:
        status = client.get(f"{V3}/{name}").status_code
        return "200 or 403, never 400" if status in {200, 403} else status

    return probe


def archived_flag(value: str) -> Probe:
    def probe(client: httpx.Client) -> object:
        [record] = client.get(CONTACTS, params={"archived": value, "limit": 1}).json()["results"]
        return "archived records" if record["archived"] else "live records"

    return probe


def missing_record(client: httpx.Client) -> object:
    answer = client.get(f"{CONTACTS}/7")
    return f"{answer.status_code} {answer.headers['content-type'].partition(';')[0]} page ({len(answer.content)} B)"


def leading_zero(client: httpx.Client) -> object:
    answer = client.get(f"{CONTACTS}/051")
    return f"{answer.status_code}, id {answer.json()['id']}"


def allowed_methods(client: httpx.Client) -> object:
    return f"Allow {client.delete(CONTACTS).headers.get('allow')}"


def links_of_nobody(client: httpx.Client) -> object:
    answer = client.get("/crm/v4/objects/contacts/7/associations/companies")
    return f"{answer.status_code} empty page" if answer.json() == {"results": []} else answer.text


def link_target(client: httpx.Client) -> object:
    found = client.get("/crm/v4/objects/contacts/51/associations/companies").json()["results"]
    return "number" if isinstance(found[0]["toObjectId"], int) else "string"


def search_by(operator: str) -> bytes:
    condition = f'{{"propertyName":"lastname","operator":"{operator}","value":"x"}}'
    return f'{{"filterGroups":[{{"filters":[{condition}]}}]}}'.encode()


def bad_operator(client: httpx.Client) -> object:
    message: str = client.post(f"{CONTACTS}/search", content=search_by("NOPE")).json()["message"]
    return message.removeprefix("Invalid input JSON on ").partition(":")[0]


def trimmed_operator(client: httpx.Client) -> object:
    return client.post(f"{CONTACTS}/search", content=search_by(" EQ")).status_code


def batch(content: bytes) -> Callable[[httpx.Client], httpx.Response]:
    return lambda client: client.post(f"{CONTACTS}/batch/read", content=content)


def input_as_text(client: httpx.Client) -> object:
    bare, whole = batch(b'{"inputs":["51"]}')(client), batch(b'{"inputs":[{"id":"51"}]}')(client)
    assert whole.json()["results"]
    same = bare.status_code == 200 and bare.json()["results"] == whole.json()["results"]
    return "200 as {'id':…}" if same else bare.text


def input_as_number(client: httpx.Client) -> object:
    answer = batch(b'{"inputs":[{"id":51}]}')(client)
    return f"{answer.status_code}, found" if answer.json().get("results") else answer.text


def input_without_id(client: httpx.Client) -> object:
    answer = batch(b'{"inputs":[{}]}')(client)
    return f"{answer.status_code} {answer.json()['message'].partition('. ')[2]}"


def unknown_input(client: httpx.Client) -> object:
    answer = batch(b'{"inputs":[{"id":"7"}]}')(client)
    body = answer.json()
    return f"{answer.status_code} {body['status']} {'numErrors' if body['numErrors'] else ''}"


def not_a_number(client: httpx.Client) -> object:
    answer = batch(b'{"inputs":[NaN]}')(client)
    return f"{answer.status_code} {answer.json()['message'].partition(': ')[2].partition(': ')[0]}"


PROBES: dict[str, Probe] = {
    "missing record": missing_record,
    **{f"record id {text}": record_id(text) for text in ("0", "-1", "abc", "+1", "1.0", "9223372036854775808")},
    "record id with leading zero": leading_zero,
    **{f"scheme {text}": authorized_by(text) for text in ("bearer %", "Bearer  ", "token <key>")},
    "scheme Bearer %": authorized_by("Bearer % x"),
    **{f"Accept: {text}": status_of(CONTACTS, accept=text) for text in ("text/html", "application/hal+json")},
    "405 on the listing": allowed_methods,
    "GET search": status_of(f"{CONTACTS}/search"),
    "OPTIONS": lambda client: client.options(CONTACTS).status_code,
    **{f"archived listing of {name}": refusal_of(f"{V3}/{name}?archived=true") for name in ("meetings", "0-47")},
    **{
        f"type {name}": status_of(f"{V3}/{name}?limit=1")
        for name in ("contact", "company", "0-3", "CONTACTS", "0-9999", "nosuch", "appointment")
    },
    **{
        f"standard type {name}": known_type(name)
        for name in (
            *("orders", "invoices", "communications", "users", "appointments", "feedback_submissions", "goal_targets"),
        )
    },
    **{f"archived={value!r}": archived_flag(value) for value in ("1", "yes", "", " true")},
    "v4 associations of a record that is not": links_of_nobody,
    "v4 associations to unknown type": status_of("/crm/v4/objects/contacts/51/associations/nosuch"),
    "v4 toObjectId": link_target,
    "bad operator column": bad_operator,
    'operator " EQ" is trimmed': trimmed_operator,
    "batch/read input as a string": input_as_text,
    "batch/read id as a number": input_as_number,
    "batch/read without id": input_without_id,
    "batch/read missing id": unknown_input,
    "NaN token": not_a_number,
}


@pytest.fixture(scope="module")
def client(_simulator_process: Simulator) -> Iterator[httpx.Client]:
    """One connection for all facts, which change nothing."""
    _simulator_process.reset()
    _simulator_process.settings(limits_enabled=False)
    with RawApp(_simulator_process).client() as connected:
        yield connected


@pytest.mark.parametrize(("name", "real"), measured_facts(), ids=str)
def test_the_simulator_answers_as_measured(client: httpx.Client, name: str, real: Any) -> None:
    assert PROBES[name](client) == real
