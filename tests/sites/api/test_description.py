"""The interface is as its description says, whatever a machine can think of asking."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from openapi_spec_validator import OpenAPIV31SpecValidator
from schemathesis import GenerationMode
from schemathesis.checks import CheckFunction, not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from tests.sites.api.conftest import Program

from mila.partners.models import Scope
from mila.sites.api import reading
from mila.sites.api.interface import interface

pytestmark = pytest.mark.django_db
CASES_AN_OPERATION = int(os.environ.get("MILA_API_CASES", "20"))  # `./run bench api` asks for more
CHECKS: list[CheckFunction] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


@pytest.fixture
def requests_keep_the_connection() -> Iterator[None]:
    """Leave the test's connection open, as Django's own test client does."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def operations() -> Iterator[tuple[str, str]]:
    for path, methods in interface.get_openapi_schema()["paths"].items():
        for method in methods:
            yield path, method.upper()


def test_the_description_is_openapi_3_1(program: Program) -> None:
    description = program.client.get("/api/v1/openapi.json").json()
    assert description["openapi"].startswith("3.1")
    assert list(OpenAPIV31SpecValidator(description).iter_errors()) == []


def test_every_operation_says_that_it_may_be_asked_too_often() -> None:
    found = interface.get_openapi_schema()["paths"]
    silent = [
        (path, method)
        for path, method in operations()
        if "429" not in map(str, found[path][method.lower()]["responses"])
    ]
    assert silent == []


@pytest.mark.usefixtures("requests_keep_the_connection")
@pytest.mark.parametrize(("path", "method"), list(operations()))
def test_every_answer_is_one_that_is_described(program: Program, path: str, method: str) -> None:
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", WSGIHandler())
    operation = schema[path][method]
    either = st.one_of(*(operation.as_strategy(generation_mode=mode) for mode in GenerationMode))

    @given(case=either)
    @settings(
        max_examples=CASES_AN_OPERATION,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    def ask(case: schemathesis.Case[Any]) -> None:
        asked.append(case)
        headers = {"Authorization": f"Bearer {program.secret}", "Accept-Encoding": "identity"}
        case.call_and_validate(headers=headers, checks=CHECKS)

    asked: list[schemathesis.Case[Any]] = []
    ask()
    print(f"cases {method} {path} {len(asked)}")
    assert len(asked) >= min(CASES_AN_OPERATION // 2, 10)


def test_the_documentation_tells_of_everything_without_anybody_elses_help(program: Program) -> None:
    page = program.client.get("/api/docs/")
    text = page.content.decode()
    for path, _method in operations():
        assert f"<code>{path}</code>" in text
    for problem in reading.problems_known():
        assert f'id="{problem.code}"' in text
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert [scope for scope in Scope.values if scope not in text] == []
    assert "mila_test_demonstration" not in text
