"""Operators' decisions about the dead letters of one processor, as they come in the log."""

import math
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

import structlog

from event_store.records import ParkedMessage
from event_store.store import EventStore
from schemas.dead_letters import decisions_about
from schemas.stream_names import DEAD_LETTERS_STREAM
from subscriptions.decisions import read_decisions

LOOK_EVERY = 0.5
"""Seconds between two looks while messages are parked."""

log = structlog.get_logger(__name__)


class Changes(NamedTuple):
    """The messages to be tried again, and those that are given up, by the decisions up to `version`."""

    replayed: tuple[ParkedMessage, ...]
    discarded: tuple[ParkedMessage, ...]
    version: int


class Decisions:
    """What was decided up to `version` of the decisions' stream is carried out, or about none of our messages."""

    def __init__(self, store: EventStore, consumer: str) -> None:
        self._store = store
        self._consumer = consumer
        self._looked_at = -math.inf
        self.version = 0

    async def start(self, parked: Sequence[ParkedMessage]) -> None:
        """Begin with what was decided since these messages were parked."""
        if parked:
            self.version = min(message.decided for message in parked)
        else:
            newest = await self._store.versions(DEAD_LETTERS_STREAM, limit=1, newest_first=True)
            self.version = newest[0].version if newest else 0
        self._looked_at = -math.inf

    @property
    def is_due(self) -> bool:
        """Whether it is time for the next look: twice a second."""
        return time.monotonic() - self._looked_at >= LOOK_EVERY

    async def about(self, parked: Sequence[ParkedMessage], now: datetime) -> Changes:
        """Return what was decided about these messages and is not carried out yet."""
        self._looked_at = time.monotonic()
        events, version = await read_decisions(self._store, self.version)
        replayed, discarded = list[ParkedMessage](), list[ParkedMessage]()
        for message in parked if events else ():
            decisions = decisions_about(events, message.decided, self._consumer, str(message.position))
            if any(decision.is_discarded for decision in decisions):
                discarded.append(message)
            elif decisions:
                newest = decisions[-1].version
                replayed.append(replace(message, attempts=0, dead_at=None, retry_at=now, decided=newest))
        for is_discarded, decided in ((False, replayed), (True, discarded)):
            for message in decided:
                log.info("decided", consumer=self._consumer, orderId=message.subject, isDiscarded=is_discarded)
        return Changes(tuple(replayed), tuple(discarded), version)
