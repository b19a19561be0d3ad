"""What the log shows of an event: read from its stored bytes, which are never decrypted."""

import hashlib
from collections.abc import Iterator
from typing import Any

import orjson

from schemas.codec import Stored
from schemas.logged_event import LoggedActor, LoggedEvent, StoredForm
from schemas.merkle_leaf import leaf_hash
from schemas.topics import ROUTES

SAID = ("id", "occurredAt", "recordedAt", "correlationId", "causationId", "requestId", "subjectId")
SEALED = "sealed"


def logged_event(stored: Stored) -> LoggedEvent:
    """Return an event without its data; one whose bytes cannot be read has no more than its row."""
    return LoggedEvent.model_validate(_shown(stored, _load(stored.state)))


def stored_form(stored: Stored) -> StoredForm:
    """Return an event with its stored bytes."""
    fields = _load(stored.state)
    return StoredForm.model_validate(
        _shown(stored, fields)
        | {
            "stored": stored.state.decode(errors="backslashreplace"),
            "isJson": fields is not None,
            "sealed": sorted(_sealed_fields(fields or {})),
            "sha256": hashlib.sha256(stored.state).hexdigest(),
            "leafHash": leaf_hash(stored.position, stored.stream, stored.version, stored.state).hex(),
        }
    )


def topics_of(event_type: str) -> list[str]:
    """Return the topics of a type, in the order of its routes."""
    return [route.topic for route in ROUTES.get(event_type, ())]


def is_sealed(value: object) -> bool:
    """Whether a value is a personal field that is sealed."""
    return isinstance(value, dict) and value.get(SEALED) == 1 and "text" in value


def _shown(stored: Stored, fields: dict[str, Any] | None) -> dict[str, Any]:
    said = {name: fields.get(name) for name in SAID} if fields else {}
    actor = fields.get("actor") if fields else None
    return said | {
        "position": stored.position,
        "stream": stored.stream,
        "version": stored.version,
        "type": stored.type,
        "size": len(stored.state),
        "topics": topics_of(stored.type),
        "actor": LoggedActor(type=actor.get("type"), id=actor.get("id")) if isinstance(actor, dict) else None,
    }


def _load(state: bytes) -> dict[str, Any] | None:
    try:
        fields = orjson.loads(state)
    except ValueError:
        return None
    return fields if isinstance(fields, dict) else None


def _sealed_fields(value: object, path: str = "") -> Iterator[str]:
    """Yield the names of sealed fields, those of nested ones with dots."""
    if is_sealed(value):
        yield path
    elif isinstance(value, dict):
        for name, each in value.items():
            yield from _sealed_fields(each, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from _sealed_fields(each, f"{path}.{index}")
