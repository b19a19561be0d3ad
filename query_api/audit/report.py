"""A report of a period: what the log says of it, by counts that are kept per day, and by the events worth a line."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from history.event_log import EventLog
from history.proof.signed_log import SignedLog
from query_api.audit.search import AuditSearch, search_audit
from query_api.context import QueryContext
from schemas.audit import MAX_NOTABLE, AuditedEvent, AuditReport, DayCount, Outcome, TypeCount
from schemas.audit_keys import NOTABLE_KEY, outcome_of
from schemas.documents import AUDIT_VIEWS, TOTALS, product_of
from schemas.errors import Unavailable
from schemas.log_proof import SignedHead

IDS_AT_ONCE = 2_000
DAY = timedelta(days=1)
Counts = Counter[str]


class Period(NamedTuple):
    """Whole days in UTC, from the first to the last."""

    first: date
    last: date

    @property
    def days(self) -> list[date]:
        """Its days in their order."""
        return [self.first + number * DAY for number in range((self.last - self.first).days + 1)]

    @property
    def since(self) -> datetime:
        """When it begins."""
        return datetime.combine(self.first, time(), UTC)

    @property
    def until(self) -> datetime:
        """When it is over."""
        return datetime.combine(self.last + DAY, time(), UTC)


async def make_report(
    context: QueryContext, log: EventLog, signed: SignedLog | None, period: Period, *, by: str
) -> AuditReport:
    """Return the report of a period."""
    counts = await _count(context, period)
    notable, left_out = await _find_notable(context, log, period)
    types = sum(counts.values(), Counts())
    days = [_day(day, counts.get(day, Counts())) for day in period.days]
    return AuditReport(
        first=period.first,
        last=period.last,
        made_at=context.clock(),
        made_by=by,
        events=sum(day.events for day in days),
        failures=sum(day.failures for day in days),
        types=[TypeCount(type=name, outcome=outcome_of(name), count=types[name]) for name in sorted(types)],
        days=days,
        notable=notable,
        left_out=left_out,
        head=await _head(signed),
    )


def _day(day: date, counts: Counts) -> DayCount:
    failures = sum(count for name, count in counts.items() if outcome_of(name) is Outcome.FAILURE)
    return DayCount(day=day, events=sum(counts.values()), failures=failures)


async def _count(context: QueryContext, period: Period) -> Mapping[date, Counts]:
    """Return, by day, how many events each type had."""
    by_name = {f"{day:%Y%m%d}": day for day in period.days}
    ids = [
        f"{context.name_of(view)}/{partition}/{name}"
        for name in by_name
        for view in AUDIT_VIEWS
        for partition in range(context.partitions)
    ]
    counts: dict[date, Counts] = defaultdict(Counter)
    for start in range(0, len(ids), IDS_AT_ONCE):
        async for total in context.database[TOTALS].find({"_id": {"$in": ids[start : start + IDS_AT_ONCE]}}):
            counts[by_name[total["bucket"]]].update({product_of(name): n for name, n in total["sums"].items()})
    return counts


async def _find_notable(context: QueryContext, log: EventLog, period: Period) -> tuple[list[AuditedEvent], bool]:
    wanted = AuditSearch(groups=(frozenset({NOTABLE_KEY}),), since=period.since, until=period.until, newest_first=False)
    found, start = list[AuditedEvent](), None
    while len(found) < MAX_NOTABLE:
        part = await search_audit(context, log, wanted, start=start, limit=MAX_NOTABLE - len(found))
        found, start = found + part.events, part.next
        if start is None:
            return found, False
    return found, True


async def _head(signed: SignedLog | None) -> SignedHead | None:
    """Return the signed head of the log, None where nothing is signed, or not in reach."""
    try:
        return await signed.head() if signed else None
    except Unavailable:
        return None
