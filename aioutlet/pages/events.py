"""Builds the reference page of events."""

from itertools import groupby

from aioutlet.pages.event_flow import describe_flow
from aioutlet.pages.json_schema import Schema, fields_table, schemas_of, values_section
from aioutlet.pages.keys import destinations, stream_of
from aioutlet.pages.markdown import code, page, sentence
from schemas.message import Event
from schemas.registry import EVENTS

LEAD = """\
All events the shop records, by stream, with who writes and who reads each. Names and fields are a contract: a released
event never changes, it gets a new version and an upcaster ([how](../how-to/add-an-event.md)). Every version has a JSON
Schema of its data. Fields marked with [Sealed](#sealed) are personal: the log holds only their ciphertext. Ids, times,
cause and actor of every event are in its [envelope](#envelope).

Written by means made: by the decider that decides it, or by the command API where nothing is decided. Who decides also
reads the events of its own stream; the relay, the signer and questions to the log read all of them."""

ENVELOPE = """\
## Envelope { #envelope }

Stored bytes are this object as compact JSON; `stream`, `version` and `position` are columns of the store. On Kafka
the value is `data` alone and everything else is in the [headers](topics.md#headers).

| field | is |
| --- | --- |
| `id` | UUIDv7; follows from the cause, so the same decision taken twice has the same id |
| `type`, `schemaVersion` | a name and version of this page |
| `stream`, `version` | its stream, and its number there: from 1, without gaps |
| `position` | its number in the whole log: from 1, without gaps |
| `occurredAt`, `recordedAt` | when its cause happened; when it was recorded |
| `correlationId`, `causationId` | the first request of the conversation; the message that caused this event |
| `requestId`, `traceparent` | the HTTP request; W3C trace context |
| `actor` | `type` (customer, guest, admin, operator, analyst, auditor or system), `id`, `roles` |
| `client` | `ip` and `userAgent`, sealed; on identity and security events only |
| `subjectId` | the person it is about, if it is about one |
| `data` | the event itself |"""


def events_page() -> str:
    """Return the page of all events, their fields and values."""
    schemas = schemas_of(list(EVENTS.values()), "serialization")
    own = {event.__name__: schemas.pop(event.__name__) for event in EVENTS.values()}
    by_stream = sorted(EVENTS.values(), key=stream_of)
    streams = [
        f"## `{stream}`\n\n" + "\n\n".join(_section(event, own[event.__name__]) for event in events)
        for stream, events in groupby(by_stream, stream_of)
    ]
    return page("Events", LEAD, ENVELOPE, *streams, values_section(schemas))


def _section(event: type[Event], schema: Schema) -> str:
    published = " and ".join(f"{code(topic)} (key {code(key)})" for topic, key in destinations(event))
    versions = " · ".join(
        f"[{version}](schemas/{event.wire_name}.v{version}.json)" for version in range(event.schema_version, 0, -1)
    )
    return (
        f"### {event.wire_name} {{ #{event.wire_name} }}\n\n{sentence(event.__doc__)}\n\n"
        f"On {published}. {describe_flow(event)} JSON Schema of version {versions}.\n\n{fields_table(schema)}"
    )
