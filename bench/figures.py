"""What is measured against what: every figure with its floor and its goal, as data."""

from typing import NamedTuple


class Figure(NamedTuple):
    """One comparison; `floor` and `goal` bound the ratio ours ÷ peer, or a limit bounds ours itself.

    Where less is better (`is_limit`), ours has to stay at or under floor and goal, else at or over them.
    """

    name: str
    ours: str
    peer: str
    unit: str
    floor: float
    goal: float
    is_limit: bool = False

    def reaches(self, value: float, bound: float) -> bool:
        """Whether a measured value is on the right side of floor or goal."""
        return value <= bound if self.is_limit else value >= bound


_SAVE = "eventsourcing Application.save"
FIGURES: dict[str, Figure] = {
    figure.name: figure
    for figure in (
        Figure("B1", "durable append of one event, 64 callers", f"{_SAVE}, its best number of threads", "/s", 5, 25),
        Figure("B1-emmett", "durable append of one event, 64 callers", "Emmett-PostgreSQL at its best", "/s", 2, 8),
        Figure("B1b", "the same from 4 processes of 16 callers", "B1", "/s", 0.5, 0.95),
        Figure("B2", "durable append of one event, 1 caller", f"{_SAVE}, 1 thread", "/s", 1.5, 2.5),
        Figure("B4", "append, 3 events a command", "raw 4-array unnest, 1000 a commit", "events/s", 0.4, 0.9),
        Figure("B5", "import of a log", "raw binary COPY into the same table", "events/s", 0.4, 0.9),
        Figure(
            "B6", "read the log as typed events", "the library's select_notifications, bytes", "events/s", 0.35, 0.9
        ),
        Figure("B7", "fold a stream of 1,000 events", "eventsourcing repository.get", "/s", 3, 10),
        Figure("B8", "relay: store → Kafka, keyed, checkpointed", "raw aiokafka, same bytes", "events/s", 0.5, 1.0),
        Figure("B9", "one processor: decide, append, acknowledge", "a Faust agent that does nothing", "/s", 0.4, 2.0),
        Figure("B11", "projector: events into documents", "pymongo bulk_write, one write an event", "/s", 0.8, 4.0),
        Figure("B12", "rebuild of all read models", "the log read, the documents inserted", "events/s", 0.4, 0.7),
        Figure("B13", "POST order, durable", "bare FastAPI echo of the same model", "/s", 0.3, 0.8),
        Figure("B14", "GET order", "raw ASGI and one find_one", "/s", 0.8, 1.0),
        Figure("B15", "product page of three services, p50", "the slowest of them", "ms", 2, 1.15, is_limit=True),
        Figure("B16", "acknowledged → visible, p99 at half load", "", "ms", 250, 25, is_limit=True),
        Figure("B17", "whole orders", "the same as an eventsourcing.system application", "orders/s", 2, 8),
        Figure("B18", "POST order, the log signed beside it", "the same with no signer", "/s", 0.9, 0.98),
        Figure("B19", "POST order, personal fields sealed", "the same with nothing sealed", "/s", 0.85, 0.97),
        Figure("B20", "projectors killed → caught up ÷ backlog at their rate", "", "times", 2, 1.1, is_limit=True),
        Figure("B21", "memory of a process after all of its appends ÷ a tenth", "", "times", 1.3, 1.05, is_limit=True),
        Figure(
            "B21-append", "append after all of them ÷ a tenth, 1 caller, p50", "", "times", 1.3, 1.05, is_limit=True
        ),
        Figure("B21-stock", "reservation after all of them ÷ after 100, p50", "", "times", 1.3, 1.05, is_limit=True),
        Figure("B23", "`aioutlet run` → ready, on an empty folder", "", "ms", 10_000, 3_000, is_limit=True),
    )
}
