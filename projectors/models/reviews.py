"""One document per review: its content, still sealed, and what was reported and decided about it."""

from typing import Any, assert_never, cast

from projectors.read_model import ReadModel
from projectors.timestamps import occurred_at
from schemas.documents import REVIEWS_VIEW, Document, ReviewState, label
from schemas.envelope import Envelope
from schemas.review import (
    ReviewEdited,
    ReviewEvent,
    ReviewFact,
    ReviewModerated,
    ReviewReported,
    ReviewReportsDismissed,
    ReviewSubmitted,
    ReviewWithdrawn,
)

CONTENT = {"rating", "title", "text", "shown_as", "reviewer"}
WITHOUT_WORDS: Document = {"title": None, "text": None, "reviewer": None}
NO_REPORTS: Document = {"reports": [], "openReports": 0}


def review_key(product_id: str, user_id: str) -> str:
    """Return the id of the document of one person's review of one product."""
    return f"{product_id}/{user_id}"


def project(document: Document | None, _: Any, envelope: Envelope) -> Document | None:
    event = cast(ReviewEvent, envelope.event)
    if isinstance(event, ReviewSubmitted):
        return _new_document(event, envelope)
    return None if document is None else document | _changes(document, event, envelope) | _last_update(envelope)


def labels(document: Document) -> list[str]:
    """Reviews are counted that were reported, and that are hidden."""
    shown = {"reported": document["openReports"], "hidden": document["state"] == ReviewState.HIDDEN}
    return [label(show=name) for name, counts in shown.items() if counts]


def _new_document(event: ReviewSubmitted, envelope: Envelope) -> Document:
    """Return the document of a review, also of one that was withdrawn before: nothing of that stays."""
    ids = {"product_id", "user_id", "review_id", "order_id"}
    return {
        **event.model_dump(mode="json", include=ids | CONTENT),
        "state": _state(event.visible),
        "moderation": None,
        **NO_REPORTS,
        "createdAt": occurred_at(envelope),
        "editedAt": None,
        "placed": envelope.position,
        **_last_update(envelope),
    }


def _changes(document: Document, event: ReviewEvent, envelope: Envelope) -> Document:
    match event:
        case ReviewEdited():
            return event.model_dump(mode="json", include=CONTENT) | {"editedAt": occurred_at(envelope)}
        case ReviewWithdrawn():
            return {"state": ReviewState.WITHDRAWN.value, "moderation": None, **WITHOUT_WORDS, **NO_REPORTS}
        case ReviewModerated():
            moderation = {"by": event.by, "reason": event.reason, "at": occurred_at(envelope)}
            return {"state": _state(event.visible), "moderation": moderation, **NO_REPORTS}
        case ReviewReported():
            report = {"by": event.by, "reason": event.reason.value, "at": occurred_at(envelope)}
            return {"reports": [*document["reports"], report], "openReports": document["openReports"] + 1}
        case ReviewReportsDismissed():
            return NO_REPORTS
        case ReviewSubmitted():
            return {}
    assert_never(event)


def _state(is_visible: bool) -> str:
    return (ReviewState.VISIBLE if is_visible else ReviewState.HIDDEN).value


def _last_update(envelope: Envelope) -> Document:
    return {"updatedAt": occurred_at(envelope), "version": envelope.version}


def _key_of(event: ReviewFact) -> str:
    return review_key(event.product_id, event.user_id)


REVIEWS = ReadModel(
    view=REVIEWS_VIEW,
    types=frozenset(
        {
            "review.submitted",
            "review.edited",
            "review.withdrawn",
            "review.moderated",
            "review.reported",
            "review.reports.dismissed",
        }
    ),
    touches=lambda envelope: ((_key_of(cast(ReviewFact, envelope.event)), None),),
    project=project,
    labels=labels,
    counted=("openReports", "state"),
    indexes=(
        (("productId", 1), ("state", 1), ("placed", -1)),
        (("productId", 1), ("state", 1), ("rating", -1), ("placed", -1)),
        (("productId", 1), ("state", 1), ("rating", 1), ("placed", -1)),
        (("userId", 1), ("placed", -1)),
        (("openReports", -1), ("placed", -1)),
        (("state", 1), ("placed", -1)),
    ),
)
