"""Events on Kafka: the value is the data, everything else rides in CloudEvents 1.0 binary-mode headers."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple

import orjson

from schemas.codec import Stored, correlation_of, envelope_of
from schemas.envelope import Envelope
from schemas.errors import Poison
from schemas.topics import TopicPartition, addresses, addresses_of_stream

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

_TEXT, _NUMBER, _OBJECT = rb'"(?P<%s>[ !#-\[\]-~]*)"', rb"(?P<%s>\d+)", rb"(?P<%s>{[ -\[\]-z|~]*})"
_WRITTEN = {
    "ce_id": ("id", _TEXT, b""),
    "ce_type": ("type", _TEXT, b""),
    "schemaversion": ("schemaVersion", _NUMBER, b""),
    "ce_time": ("occurredAt", _TEXT, b""),
    "recordedat": ("recordedAt", _TEXT, b"?"),
    "correlationid": ("correlationId", _TEXT, b""),
    "causationid": ("causationId", _TEXT, b""),
    "requestid": ("requestId", _TEXT, b"?"),
    "traceparent": ("traceparent", _TEXT, b"?"),
    "actor": ("actor", _OBJECT, b""),
    "subjectid": ("subjectId", _TEXT, b"?"),
}
"""Header -> field, its bytes and whether it may lack, in the order in which `encode` writes them before `data`."""
_HEAD = re.compile(
    b"{"
    + b"".join(
        b'(?:"%s":%s,)%s' % (field.encode(), held % header.encode(), lacks)
        for header, (field, held, lacks) in _WRITTEN.items()
    )
    + b'"data":'
)

_TOLD = [header for header in (*_PLAIN, *_JSON) if header in _WRITTEN]
_GROUPS = [_HEAD.groupindex[header] for header in _TOLD]


class Outgoing(NamedTuple):
    """One message for one partition; the relay adds `previous`."""

    partition: TopicPartition
    key: bytes
    value: bytes
    headers: Headers


class Incoming(NamedTuple):
    """One message as it arrived; nothing is decoded but what decides whether anyone wants it."""

    partition: TopicPartition
    position: int
    previous: int
    type: str
    headers: dict[str, bytes]
    value: bytes


def outgoing(stored: Stored, partitions: int) -> list[Outgoing]:
    """The messages one stored event makes, one per route of its type; raise `Poison` where it has no route.

    What stands there as `encode` writes it is passed on as it is: nothing is decoded that routing does not ask for.
    """
    try:
        name, headers, value = _taken_apart(stored) or _decoded(stored)
        found = addresses_of_stream(name, stored.stream, partitions)
        if not found:
            found = addresses(name, stored.stream, orjson.loads(value), partitions)
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        raise _unroutable(stored, error) from error
    return [Outgoing(partition, key, value, headers) for partition, key in found]


def published_to(stored: Stored, partitions: int) -> list[TopicPartition]:
    """The partitions `outgoing` would send a stored event to; raise `Poison` where it has no route."""
    try:
        found = addresses_of_stream(stored.type, stored.stream, partitions)
        if not found:
            found = addresses(stored.type, stored.stream, orjson.loads(stored.state)["data"], partitions)
        return [address.partition for address in found]
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        raise _unroutable(stored, error) from error


def _unroutable(stored: Stored, error: Exception) -> Poison:
    told = correlation_of(_loaded(stored.state))
    return Poison(f"unroutable event at position {stored.position}: {error}", **told)


def _taken_apart(stored: Stored) -> tuple[str, Headers, bytes] | None:
    """Type, headers and value of an event written by `encode` whose words need no escapes."""
    head = _HEAD.match(stored.state)
    if head is None:
        return None
    told = zip(_TOLD, head.group(*_GROUPS))  # noqa: B905 - as many groups as names, and asked for every event
    headers = _first(stored) + [named for named in told if named[1] is not None]
    return head["ce_type"].decode(), headers, stored.state[head.end() : -1]


def _first(stored: Stored) -> Headers:
    return [
        *_ALWAYS,
        ("ce_subject", stored.stream.encode()),
        ("version", b"%d" % stored.version),
        ("position", b"%d" % stored.position),
    ]


def _loaded(state: bytes) -> Any:
    try:
        return orjson.loads(state)
    except (TypeError, ValueError):
        return None


def _decoded(stored: Stored) -> tuple[str, Headers, bytes]:
    fields = orjson.loads(stored.state)
    headers = [
        *_first(stored),
        *((header, fields[field].encode()) for header, field in _PLAIN.items() if field in fields),
        *((header, orjson.dumps(fields[field])) for header, field in _JSON.items() if field in fields),
    ]
    return fields["type"], headers, orjson.dumps(fields["data"])


def incoming(partition: TopicPartition, headers: Iterable[tuple[str, bytes]], value: bytes) -> Incoming:
    """Read as much of a message as filtering needs, or raise `Poison`."""
    try:
        found = dict(headers)
        return Incoming(
            partition, int(found["position"]), int(found["previous"]), found["ce_type"].decode(), found, value
        )
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        raise Poison(f"a message without its partition on {partition}: {error}") from error


def envelope_from(message: Incoming) -> Envelope:
    """Decode the whole message into the same envelope the store would give, or raise `Poison`."""
    headers = message.headers
    fields: dict[str, Any] = {}
    try:
        fields = {field: headers[header].decode() for header, field in _PLAIN.items() if header in headers}
        fields |= {field: _read(headers[header]) for header, field in _JSON.items() if header in headers}
        fields["data"] = orjson.loads(message.value)
        at = Stored(message.position, headers["ce_subject"].decode(), int(headers["version"]), message.type, b"")
        return envelope_of(fields, at)
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        where = f"position {message.position} on {message.partition}"
        raise Poison(f"undecodable message at {where}: {error}", **correlation_of(fields)) from error


_read = lru_cache(maxsize=1_024)(orjson.loads)
"""Versions and actors are few; nobody changes what they were read into."""
