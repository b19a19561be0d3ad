"""What the demo shows of a store's log."""

from event_store.clock import Clock, wall_clock
from event_store.reading import EventReader
from history.recent_log import RecentLog
from history.stream_ends import StreamEnds
from query_api.own_events import DemoLog
from query_api.shown_positions import ShownPositions
from tests.histories import PARTITIONS


def demo_log_of(reader: EventReader, *, clock: Clock = wall_clock, capacity: int = 1_000) -> DemoLog:
    """As the wiring of the demo builds it; `clock` tells when views show what."""
    recent = RecentLog(reader, partitions=PARTITIONS, capacity=capacity)
    return DemoLog(StreamEnds(reader), recent, ShownPositions(clock=clock))
