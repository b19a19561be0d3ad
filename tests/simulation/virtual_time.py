"""Puts virtual time, a seeded jitter and a silent log in the place of what production code takes from its modules."""

import random
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from functools import lru_cache
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import event_store.threaded
import streams.deadlines
import streams.fulfilment
import streams.relay
import subscriptions.catch_up
import subscriptions.consumer
from domain.fulfilment.inputs import SagaMessage, classify
from domain.fulfilment.policy import Policy
from domain.fulfilment.state import Saga
from domain.fulfilment.step import StepResult, step
from schemas.codec import decode, decode_event
from streams.policy_in_force import PolicyInForce
from tests.simulation.faults import Port
from tests.simulation.loop import LANE, VirtualLoop
from tests.simulation.process import Process

RARELY = 86_400.0
"""Seconds between two looks at whether a consumer is alive: there is nobody to tell."""
REMEMBERED = 1_000
"""Events that are decoded once although they are read again and again."""
FOLDERS = ("streams.", "subscriptions.", "projectors.", "event_store.", "command_api.", "edge.")


def loop_time() -> float:
    return VirtualLoop.running.time()


class QuietLog:
    """Writes what is worse than a warning into the trace of the run, and drops the rest."""

    def is_enabled_for(self, _: int) -> bool:
        return False

    def debug(self, _: str, **__: Any) -> None: ...

    info = warning = debug

    def error(self, event: str, **fields: Any) -> None:
        lane = LANE.get(None)
        if isinstance(lane, Process):
            lane.simulation.note(lane, f"{event} {fields}")

    exception = error


@contextmanager
def virtual_time() -> Iterator[None]:
    """Within, production code takes time from the running loop, and draws from `random` alone."""
    state = random.getstate()
    modules = [module for name, module in sorted(sys.modules.items()) if name.startswith(FOLDERS)]
    with ExitStack() as stack:
        stack.enter_context(patch.dict(PolicyInForce.__init__.__kwdefaults__, timer=loop_time))
        stack.enter_context(patch.object(streams.fulfilment, "step", _counted(step)))
        for name, original in (("decode", decode), ("decode_event", decode_event)):
            stack.enter_context(patch.object(event_store.threaded, name, lru_cache(REMEMBERED)(original)))
        for module in (subscriptions.consumer, streams.deadlines):
            stack.enter_context(patch.object(module, "OBSERVE_EVERY", RARELY))
        for module in modules:
            if getattr(module, "time", None) is time:
                stack.enter_context(patch.object(module, "time", SimpleNamespace(monotonic=loop_time)))
            if type(getattr(module, "log", None)).__name__ == "BoundLoggerLazyProxy":
                stack.enter_context(patch.object(module, "log", QuietLog()))
        stack.callback(random.setstate, state)
        yield


@contextmanager
def pages_of(size: int) -> Iterator[None]:
    """Within, whoever reads the log reads so many events at once."""
    with patch.object(streams.relay, "PAGE", size), patch.object(subscriptions.catch_up, "PAGE", size):
        yield


def _counted(original: Callable[..., StepResult]) -> Callable[..., StepResult]:
    """Count each row of the saga's table that leads to anything, and fail where a fault says so."""

    def counted(saga: Saga, message: SagaMessage, *, at: datetime, policy: Policy) -> StepResult:
        result, process = original(saga, message, at=at, policy=policy), LANE.get(None)
        if isinstance(process, Process):
            if fault := process.simulation.faults.next(Port.STEP):
                process.simulation.note(process, f"fault: {fault}")
                raise ZeroDivisionError("a handler's bug")
            if result.events and (meaning := classify(saga, message, policy)):
                process.simulation.edges[saga.state, meaning] += 1
        return result

    return counted
