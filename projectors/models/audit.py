"""Where in the log the events are that an auditor asks for: an index of positions, one read model for each topic.

A document holds the positions of one key, such as a person's or a type's, within `SEGMENT` positions of the log and in
one partition. That of a type counts them by day as well, and so do the totals.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from projectors.read_model import ReadModel, ShareChange, Touch, one_by_one
from projectors.timestamps import day_of
from schemas.audit_keys import TYPE, home_topic, keys_of
from schemas.documents import AUDIT_VIEWS, SEGMENT, Document, View, field_of
from schemas.envelope import Envelope
from schemas.topics import ROUTES


def project_all(document: Document | None, touches: Sequence[Touch]) -> Document:
    key, first = touches[0]
    before = document or {"key": key, "segment": first.position // SEGMENT, "positions": []}
    after = before | {"positions": before["positions"] + [envelope.position for _, envelope in touches]}
    if key.startswith(TYPE):
        days = dict(before.get("days", {}))
        for day, positions in _positions_by_day(touches).items():
            days[day] = days.get(day, 0) + len(positions)
        after["type"], after["days"] = field_of(first.type), days
    return after


def shares(document: Document) -> dict[tuple[str, str], int]:
    """The events of a day are counted by type."""
    return {(day, document["type"]): count for day, count in document.get("days", {}).items()}


def shares_of_touches(touches: Sequence[Touch]) -> Sequence[ShareChange]:
    """An event is counted where its type is looked up."""
    key, first = touches[0]
    if not key.startswith(TYPE):
        return ()
    return [ShareChange(day, field_of(first.type), of_day, 1) for day, of_day in _positions_by_day(touches).items()]


def _positions_by_day(touches: Sequence[Touch]) -> dict[str, list[int]]:
    positions = defaultdict[str, list[int]](list)
    for _, envelope in touches:
        positions[day_of(envelope.occurred_at)].append(envelope.position)
    return positions


def _touching(topic: str) -> Callable[[Envelope], Iterable[tuple[str, Any]]]:
    def touches(envelope: Envelope) -> Iterable[tuple[str, Any]]:
        if home_topic(envelope) != topic:
            return ()
        # The segment comes first: ids that follow one another are inserted ten times as fast as those by chance.
        prefix = f"{envelope.position // SEGMENT}/"
        return [(prefix + key, key) for key in keys_of(envelope)]

    return touches


def _audit(view: View) -> ReadModel:
    return ReadModel(
        view=view,
        types=frozenset(name for name, routes in ROUTES.items() if view.topic in {route.topic for route in routes}),
        touches=_touching(view.topic),
        project=one_by_one(project_all),
        project_all=project_all,
        shares=shares,
        shares_of_touches=shares_of_touches,
        counted=("days", "type"),
        indexes=((("key", 1), ("segment", 1)),),
        is_per_partition=True,
    )


AUDIT = tuple(map(_audit, AUDIT_VIEWS))
