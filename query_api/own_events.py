"""The events that somebody caused, as they come, with how soon each view showed them: for the demo."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from history.recent_events import OF_ONE, RecentEvent, RecentEvents
from history.recent_log import RecentLog
from history.stream_ends import StreamEnds
from query_api.shown_positions import ShownPositions
from schemas.documents import Document, document_time
from schemas.envelope import Actor

PAUSE = 0.02
"""Seconds for which changes are gathered before they are told."""
MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class DemoLog:
    """What the demo shows of its log: how far streams go, the newest events, and when views showed them."""

    ends: StreamEnds
    recent: RecentLog
    shown: ShownPositions

    @contextmanager
    def following(self, actor: Actor) -> Iterator["OwnEvents"]:
        """Follow what an actor began while the context is open."""
        is_changed = asyncio.Event()
        with self.recent.following(is_changed.set) as events, self.shown.listening(is_changed.set):
            yield OwnEvents(actor, events, self.shown, is_changed)


class OwnEvents:
    """The events that an actor began, each told when it is recorded and again when another view shows it."""

    def __init__(self, actor: Actor, events: RecentEvents, shown: ShownPositions, is_changed: asyncio.Event) -> None:
        self._actor = actor
        self._events = events
        self._shown = shown
        self._is_changed = is_changed
        self._read = 0
        self._is_begun = False
        self._waiting: dict[int, tuple[RecentEvent, Document]] = {}

    async def changed(self) -> list[Document]:
        """Wait for events that were not returned before, or are shown by more views than then; at first for none."""
        while not (found := self._changes()) and self._is_begun:
            await self._is_changed.wait()
            await asyncio.sleep(PAUSE)
            self._is_changed.clear()
        self._is_begun = True
        return found

    def _changes(self) -> list[Document]:
        told = [self._tell(event) for event, before in [*self._waiting.values()] if self._present(event) != before]
        new = self._events.begun_by(self._actor, after=self._read)
        self._read = new[-1].position if new else self._read
        return [*told, *map(self._tell, new)]

    def _tell(self, event: RecentEvent) -> Document:
        document = self._present(event)
        self._waiting.pop(event.position, None)
        if not all(view["isShown"] for view in document["views"]):
            self._waiting[event.position] = (event, document)
        while len(self._waiting) > OF_ONE:
            del self._waiting[next(iter(self._waiting))]
        return document

    def _present(self, event: RecentEvent) -> Document:
        cause = event.cause
        return {
            "position": event.position,
            "type": event.type,
            "stream": event.stream,
            "version": event.version,
            "recordedAt": document_time(event.recorded_at),
            "correlationId": event.correlation_id,
            "cause": {"position": cause.position, "type": cause.type} if cause else None,
            "views": [*self._views(event)],
        }

    def _views(self, event: RecentEvent) -> Iterator[dict[str, Any]]:
        for view, partition in event.readers:
            is_shown, since = self._shown.find(view, partition, event.position, recorded_at=event.recorded_at)
            after = round((since - event.recorded_at) / MILLISECOND, 1) if since else None
            yield {"view": view, "isShown": is_shown, "after": after}
