"""Asks everything of every operation of a document, and holds each answer to it."""

import re
from collections import Counter as Tally
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from time import process_time
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import orjson
import schemathesis
from fastapi import FastAPI
from requests import Request as Described
from schemathesis.schemas import APIOperation

from tests.integration.openapi.asgi import Answer, Request, ask
from tests.integration.openapi.bodies import BODIES, Sender, command_of
from tests.integration.openapi.callers import Caller, find_id, new_caller
from tests.integration.openapi.cases import Plan, plans_of
from tests.integration.openapi.conformance import faults_of
from tests.integration.openapi.shop import ORIGIN, Shop

Operation = APIOperation[Any, Any, Any, Any]
ENDING = re.compile("^DELETE|logout|password$|deactivate|cancel|status|^POST .*/orders$")
"""Operations that end something of the caller's."""
PROOFS = frozenset({b"authorization", b"cookie"})


@dataclass
class Run:
    """One application under its document, and what came of it."""

    shop: Shop
    app: FastAPI
    is_browser: bool = False
    callers: dict[str, Caller] = field(default_factory=dict)
    asked: Tally[str] = field(default_factory=Tally)
    succeeded: Tally[str] = field(default_factory=Tally)
    statuses: Tally[int] = field(default_factory=Tally)
    faults: dict[str, str] = field(default_factory=dict)
    """The first request of each fault."""
    seconds: dict[str, float] = field(default_factory=dict)
    gen: dict[str, float] = field(default_factory=dict)

    async def ask_everything(self) -> None:
        """Ask everything of every operation."""
        schema = schemathesis.openapi.from_dict(self.app.openapi())
        for found in schema.get_all_operations():
            operation = found.ok()
            started = process_time()
            plans = plans_of(operation)
            self.gen[operation.label] = process_time() - started
            for plan in plans:
                await self._ask(operation, plan)
            self.seconds[operation.label] = process_time() - started

    async def _ask(self, operation: Operation, plan: Plan) -> None:
        caller = self.callers.get(plan.caller) or await self._come(plan.caller)
        request = await self._request(operation, plan, caller)
        await self._catch_up()
        answer = await ask(self.app, request)
        self._note(operation, plan, request, answer)
        if self.is_browser and plan.caller != "nobody":
            caller.keep(answer)
        if self._may_be_over(operation, plan, answer):
            del self.callers[caller.name]

    async def _catch_up(self) -> None:
        """Let queries find what was recorded; the command API has none."""
        if self.app is not self.shop.counter.app:
            await self.shop.catch_up()

    def _note(self, operation: Operation, plan: Plan, request: Request, answer: Answer) -> None:
        self.asked[operation.label] += 1
        self.statuses[answer.status] += 1
        if answer.status < 300:
            self.succeeded[operation.label] += 1
        for fault in faults_of(plan.case, request, answer, as_generated=plan.is_as_generated):
            self.faults.setdefault(f"{operation.label}: {fault}", f"{request}\n  {answer.status} {answer.body[:600]!r}")

    def _may_be_over(self, operation: Operation, plan: Plan, answer: Answer) -> bool:
        """Whether the session of the caller, or whom or what they would ask for next, may have come to its end."""
        if answer.status == HTTPStatus.UNAUTHORIZED:
            return not PROOFS.intersection(name for name, _ in plan.headers)
        return answer.status < HTTPStatus.BAD_REQUEST and bool(ENDING.search(operation.label))

    async def _come(self, name: str) -> Caller:
        self.callers[name] = await new_caller(self.shop, name, is_browser=self.is_browser)
        return self.callers[name]

    async def _request(self, operation: Operation, plan: Plan, caller: Caller) -> Request:
        described = Described(**_described(plan.case)).prepare()
        target, _, query = (described.path_url or "/").partition("?")
        headers = {} if plan.bare else {name.lower().encode(): _bytes(value) for name, value in described.headers.items()}
        body = b"" if described.body is None else _bytes(described.body)
        if plan.body != "generated" and (accepted := await self._body(operation, plan, caller)) is not None:
            body, headers[b"content-type"] = orjson.dumps(accepted), b"application/json"
        for dropped in (b"content-length", b"accept-encoding", b"x-schemathesis-testcaseid"):
            headers.pop(dropped, None)
        if plan.bare and operation.label.endswith("/orders"):
            headers[b"idempotency-key"] = uuid4().hex.encode()
        headers |= dict(caller.headers(operation.method.upper(), is_browser=self.is_browser))
        headers |= dict(plan.headers)
        own_query = b"" if plan.bare else query.encode()
        return Request(
            operation.method.upper(),
            await self._target(operation, plan, caller) or target.encode(),
            own_query if plan.query is None else plan.query,
            tuple(headers.items()),
            body,
        )

    async def _target(self, operation: Operation, plan: Plan, caller: Caller) -> bytes | None:
        """The path with a hostile segment, or with ids that exist; None for that of the case."""
        if plan.segment is None and not plan.known_ids:
            return None
        path = operation.path.encode()
        for parameter in operation.path_parameters:
            known = quote(await find_id(self.shop, caller, parameter.name), safe="")
            path = path.replace(b"{%s}" % parameter.name.encode(), plan.segment or known.encode())
        return path

    async def _body(self, operation: Operation, plan: Plan, caller: Caller) -> Any:
        """A body that is accepted, or one with a field of it replaced; None where the operation takes none."""
        make = BODIES.get(command_of(operation.label) if self.is_browser else operation.label)
        if make is None or not operation.body:
            return None
        body = await make(Sender(self.shop, caller.person))
        return _bent(body, plan.value) if plan.body == "bent" else body


def _described(case: schemathesis.Case) -> dict[str, Any]:
    return case.as_transport_kwargs(base_url=ORIGIN)


def _bytes(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")


def _bent(body: Mapping[str, Any], value: Any) -> dict[str, Any]:
    names = sorted(body)
    name = names[len(str(value)) % len(names)]
    inner = body[name]
    return {**body, name: _bent(inner, value) if isinstance(inner, dict) and isinstance(value, str | int) else value}
