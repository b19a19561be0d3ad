"""Views of product pages, counted in memory for each product and minute."""

import re
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from typing import NamedTuple

from starlette.requests import Request

from bff.browser_session import browser_session
from edge.client_address import client_network
from schemas.product import CountViews

PROGRAMS = re.compile(r"bot|crawl|spider|slurp|preview|scan|monitor|archiver", re.IGNORECASE)
"""What programs that read shops on behalf of others say of themselves; one that says nothing is none of a person."""
MAX_SESSIONS = 20
"""Sessions of one network that are counted for a product in a minute: who makes up sessions is not counted at will."""
MAX_KEYS = 200_000
"""Products, networks and sessions that are told apart in a minute; what comes later in it is not counted."""
MAX_MINUTES = 30
"""Minutes that wait to be drained; an older one is dropped."""


class Visitor(NamedTuple):
    """Who views a page, as far as it is known: the id of the session, and the network of the browser."""

    session: str
    network: str
    agent: str

    @property
    def is_person(self) -> bool:
        return bool(self.agent) and not PROGRAMS.search(self.agent)


class _Minute:
    """The views of one minute; nothing of a visitor outlives it."""

    def __init__(self) -> None:
        self.views: Counter[str] = Counter()
        self._seen: set[tuple[str, str, str]] = set()
        self._sessions: Counter[tuple[str, str]] = Counter()

    def count(self, product_id: str, visitor: Visitor) -> None:
        key, place = (product_id, visitor.network, visitor.session), (product_id, visitor.network)
        if key in self._seen or self._sessions[place] >= MAX_SESSIONS or len(self._seen) >= MAX_KEYS:
            return
        self._seen.add(key)
        self._sessions[place] += 1
        self.views[product_id] += 1


class ViewCounter:
    """Counts a visitor once per product and minute, and programs that say that they are some not at all."""

    def __init__(self, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._clock = clock
        self._minutes: dict[datetime, _Minute] = {}
        self._dropped = 0

    def count(self, product_id: str, visitor: Visitor) -> None:
        """Count that a product's page was shown."""
        if visitor.is_person:
            self._current().count(product_id, visitor)

    def drain(self, *, everything: bool = False) -> list[CountViews]:
        """Remove and return the counts of the minutes that are over, or of all."""
        current = self._this_minute()
        ready = [minute for minute in self._minutes if everything or minute < current]
        return [
            CountViews(product_id=product_id, minute=minute, n=n)
            for minute in ready
            for product_id, n in self._minutes.pop(minute).views.items()
        ]

    def take_dropped(self) -> int:
        """Return how many views are in no count, because nobody drained in time; each is told once."""
        dropped, self._dropped = self._dropped, 0
        return dropped

    def _current(self) -> _Minute:
        minute = self._this_minute()
        if minute not in self._minutes and len(self._minutes) >= MAX_MINUTES:
            self._dropped += self._minutes.pop(next(iter(self._minutes))).views.total()
        return self._minutes.setdefault(minute, _Minute())

    def _this_minute(self) -> datetime:
        return self._clock().replace(second=0, microsecond=0)


def count_view(request: Request, product_id: str) -> None:
    """Count that a request is answered with a product's page."""
    views: ViewCounter = request.app.state.views
    agent = request.headers.get("user-agent", "")
    views.count(product_id, Visitor(browser_session(request).id, client_network(request.scope) or "", agent))
