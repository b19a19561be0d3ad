"""What is asked of one operation: the cases that schemathesis makes of its document, and others no document knows."""

import os
from collections.abc import Callable
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

CASES = int(os.environ.get("SCHEMATHESIS_CASES", "10"))
"""That schemathesis makes for each operation."""
HOSTILE = CASES // 5
"""That are hostile in other ways, for each operation."""
ANYBODY = st.sampled_from((*CALLERS, "admin", "customer"))
SOMETIMES_HOSTILE = st.just(()) | st.just(()) | hostile.HEADERS
Operation = APIOperation[Any, Any, Any, Any]
AnyCase = Case[Any]


@dataclass(frozen=True)
class Plan:
    """One request before it is known who exists: what is left open is filled in when it is sent."""

    caller: str
    case: AnyCase
    knows_ids: bool = True
    """Whether path parameters are ids that exist."""
    body: Literal["generated", "accepted", "bent"] = "accepted"
    value: Any = None
    """What a field of an accepted body is replaced by, to bend it."""
    headers: Headers = ()
    segment: bytes | None = None
    """In the place of every path parameter."""
    query: bytes | None = None
    """In the place of that of the case."""

    @property
    def is_as_generated(self) -> bool:
        """Whether the request is the case, whoever sends it."""
        return self.body == "generated" and not (self.knows_ids or self.headers)


def plans_of(operation: Operation) -> list[Plan]:
    """Return the requests for one operation, always the same: everybody's of good will, generated and hostile ones."""
    generated = _draw(_generated(operation), CASES)
    case = generated[0].case
    willing = [Plan(caller, case, query=b"") for caller in CALLERS]
    return [*willing, *generated, *_draw(_hostile(case, has_ids="{" in operation.path), HOSTILE)]


def _generated(operation: Operation) -> st.SearchStrategy[Plan]:
    modes = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
    return st.builds(
        Plan,
        caller=ANYBODY,
        case=st.one_of(*map(operation.as_strategy, modes)),
        knows_ids=st.booleans() if "{" in operation.path else st.just(False),
        body=st.just("generated"),
        headers=SOMETIMES_HOSTILE,
    )


def _hostile(case: AnyCase, *, has_ids: bool) -> st.SearchStrategy[Plan]:
    return st.builds(
        Plan,
        caller=ANYBODY,
        case=st.just(case),
        body=st.sampled_from(["accepted", "bent"]),
        value=ANY_JSON,
        headers=SOMETIMES_HOSTILE,
        segment=st.none() | st.sampled_from(hostile.SEGMENTS) if has_ids else st.none(),
        query=st.just(b"") | st.sampled_from(hostile.QUERIES),
    )


def _draw(plans: st.SearchStrategy[Plan], count: int) -> list[Plan]:
    """Return so many plans, without a look at what they lead to: nothing is shrunk, and nothing kept."""
    found: list[Plan] = []

    def take(plan: Plan) -> None:
        found.append(plan)

    limits = settings(
        max_examples=count,
        derandomize=True,
        database=None,
        deadline=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    draw: Callable[[], None] = limits(given(plans)(take))
    draw()
    return found
