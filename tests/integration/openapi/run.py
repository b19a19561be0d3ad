"""Asks everything of every operation of a document, and holds each answer to it."""

import re
from collections import Counter as Tally
from dataclasses import dataclass, field
from http import HTTPStatus
from time import perf_counter, process_time
from typing import Any

import schemathesis
from fastapi import FastAPI
from schemathesis.core.result import Ok

from tests.integration.openapi.asgi import Answer, Request, ask
from tests.integration.openapi.callers import Caller, new_caller
from tests.integration.openapi.cases import CASES, Operation, Plan, plans_of
from tests.integration.openapi.conformance import faults_of
from tests.integration.openapi.requests import request_of
from tests.integration.openapi.shop import Shop

ENDING = re.compile("^DELETE|logout|password$|deactivate|cancel|status|^POST .*/orders$")
"""Operations that end something of the caller's, or that keep them from ending it."""
PROOFS = frozenset({b"authorization", b"cookie"})


@dataclass
class Run:
    """One application under its document, and what came of it."""

    shop: Shop
    app: FastAPI
    is_browsers: bool = False
    operations: list[Operation] = field(default_factory=list)
    callers: dict[str, Caller] = field(default_factory=dict)
    statuses: Tally[int] = field(default_factory=Tally)
    asked: Tally[str] = field(default_factory=Tally)
    succeeded: Tally[str] = field(default_factory=Tally)
    faults: dict[str, str] = field(default_factory=dict)
    """The first request and answer of each fault."""
    took: str = ""

    async def ask_everything(self) -> None:
        """Ask everything of every operation."""
        started, worked = perf_counter(), process_time()
        self.operations = operations_of(self.app)
        for operation in self.operations:
            for plan in plans_of(operation):
                await self._ask(operation, plan)
        self.took = f"{perf_counter() - started:.1f} s, of which {process_time() - worked:.1f} s on a processor"

    def report(self) -> str:
        """Return what was done, in one line."""
        statuses = ", ".join(f"{count} x {status}" for status, count in sorted(self.statuses.items()))
        return f"{len(self.asked)} operations, {self.asked.total()} requests ({statuses}) in {self.took}"

    def check(self) -> None:
        """Fail unless every operation was asked in full, succeeded at least once, and answered as its document says."""
        operations = {operation.label for operation in self.operations}
        assert len(operations) == sum(map(len, self.app.openapi()["paths"].values()))
        assert {label for label, count in self.asked.items() if count > CASES} == operations
        never = sorted(operations - self.succeeded.keys())
        assert never == [], f"nobody ever had these succeed: {', '.join(never)}"
        assert not self.faults, "\n\n".join(f"{fault}\n  {example}" for fault, example in self.faults.items())

    async def _ask(self, operation: Operation, plan: Plan) -> None:
        caller = self.callers.get(plan.caller) or await self._come(plan.caller)
        request = await request_of(self.shop, operation, plan, caller)
        if self.app is not self.shop.counter.app:  # which reads no documents
            await self.shop.catch_up()
        answer = await ask(self.app, request)
        self._note(operation, plan, request, answer)
        if self.is_browsers and plan.caller != "nobody":
            caller.keep(answer)
        if self._may_be_over(operation, plan, answer):
            del self.callers[caller.name]

    def _note(self, operation: Operation, plan: Plan, request: Request, answer: Answer) -> None:
        self.asked[operation.label] += 1
        self.statuses[answer.status] += 1
        if answer.status < HTTPStatus.MULTIPLE_CHOICES:
            self.succeeded[operation.label] += 1
        for fault in faults_of(plan.case, request, answer, as_generated=plan.is_as_generated):
            self.faults.setdefault(f"{operation.label}: {fault}", f"{request}\n  {answer.status} {answer.body[:600]!r}")

    def _may_be_over(self, operation: Operation, plan: Plan, answer: Answer) -> bool:
        """Whether the session of the caller, or whom or what they would ask for next, may have come to its end."""
        if answer.status == HTTPStatus.UNAUTHORIZED:
            return not PROOFS.intersection(name for name, _ in plan.headers)
        return answer.status < HTTPStatus.BAD_REQUEST and bool(ENDING.search(operation.label))

    async def _come(self, name: str) -> Caller:
        self.callers[name] = await new_caller(self.shop, name, is_browser=self.is_browsers)
        return self.callers[name]


def operations_of(app: FastAPI) -> list[Operation]:
    """Return the operations of an application's document, whose credentials are the callers' own affair."""
    document: dict[str, Any] = {name: part for name, part in app.openapi().items() if name != "security"}
    document["paths"] = {path: _without_security(operations) for path, operations in document["paths"].items()}
    found = list(schemathesis.openapi.from_dict(document).get_all_operations())
    assert all(isinstance(each, Ok) for each in found), "the document has an operation that cannot be read"
    return [each.ok() for each in found if isinstance(each, Ok)]


def _without_security(operations: dict[str, dict[str, Any]]) -> dict[str, Any]:
    return {
        method: {name: part for name, part in operation.items() if name != "security"}
        for method, operation in operations.items()
    }
