"""Our OpenAPI document: complete enough to generate a client from, and to explain itself."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from routes.examples import EXAMPLES, STREAM
from routes.patterns import WORDS
from routes.problem_types import all_problem_types
from tests.contract.document import DOCUMENT, validator
from tests.servers import BACKEND, clean_environment
from tests.warm_start import START_TIMEOUT_S

PROBLEM = "application/problem+json"


def operations() -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in DOCUMENT["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


each_operation = pytest.mark.parametrize(
    ("name", "operation"), list(operations()), ids=[name for name, _ in operations()]
)


class TestDocument:
    def test_it_is_printed_without_redis_settings_or_a_port(self) -> None:
        printed = subprocess.run(
            [sys.executable, "-m", "routes.print_openapi"],
            cwd=BACKEND,
            env=clean_environment() | {"APP_ENV": "production", "REDIS_URL": "redis://localhost:1"},
            capture_output=True,
            text=True,
            check=True,
            timeout=START_TIMEOUT_S,
        )

        assert json.loads(printed.stdout) == DOCUMENT
        assert printed.stderr == ""

    def test_every_schema_in_it_is_one(self) -> None:
        for schema in DOCUMENT["components"]["schemas"].values():
            Draft202012Validator.check_schema(schema)

    def test_each_form_of_text_in_it_has_words_for_whoever_sends_another(self) -> None:
        patterns = set(re.findall(r'"pattern": ("(?:[^"\\]|\\.)*")', json.dumps(DOCUMENT)))

        assert {json.loads(pattern) for pattern in patterns} == WORDS.keys()

    def test_operations_have_names_of_their_own(self) -> None:
        ids = [operation["operationId"] for _, operation in operations()]

        assert len(set(ids)) == len(ids)

    @pytest.mark.parametrize("line", STREAM.splitlines(), ids=lambda line: line[2:8])
    def test_each_line_of_the_example_of_a_stream_is_one(self, line: str) -> None:
        assert list(validator("/components/schemas/StreamLine").iter_errors(json.loads(line))) == []

    def test_there_is_an_example_for_each_operation_and_for_nothing_else(self) -> None:
        with_answer = {
            operation["operationId"]
            for _, operation in operations()
            if "application/json" in operation["responses"].get("200", {}).get("content", {})
        }

        assert set(EXAMPLES) == with_answer


class TestOperations:
    @each_operation
    def test_it_says_what_it_does_and_what_each_parameter_means(self, name: str, operation: dict[str, Any]) -> None:
        assert operation["description"].strip().endswith("."), name
        for parameter in operation.get("parameters", []):
            is_the_vendors = operation["operationId"] == "oauth2callback" and parameter["in"] == "query"
            assert is_the_vendors or parameter["description"], parameter["name"]

    @pytest.mark.parametrize("operation_id", EXAMPLES)
    def test_its_example_is_one(self, operation_id: str) -> None:
        [name] = [name for name, operation in operations() if operation["operationId"] == operation_id]
        method, path = name.split(" ")
        pointer = f"/paths/{escaped(path)}/{method.lower()}/responses/200/content/{escaped('application/json')}/schema"

        assert list(validator(pointer).iter_errors(EXAMPLES[operation_id])) == []

    @each_operation
    def test_each_way_to_fail_is_a_problem_with_examples_by_code(self, name: str, operation: dict[str, Any]) -> None:
        failures = {status: answer for status, answer in operation["responses"].items() if status >= "400"}

        if operation["operationId"] == "receive_hubspot_webhook":
            assert set(failures) == {"401", "413", "503"}
        else:
            assert {"405", "413", "421", "422", "500", "503"} <= set(failures), name
        for status, answer in failures.items():
            examples = answer["content"][PROBLEM]["examples"]
            assert answer["content"][PROBLEM]["schema"] == {"$ref": "#/components/schemas/Problem"}
            for code, example in examples.items():
                assert list(validator("/components/schemas/Problem").iter_errors(example["value"])) == []
                assert (example["value"]["code"], str(example["value"]["status"])) == (code, status)
                assert code in all_problem_types()

    @each_operation
    def test_whoever_must_sign_in_is_told_how(self, name: str, operation: dict[str, Any]) -> None:
        assert ("401" in operation["responses"]) == bool(operation.get("security")), name
