"""Events on Kafka: the value is the data; all the rest is in CloudEvents 1.0 binary-mode headers."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import orjson

from schemas.codec import ENCODED_HEAD, Stored, envelope_of, id_of, poison_of
from schemas.envelope import Envelope
from schemas.errors import Poison
from schemas.topics import TopicPartition, addresses, addresses_of_stream, partitions_of_stream

Headers = list[tuple[str, bytes]]

LOG = "log"
"""The header with the identity of the log that a message was copied from."""
MAX_POSITION = 2**63 - 1
"""Of any store."""
_FIXED_HEADERS = [("ce_specversion", b"1.0"), ("ce_source", b"/aioutlet"), ("content-type", b"application/json")]
_TEXT_FIELDS = {
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
_JSON_FIELDS = {"schemaversion": "schemaVersion", "actor": "actor", "client": "client"}
"""Header -> field, where the field is any JSON."""

_MALFORMED = (AttributeError, LookupError, TypeError, ValueError)
"""What reading an event raises whose bytes or headers are not those of one."""
_ENCODED = {
    header: field for header, field in (_TEXT_FIELDS | _JSON_FIELDS).items() if field in ENCODED_HEAD.groupindex
}
_HEADERS = list(_ENCODED)
_GROUPS = [ENCODED_HEAD.groupindex[field] for field in _ENCODED.values()]


class Outgoing(NamedTuple):
    """One message for one partition; the relay adds `previous`."""

    partition: TopicPartition
    key: bytes
    value: bytes
    headers: Headers


class Incoming(NamedTuple):
    """One message as received; only what is needed to filter it is decoded.

    `event_id` and `log` are empty where the message does not say them.
    """

    partition: TopicPartition
    position: int
    previous: int
    type: str
    headers: dict[str, bytes]
    value: bytes

    @property
    def stream(self) -> str:
        """The stream of its event, empty where the message does not say."""
        return self.headers.get("ce_subject", b"").decode(errors="replace")

    @property
    def event_id(self) -> str:
        """The id of the event that the log must have at `position`."""
        return self.headers.get("ce_id", b"").decode(errors="replace")

    @property
    def log(self) -> str:
        """The identity of the log it was copied from."""
        return self.headers.get(LOG, b"").decode(errors="replace")


def outgoing(stored: Stored, partitions: int) -> list[Outgoing]:
    """The messages of one stored event, one per route of its type; raise `Poison` where it has none.

    Bytes as `encode` writes them are passed on unchanged, and decoded only where routing needs the data. Bytes that
    cannot be read are passed on whole where stream and type say where to: each consumer parks them with their order.
    """
    headers, value = headers_and_value(stored)
    try:
        found = addresses_of_stream(stored.type, stored.stream, partitions)
        if not found:
            found = addresses(stored.type, stored.stream, orjson.loads(value), partitions)
    except _MALFORMED as error:
        raise _unroutable(stored, error) from error
    return [Outgoing(partition, key, value, headers) for partition, key in found]


def headers_and_value(stored: Stored) -> tuple[Headers, bytes]:
    """The message of a stored event, wherever it goes; one that cannot be read is passed on whole."""
    return _read(stored) or _unread(stored)


def _read(stored: Stored) -> tuple[Headers, bytes] | None:
    """Headers and value of an event; none where its bytes are not those of an event of its type."""
    try:
        name, headers, value = _split(stored) or _decode(stored)
    except _MALFORMED:
        return None
    return (headers, value) if name == stored.type else None


def _unread(stored: Stored) -> tuple[Headers, bytes]:
    """All bytes, and the headers that follow from the columns."""
    event_id = id_of(stored.state).encode()
    return [*_common_headers(stored), ("ce_type", stored.type.encode()), ("ce_id", event_id)], stored.state


def published_to(stored: Stored, partitions: int) -> Sequence[TopicPartition]:
    """The partitions `outgoing` would send a stored event to; raise `Poison` where it has no route."""
    try:
        return _locate(stored, partitions)[0]
    except _MALFORMED as error:
        raise _unroutable(stored, error) from error


def locate(stored: Stored, partitions: int) -> tuple[Sequence[TopicPartition], Any]:
    """As `published_to`; an event without a route is nowhere, as on Kafka.

    The second is the event's fields for `decode` where they are read for this, else None.
    """
    try:
        return _locate(stored, partitions)
    except _MALFORMED:
        return (), None


def _locate(stored: Stored, partitions: int) -> tuple[Sequence[TopicPartition], Any]:
    if found := partitions_of_stream(stored.type, stored.stream, partitions):
        return found, None
    fields = orjson.loads(stored.state)
    found = [each.partition for each in addresses(stored.type, stored.stream, fields["data"], partitions)]
    return found, fields


def _unroutable(stored: Stored, error: Exception) -> Poison:
    return poison_of(f"unroutable event at position {stored.position}", error, _load_or_none(stored.state))


def _split(stored: Stored) -> tuple[str, Headers, bytes] | None:
    """Type, headers and value of an event as `encode` writes it, unless a field has an escape."""
    head = ENCODED_HEAD.match(stored.state)
    if head is None:
        return None
    fields = zip(_HEADERS, head.group(*_GROUPS))  # noqa: B905 - equally long, and this runs for every event
    headers = _common_headers(stored) + [field for field in fields if field[1] is not None]
    return head["type"].decode(), headers, stored.state[head.end() : -1]


def _common_headers(stored: Stored) -> Headers:
    return [
        *_FIXED_HEADERS,
        ("ce_subject", stored.stream.encode()),
        ("version", b"%d" % stored.version),
        ("position", b"%d" % stored.position),
    ]


def _load_or_none(state: bytes) -> Any:
    try:
        return orjson.loads(state)
    except (TypeError, ValueError):
        return None


def _decode(stored: Stored) -> tuple[str, Headers, bytes]:
    fields = orjson.loads(stored.state)
    headers = [
        *_common_headers(stored),
        *((header, fields[field].encode()) for header, field in _TEXT_FIELDS.items() if field in fields),
        *((header, orjson.dumps(fields[field])) for header, field in _JSON_FIELDS.items() if field in fields),
    ]
    return fields["type"], headers, orjson.dumps(fields["data"])


def incoming(partition: TopicPartition, headers: Iterable[tuple[str, bytes]], value: bytes) -> Incoming:
    """Read as much of a message as filtering needs, or raise `Poison`."""
    try:
        by_name = dict(headers)
        return Incoming(
            partition, _position(by_name), int(by_name["previous"]), by_name["ce_type"].decode(), by_name, value
        )
    except _MALFORMED as error:
        raise poison_of(f"a message without its headers on {partition}", error) from error


def _position(headers: Mapping[str, bytes]) -> int:
    position = int(headers["position"])
    if not 0 < position <= MAX_POSITION:
        raise ValueError("no log has such a position")
    return position


def envelope_from(message: Incoming) -> Envelope:
    """Decode the whole message into the envelope that the store has, or raise `Poison`."""
    headers = message.headers
    fields: dict[str, Any] = {}
    try:
        fields = {field: headers[header].decode() for header, field in _TEXT_FIELDS.items() if header in headers}
        fields |= {field: _load_cached(headers[header]) for header, field in _JSON_FIELDS.items() if header in headers}
        fields["data"] = orjson.loads(message.value)
        stored = Stored(message.position, headers["ce_subject"].decode(), int(headers["version"]), message.type, b"")
        return envelope_of(fields, stored)
    except (AttributeError, LookupError, Poison, TypeError, ValueError) as error:
        where = f"position {message.position} on {message.partition}"
        raise poison_of(f"undecodable message at {where}", error, fields) from error


_load_cached = lru_cache(maxsize=1_024)(orjson.loads)
"""For schema versions, actors and clients: few different values, and no caller changes the result."""
