"""The examples of the OpenAPI document: one of every body, and each fits its own schema."""

import pytest
from jsonschema import Draft202012Validator

from config.openapi.examples import Composer, NoWord, bodies_of
from config.openapi.tags import TAGS
from tests.config.openapi.document import DOCUMENT


def test_every_body_has_an_example() -> None:
    lacking = set()
    for _where, body, is_request in bodies_of(DOCUMENT):
        if not {"example", "examples"} & set(body):
            with pytest.raises(NoWord) as missing:
                Composer(DOCUMENT, is_request=is_request).of(body["schema"])
            lacking.add(str(missing.value))
    assert lacking == set(), "say in config/openapi/words.py what these may hold"


def test_every_example_fits_its_schema() -> None:
    problems = []
    for where, body, _is_request in bodies_of(DOCUMENT):
        schema = {**body["schema"], "components": DOCUMENT["components"]}
        examples = [one["value"] for one in body.get("examples", {}).values()]
        for example in [*examples, *([body["example"]] if "example" in body else [])]:
            problems += [
                f"{where}: {error.json_path}: {error.message}"
                for error in Draft202012Validator(schema).iter_errors(example)
            ]
    assert problems == []


def test_every_operation_stands_under_a_described_heading_and_says_what_it_does() -> None:
    operations = [
        operation
        for path in DOCUMENT["paths"].values()
        for operation in path.values()
        if isinstance(operation, dict)
    ]
    assert len(operations) > 100
    assert [one["name"] for one in DOCUMENT["tags"]] == list(TAGS)
    for operation in operations:
        assert set(operation["tags"]) <= set(TAGS), operation["operationId"]
        assert operation["description"].strip(), operation["operationId"]
    names = [operation["operationId"] for operation in operations]
    assert len(names) == len(set(names))


def test_a_schema_is_of_openapi_3_1() -> None:
    assert DOCUMENT["openapi"].startswith("3.1.")
