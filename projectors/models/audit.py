"""Where in the log the events are that an auditor asks for: an index of positions, one read model for each topic.

A document holds the positions of one key, such as a person's or a type's, within `SEGMENT` positions of the log and in
one partition. That of a type counts them by day as well, and so do the totals.
"""

from collections.abc import Callable, Iterable
from typing import Any

from projectors.read_model import ReadModel
from projectors.timestamps import day_of
from schemas.audit_keys import TYPE, home_topic, keys_of
from schemas.documents import AUDIT_VIEWS, SEGMENT, Document, View, field_of
from schemas.envelope import Envelope
from schemas.topics import ROUTES


def project(document: Document | None, key: str, envelope: Envelope) -> Document:
    before = document or {"key": key, "segment": envelope.position // SEGMENT, "positions": []}
    after = before | {"positions": [*before["positions"], envelope.position]}
    if key.startswith(TYPE):
        days, day = before.get("days", {}), day_of(envelope.occurred_at)
        after["type"], after["days"] = field_of(envelope.type), days | {day: days.get(day, 0) + 1}
    return after


def shares(document: Document) -> dict[tuple[str, str], int]:
    """The events of a day are counted by type."""
    return {(day, document["type"]): count for day, count in document.get("days", {}).items()}


def _touching(topic: str) -> Callable[[Envelope], Iterable[tuple[str, Any]]]:
    def touches(envelope: Envelope) -> Iterable[tuple[str, Any]]:
        if home_topic(envelope) != topic:
            return ()
        segment = envelope.position // SEGMENT
        return [(f"{key}/{segment}", key) for key in keys_of(envelope)]

    return touches


def _audit(view: View) -> ReadModel:
    return ReadModel(
        view=view,
        types=frozenset(name for name, routes in ROUTES.items() if view.topic in {route.topic for route in routes}),
        touches=_touching(view.topic),
        project=project,
        shares=shares,
        counted=("days", "type"),
        indexes=((("key", 1), ("segment", 1)),),
        is_per_partition=True,
    )


AUDIT = tuple(map(_audit, AUDIT_VIEWS))
