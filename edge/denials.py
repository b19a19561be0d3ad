"""Refused requests, counted for each network address, route and minute, so that nobody grows the log at will."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Annotated, Literal, NamedTuple

from pydantic import Field, StringConstraints
from starlette.types import Scope

from edge.client_address import client_network
from edge.context import NOT_COUNTED, PROBLEM_CODE, fresh_id
from edge.methods import route_template
from edge.problems import CODES
from schemas.errors import LoginFailed, TooManyRequests
from schemas.message import Id, Instant, Message
from schemas.text import Line

DENIED = frozenset({401, 403, 429})
"""The statuses of answers that are counted."""
MAX_KEYS = 100
"""Denials that one minute of a process can lead to."""
MAX_WITH_ADDRESS = 70
"""Those that tell addresses apart; what comes later in the minute is counted by route and code only."""
SEVERAL = "several"
"""The route and the code of what is told apart by kind only."""
MAX_MINUTES = 30
"""Minutes that wait to be drained; an older one is dropped."""

MAX_INSTANT = len("2026-03-14T12:00:00.000000+00:00")

Kind = Literal["access", "login", "rate"]
KINDS: tuple[Kind, ...] = ("access", "login", "rate")


Network = Annotated[str, StringConstraints(max_length=64, pattern=r"^[0-9A-Fa-f.:/]+$")]
"""An IPv4 address, or a network of IPv6 addresses."""


class Denial(Message):
    """How often requests were refused in one minute; `id` makes it known when it is reported twice."""

    id: Id
    minute: Annotated[Instant, Field(json_schema_extra={"maxLength": MAX_INSTANT})]
    kind: Kind
    route: Line
    code: Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{1,64}$")]
    count: Annotated[int, Field(ge=1, le=10**9, strict=True)]
    address: Network | None = Field(default=None, repr=False)


class _Key(NamedTuple):
    kind: Kind
    route: str
    code: str
    address: str | None


class DenialCounter:
    """Counts in memory; each minute has at most `MAX_KEYS` counts, whoever asks for what."""

    def __init__(self, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._clock = clock
        self._minutes: dict[datetime, dict[_Key, int]] = {}
        self._dropped = 0

    def count_answer(self, scope: Scope, status: int) -> None:
        """Count the answer to a request if it is a denial, unless the request is marked as one not to be counted."""
        if status in DENIED and NOT_COUNTED not in scope:
            code = scope.get(PROBLEM_CODE) or CODES[status]
            self.count(code, route_template(scope), client_network(scope), is_rate=status == TooManyRequests.status)

    def count(self, code: str, route: str, address: str | None, *, is_rate: bool = False) -> None:
        """Count one refused request: the code of its answer, the template of its route, its network address."""
        kind: Kind = "rate" if is_rate else "login" if code == LoginFailed.code else "access"
        counts = self._counts_of(self._minute())
        key = next(key for key in _keys(kind, route, code, address) if key in counts or _has_room(key, len(counts)))
        counts[key] = counts.get(key, 0) + 1

    def drain(self, *, everything: bool = False) -> list[Denial]:
        """Remove and return the counts of the minutes that are over, or of all."""
        current = self._minute()
        ready = [minute for minute in self._minutes if everything or minute < current]
        return [denial for minute in ready for denial in _denials(minute, self._minutes.pop(minute))]

    def take_dropped(self) -> int:
        """Return how many refused requests are in no denial, because nobody drained in time; each is told once."""
        dropped, self._dropped = self._dropped, 0
        return dropped

    def _minute(self) -> datetime:
        return self._clock().replace(second=0, microsecond=0)

    def _counts_of(self, minute: datetime) -> dict[_Key, int]:
        if minute not in self._minutes and len(self._minutes) >= MAX_MINUTES:
            self._dropped += sum(self._minutes.pop(next(iter(self._minutes))).values())
        return self._minutes.setdefault(minute, {})


def _keys(kind: Kind, route: str, code: str, address: str | None) -> Iterator[_Key]:
    """Yield by what a request may be counted, the most exact first."""
    yield _Key(kind, route, code, address)
    yield _Key(kind, route, code, None)
    yield _Key(kind, SEVERAL, SEVERAL, None)


def _has_room(key: _Key, used: int) -> bool:
    """Whether a minute with `used` counts may have one more of this kind; the least exact are always let in."""
    if key.address is not None:
        return used < MAX_WITH_ADDRESS
    return key.route == SEVERAL or used < MAX_KEYS - len(KINDS)


def _denials(minute: datetime, counts: dict[_Key, int]) -> Iterator[Denial]:
    for key, count in counts.items():
        yield Denial(id=fresh_id(), minute=minute, count=count, **key._asdict())
