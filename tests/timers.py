"""What tests ask about the timers of a store."""

from datetime import UTC, datetime

from event_store.store import EventStore

KINDS = ("saga", "reservation", "charge")
FAR_AHEAD = datetime(9000, 1, 1, tzinfo=UTC)


async def next_due(store: EventStore) -> datetime | None:
    """Return when the earliest timer is due, if there is one."""
    earliest = [await store.due(FAR_AHEAD, kind=kind, limit=1) for kind in KINDS]
    return min((timer.due_at for timers in earliest for timer in timers), default=None)
