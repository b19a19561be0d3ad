"""Envelopes as stored bytes and back.

Stored bytes are compact JSON with `data` last; stream, version and position are the store's own columns, so the
leaf of the Merkle log (`schemas/merkle_leaf.py`) covers all four.
"""

import re
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

import orjson
from pydantic import ValidationError

from schemas.envelope import SYSTEM, Actor, Client, Envelope
from schemas.error_codes import code_of
from schemas.errors import Poison
from schemas.message import Event
from schemas.registry import EVENTS
from schemas.upcasters import upcast

_JSON = orjson.OPT_UTC_Z | orjson.OPT_NAIVE_UTC
_SYSTEM = SYSTEM.model_dump(mode="json")
_ID = re.compile(rb'\{"id":"([^"\\]*)"')
_TEXT, _NUMBER, _OBJECT = rb'"(?P<%s>[ !#-\[\]-~]*)"', rb"(?P<%s>\d+)", rb"(?P<%s>{[ -\[\]-z|~]*})"
_TIME = rb'"(?P<%s>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z)"'
_HEAD = {
    "id": (_TEXT, b""),
    "type": (_TEXT, b""),
    "schemaVersion": (_NUMBER, b""),
    "occurredAt": (_TIME, b""),
    "recordedAt": (_TIME, b"?"),
    "correlationId": (_TEXT, b""),
    "causationId": (_TEXT, b""),
    "requestId": (_TEXT, b"?"),
    "traceparent": (_TEXT, b"?"),
    "actor": (_OBJECT, b""),
    "subjectId": (_TEXT, b"?"),
}
"""Field -> its pattern, and `?` where it is optional, in the order in which `encode` writes them."""
_CURRENT: dict[tuple[bytes | Any, ...], Callable[[bytes], Event]] = {
    (event.wire_name.encode(), b"%d" % event.schema_version): event.__pydantic_validator__.validate_json
    for event in EVENTS.values()
}
"""Type and schema version, as `encode` writes them -> what reads the data of the event."""
ENCODED_HEAD = re.compile(
    b"{"
    + b"".join(
        b'(?:"%s":%s,)%s' % (name.encode(), pattern % name.encode(), optional)
        for name, (pattern, optional) in _HEAD.items()
    )
    + b'"data":'
)
"""What stands before the data in the bytes of an event, unless a field has an escape or there is a client."""
ID_BYTES = 64
"""So many bytes of what `encode` writes hold the event's id."""


class Stored(NamedTuple):
    """One event as the store keeps it; `type` is also in `state`, and lets readers filter before decoding."""

    position: int
    stream: str
    version: int
    type: str
    state: bytes


def encode(envelope: Envelope, *, recorded_at: datetime | None = None) -> bytes:
    """The exact bytes the store keeps; the store passes the time at which it records them."""
    event, actor, client = envelope.event, envelope.actor, envelope.client
    fields: dict[str, Any] = {
        "id": envelope.id,
        "type": event.wire_name,
        "schemaVersion": event.schema_version,
        "occurredAt": envelope.occurred_at,
        "recordedAt": recorded_at or envelope.recorded_at,
        "correlationId": envelope.correlation_id,
        "causationId": envelope.causation_id,
        "requestId": envelope.request_id,
        "traceparent": envelope.traceparent,
        "actor": _SYSTEM if actor is SYSTEM else _actor(actor),
        "client": client.model_dump(mode="json") if client else None,
        "subjectId": envelope.subject_id,
        "data": orjson.Fragment(encode_data(event)),
    }
    return orjson.dumps({key: value for key, value in fields.items() if value is not None}, option=_JSON)


def encode_data(event: Event) -> bytes:
    """The event alone as compact JSON: the value of its Kafka message."""
    return event.as_json()


@lru_cache(maxsize=4_096)
def _actor(actor: Actor) -> orjson.Fragment:
    """Cached: the same actors act again and again."""
    return orjson.Fragment(actor.as_json())


def decode(stored: Stored, fields: Any = None) -> Envelope:
    """Read what any released version of `encode` wrote, or raise `Poison` (never retryable).

    `fields` are those of its bytes, where they are at hand.
    """
    try:
        fields = fields or orjson.loads(stored.state)
        return envelope_of(fields, stored)
    except (AttributeError, LookupError, Poison, TypeError, ValueError) as error:
        raise poison_of(f"undecodable event at position {stored.position}", error, fields) from error


def decode_event(stored: Stored) -> Event:
    """Read the event alone, without building its envelope; raise `Poison` where `decode` would.

    Of an envelope that `encode` wrote only the form is looked at: a time that no calendar has is not noticed.
    """
    state = stored.state
    head = ENCODED_HEAD.match(state)
    read = _CURRENT.get(head.group("type", "schemaVersion")) if head and state.endswith(b"}") else None
    if head and read:
        try:
            return read(state[head.end() : -1])
        except ValidationError:
            pass  # `decode` says what is wrong with it
    return decode(stored).event


def id_of(state: bytes) -> str:
    """The id in an event's stored bytes, or in the first `ID_BYTES` of them; empty where there is none."""
    if found := _ID.match(state):
        return found[1].decode(errors="replace")
    try:
        return str(orjson.loads(state)["id"])
    except (LookupError, TypeError, ValueError):
        return ""


def poison_of(what: str, error: Exception, fields: object = None) -> Poison:
    """The `Poison` that names what cannot be read and why, with the correlation of its fields where they are known."""
    why = error.detail if isinstance(error, Poison) else code_of(error)
    return Poison(f"{what}: {why}", **correlation_of(fields))


def correlation_of(fields: object) -> dict[str, str]:
    """The correlation and causation ids of undecodable fields, where they have them, for the log line about it."""
    if not isinstance(fields, dict):
        return {}
    return {name: value for name in ("correlationId", "causationId") if isinstance(value := fields.get(name), str)}


def envelope_of(fields: dict[str, Any], stored: Stored) -> Envelope:
    """Build the envelope from its decoded fields and the columns of its row."""
    recorded_at = fields.get("recordedAt")
    actor = fields.get("actor")
    client = fields.get("client")
    return Envelope(
        id=_text(fields["id"]),
        stream=stored.stream,
        version=stored.version,
        event=event_of(fields["type"], fields["schemaVersion"], fields["data"]),
        occurred_at=_parse_time(fields["occurredAt"]),
        correlation_id=_text(fields["correlationId"]),
        causation_id=_text(fields["causationId"]),
        actor=SYSTEM if actor == _SYSTEM else Actor.model_validate(actor),
        request_id=_optional_text(fields.get("requestId")),
        traceparent=_optional_text(fields.get("traceparent")),
        client=Client.model_validate(client) if client else None,
        subject_id=_optional_text(fields.get("subjectId")),
        recorded_at=_parse_time(recorded_at) if recorded_at else None,
        position=stored.position,
    )


def event_of(name: str, version: int, data: dict[str, Any]) -> Event:
    """The typed event of decoded fields, upcast to the current version."""
    if (event := EVENTS.get(name)) is None:
        raise Poison(f"this release knows no {name[:64]!r}")
    if version != event.schema_version:
        data = upcast(name, version, data, to=event.schema_version)
    try:
        read: Event = event.__pydantic_validator__.validate_python(data)  # `model_validate` looks at options first
    except ValidationError as error:
        raise ValueError(f"{name} v{version}: {error.error_count()} invalid fields") from error
    return read


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is not text")
    return value


def _optional_text(value: object) -> str | None:
    return None if value is None else _text(value)


def _parse_time(value: str) -> datetime:
    time = datetime.fromisoformat(value)
    if time.tzinfo is None:
        raise ValueError(f"{value} has no time zone")
    return time
