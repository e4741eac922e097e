"""Every operation of the OpenAPI document, with generated requests of every role.

No request ends in an error of the server, and each is answered as the document says: with a
status, media type, headers and body that it names. What is sent is drawn from the document by
schemathesis, the same in every run; each request finds the installation as it was before.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from copy import deepcopy
from typing import Any

import hypothesis
import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from django.test import override_settings
from hypothesis import HealthCheck, Phase
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from config.wsgi import application
from tests.config.openapi.document import DOCUMENT
from tests.config.openapi.world import World, make_world

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("openapi")]
# So many requests that fit the document, and so many that do not.
FITTING, UNFITTING = 8, 4
# The others are refused before anybody looks at what they send.
FULL_ROLES = ("owner", "annotator")
OTHER_ROLES = ("admin", "nobody")
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
SETTINGS = hypothesis.settings(
    derandomize=True,
    database=None,
    deadline=None,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)


def loaded_schema() -> Any:
    config = SchemathesisConfig.from_dict({"generation": {"with-security-parameters": False}})
    schema = schemathesis.openapi.from_dict(deepcopy(DOCUMENT), config=config)
    schema.app = application
    return schema


OPERATIONS = {one.ok().label: one.ok() for one in loaded_schema().get_all_operations()}


@contextmanager
def kept_connections() -> Iterator[None]:
    """Requests leave the connection open in whose transaction the installation is."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """The installation, made once and taken back after the last operation."""
    unlimited = override_settings(API_LIMITS={"requests": 10**9, "starts": 10**9})
    with django_db_blocker.unblock(), unlimited, kept_connections(), transaction.atomic():
        yield make_world()
        transaction.set_rollback(True)


def send(case: Any, headers: dict[str, str]) -> None:
    with transaction.atomic():
        case.call_and_validate(headers=headers, checks=CHECKS)
        transaction.set_rollback(True)


@pytest.mark.parametrize("label", OPERATIONS)
def test_an_operation_answers_as_the_document_says(label: str, world: World) -> None:
    operation = OPERATIONS[label]
    file_name = "report.html" if "audits" in operation.path else "README.md"
    known = world.parameters(operation.path, file_name)

    def tried(mode: GenerationMode, requests: int) -> None:
        strategy = operation.as_strategy(generation_mode=mode, path_parameters=known)
        number = iter(range(10_000))

        @hypothesis.settings(SETTINGS, max_examples=requests)
        @hypothesis.given(case=strategy)
        def run(case: Any) -> None:
            roles = FULL_ROLES + (OTHER_ROLES if next(number) < 2 else ())
            for role in roles:
                send(case, world.credentials(role))

        run()

    tried(GenerationMode.POSITIVE, FITTING)
    # Where nothing is asked for but objects, nothing can be wrong.
    with suppress(Unsatisfiable):
        tried(GenerationMode.NEGATIVE, UNFITTING)


def test_the_document_has_every_route() -> None:
    from django.urls import URLPattern, URLResolver

    from config.urls import api

    def routes(patterns: list[Any]) -> Iterator[str]:
        for one in patterns:
            if isinstance(one, URLResolver):
                yield from routes(one.url_patterns)
            elif isinstance(one, URLPattern):
                yield str(one.pattern)

    undocumented = {"schema/", "docs/"}
    documented = {operation.path for operation in OPERATIONS.values()}
    assert len(documented) == len(set(routes(api)) - undocumented)
