"""What the runs over the documents would not let pass."""

from dataclasses import replace
from functools import cache
from typing import Any

import orjson
import pytest
import schemathesis
from schemathesis import Case
from schemathesis.core.parameters import ParameterLocation

from aioutlet.pages.openapi import openapi_documents
from tests.integration.openapi.asgi import Answer, Headers, Request
from tests.integration.openapi.cases import plans_of
from tests.integration.openapi.conformance import faults_of

NAMES: Headers = ((b"x-correlation-id", b"c-1"), (b"x-request-id", b"r-1"))
JSON: Headers = ((b"content-type", b"application/json"), *NAMES)
PROBLEM: Headers = ((b"content-type", b"application/problem+json"), *NAMES)
ASKED = Request("GET", b"/products/departments", b"", (), b"")
GOOD = Answer(200, JSON, b"[]", 0.0)


@cache
def case() -> "Case[Any]":
    """A request for the departments, which need no parameter."""
    schema = schemathesis.openapi.from_dict(openapi_documents()["query_api"])
    return schema["/products/departments"]["GET"].Case()


def refusal(status: int, code: str, headers: Headers = PROBLEM, /, **changed: Any) -> Answer:
    document = {
        "type": f"urn:aioutlet:problem:{code}", "title": "No", "status": status, "code": code, "detail": "so it is",
        "correlationId": "c-1",
    }  # fmt: skip
    return Answer(status, headers, orjson.dumps(document | changed), 0.0)


def faults(answer: Answer, request: Request = ASKED) -> list[str]:
    return list(faults_of(case(), request, answer, as_generated=False))


STALE = refusal(503, "stale", (*PROBLEM, (b"retry-after", b"1")))


@pytest.mark.parametrize(
    "answer",
    [
        replace(GOOD, body=b"{}"),
        replace(GOOD, body=b"[1]"),
        replace(GOOD, body=b"["),
        replace(GOOD, status=201),
        replace(GOOD, status=302),
        replace(GOOD, headers=NAMES),
        replace(GOOD, headers=JSON[:-1]),
        replace(GOOD, headers=((b"content-type", b"text/html"), *NAMES)),
        refusal(404, "not_found", JSON),
        refusal(404, "not_found", correlationId="another"),
        refusal(404, "not_found", status=400),
        refusal(404, "not_found", detail=None),
        refusal(404, "unheard_of"),
        refusal(409, "not_found"),
        refusal(422, "invalid", errors=[{"field": "q"}]),
        refusal(401, "unauthorised"),
        refusal(429, "too_many_requests"),
        refusal(429, "too_many_requests", (*PROBLEM, (b"retry-after", b"soon"))),
        refusal(500, "internal"),
        STALE,
    ],
)
def test_an_answer_that_the_document_does_not_know_is_a_fault(answer: Answer) -> None:
    assert faults(answer)


@pytest.mark.parametrize(
    "answer",
    [
        GOOD,
        refusal(404, "not_found"),
        refusal(401, "session_ended", (*PROBLEM, (b"www-authenticate", b"Bearer"))),
        refusal(429, "too_many_requests", (*PROBLEM, (b"retry-after", b"17"))),
    ],
)
def test_an_answer_that_it_knows_is_none(answer: Answer) -> None:
    assert faults(answer) == []


def test_who_waits_in_vain_for_a_position_may_be_told_so() -> None:
    assert faults(STALE, replace(ASKED, headers=((b"x-min-position", b"product-lamp@99"),))) == []


def test_a_body_that_the_schema_refuses_may_not_be_accepted() -> None:
    schema = schemathesis.openapi.from_dict(openapi_documents()["command_api"])
    plans = plans_of(schema["/auth/password-reset"]["POST"])
    wrong = next(
        plan.case for plan in plans if plan.case.meta and plan.case.meta.is_negative_at(ParameterLocation.BODY)
    )
    accepted = Answer(202, JSON, b"{}", 0.0)
    asked = Request("POST", b"/auth/password-reset", b"", (), b"[]")
    [fault] = faults_of(wrong, asked, accepted, as_generated=True)
    assert "Invalid data should have been rejected" in fault
    assert list(faults_of(wrong, asked, accepted, as_generated=False)) == []
