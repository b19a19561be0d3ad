"""What is asked of one operation: cases that schemathesis makes of its document, bent in ways a document knows not."""

import os
from dataclasses import dataclass
from typing import Any, Literal

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.schemas import APIOperation

from tests.hostile import ANY_JSON
from tests.integration.openapi import hostile
from tests.integration.openapi.asgi import Headers
from tests.integration.openapi.callers import CALLERS

CASES = int(os.environ.get("SCHEMATHESIS_CASES", "50"))
"""For each operation."""
BodyChoice = Literal["generated", "accepted", "bent"]


@dataclass(frozen=True)
class Plan:
    """One request before it is known who exists: what is left open is filled in when it is sent."""

    caller: str
    case: Case
    known_ids: bool = True
    """Whether path parameters are ids that exist, where any do."""
    body: BodyChoice = "accepted"
    value: Any = None
    """What one field of an accepted body is replaced by, to bend it."""
    headers: Headers = ()
    segment: bytes | None = None
    """In the place of every path parameter."""
    query: bytes | None = None
    """In the place of the case's own."""
    bare: bool = False
    """Whether the case's own query and headers are left out."""

    @property
    def is_as_generated(self) -> bool:
        """Whether nothing of the case is replaced."""
        changed = self.known_ids or self.segment or self.query or self.headers or self.bare
        return self.body == "generated" and not changed


ANYBODY = st.sampled_from((*CALLERS, "admin", "customer"))


def plans_of(operation: APIOperation[Any, Any, Any, Any]) -> list[Plan]:
    """Return the requests for one operation: first everybody's of good will, then `CASES` others, always the same."""
    found: list[Plan] = []
    rest = settings(
        max_examples=CASES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )

    def take(plan: Plan) -> None:
        found.append(plan)

    rest(given(_plans(operation))(take))()
    return [Plan(caller, found[0].case, bare=True) for caller in CALLERS] + found


def _plans(operation: APIOperation[Any, Any, Any, Any]) -> st.SearchStrategy[Plan]:
    cases = st.one_of(operation.as_strategy(GenerationMode.POSITIVE), operation.as_strategy(GenerationMode.NEGATIVE))
    has_path = "{" in operation.path
    as_documented = st.builds(
        Plan,
        caller=ANYBODY,
        case=cases,
        known_ids=st.booleans(),
        body=st.sampled_from(["generated", "accepted"]),
        headers=st.just(()) | hostile.HEADERS,
    )
    bent = st.builds(
        Plan,
        caller=ANYBODY,
        case=operation.as_strategy(GenerationMode.POSITIVE),
        body=st.just("bent"),
        value=ANY_JSON,
        headers=st.just(()) | hostile.HEADERS,
        segment=st.none() | st.sampled_from(hostile.SEGMENTS) if has_path else st.none(),
        query=st.none() | st.sampled_from(hostile.QUERIES),
    )
    return as_documented | bent
