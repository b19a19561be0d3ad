"""Events on Kafka: the value is the data, everything else rides in CloudEvents 1.0 binary-mode headers."""

from collections.abc import Iterable
from typing import Any, NamedTuple

import orjson

from schemas.codec import Stored, conversation_of, envelope_of
from schemas.envelope import Envelope
from schemas.errors import Poison
from schemas.topics import ROUTES, Place, partition_of

Headers = list[tuple[str, bytes]]

_ALWAYS = [("ce_specversion", b"1.0"), ("ce_source", b"/aioutlet"), ("content-type", b"application/json")]
_PLAIN = {
    "ce_id": "id",
    "ce_type": "type",
    "ce_time": "occurredAt",
    "recordedat": "recordedAt",
    "correlationid": "correlationId",
    "causationid": "causationId",
    "requestid": "requestId",
    "traceparent": "traceparent",
    "subjectid": "subjectId",
}
"""Header -> field of the stored envelope, where the field is a string."""
_JSON = {"schemaversion": "schemaVersion", "actor": "actor", "client": "client"}
"""Header -> field, where the field is any JSON."""


class Outgoing(NamedTuple):
    """One message for one partition; the relay adds `previous`."""

    place: Place
    key: bytes
    value: bytes
    headers: Headers


class Incoming(NamedTuple):
    """One message as it arrived; nothing is decoded but what decides whether anyone wants it."""

    place: Place
    position: int
    previous: int
    type: str
    headers: dict[str, bytes]
    value: bytes


def outgoing(stored: Stored, partitions: int) -> list[Outgoing]:
    """The messages one stored event makes, one per route of its type; raise `Poison` where it has no route."""
    fields: Any = None
    try:
        fields = orjson.loads(stored.state)
        data = fields["data"]
        value = orjson.dumps(data)
        headers = _headers(stored, fields)
        routes = ROUTES[fields["type"]]
        keys = [(route.topic, route.key(stored.stream, data)) for route in routes]
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        told = conversation_of(fields)
        raise Poison(f"unroutable event at position {stored.position}: {error}", **told) from error
    return [Outgoing(Place(topic, partition_of(key, partitions)), key.encode(), value, headers) for topic, key in keys]


def _headers(stored: Stored, fields: dict[str, Any]) -> Headers:
    headers = [
        *_ALWAYS,
        ("ce_subject", stored.stream.encode()),
        ("version", b"%d" % stored.version),
        ("position", b"%d" % stored.position),
    ]
    headers += [(header, fields[field].encode()) for header, field in _PLAIN.items() if field in fields]
    headers += [(header, orjson.dumps(fields[field])) for header, field in _JSON.items() if field in fields]
    return headers


def incoming(place: Place, headers: Iterable[tuple[str, bytes]], value: bytes) -> Incoming:
    """Read as much of a message as filtering needs, or raise `Poison`."""
    try:
        found = dict(headers)
        return Incoming(place, int(found["position"]), int(found["previous"]), found["ce_type"].decode(), found, value)
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        raise Poison(f"a message without its place on {place}: {error}") from error


def envelope_from(message: Incoming) -> Envelope:
    """Decode the whole message into the same envelope the store would give, or raise `Poison`."""
    headers = message.headers
    fields: dict[str, Any] = {}
    try:
        fields = {field: headers[header].decode() for header, field in _PLAIN.items() if header in headers}
        fields |= {field: orjson.loads(headers[header]) for header, field in _JSON.items() if header in headers}
        fields["data"] = orjson.loads(message.value)
        at = Stored(message.position, headers["ce_subject"].decode(), int(headers["version"]), message.type, b"")
        return envelope_of(fields, at)
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        where = f"position {message.position} on {message.place}"
        raise Poison(f"undecodable message at {where}: {error}", **conversation_of(fields)) from error
