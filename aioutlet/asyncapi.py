"""What is published on Kafka, as an AsyncAPI 3 document made from the schemas."""

from typing import Any

from aioutlet.pages.keys import by_topic
from aioutlet.pages.markdown import sentence
from aioutlet.pages.shapes import schemas_of
from schemas.message import Event
from schemas.registry import EVENTS
from schemas.topics import TOPICS

Document = dict[str, Any]

_TEXT = {"type": "string"}
_TIME = {"type": "string", "format": "date-time"}
_NUMBER = {"type": "string", "pattern": "^[0-9]+$"}
_HEADERS: Document = {
    "ce_specversion": {"type": "string", "const": "1.0"},
    "ce_source": {"type": "string", "const": "/aioutlet"},
    "ce_id": {"type": "string", "format": "uuid"},
    "ce_subject": {**_TEXT, "description": "The stream."},
    "ce_time": {**_TIME, "description": "When its cause happened."},
    "version": {**_NUMBER, "description": "Place in the stream, from 1 without gaps."},
    "position": {**_NUMBER, "description": "Place in the store, from 1 without gaps."},
    "previous": {**_NUMBER, "description": "Position of the message before it in this partition, 0 for the first."},
    "correlationid": _TEXT,
    "causationid": _TEXT,
    "recordedat": _TIME,
    "requestid": _TEXT,
    "traceparent": _TEXT,
    "subjectid": _TEXT,
    "actor": {**_TEXT, "contentMediaType": "application/json"},
    "client": {**_TEXT, "contentMediaType": "application/json"},
}
_OPTIONAL = {"requestid", "traceparent", "subjectid", "client"}


def document() -> Document:
    """Channels are the topics, messages the events; a message in two channels has one key in each."""
    events = list(EVENTS.values())
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "AIOutlet", "version": "1", "description": "Everything the shop publishes."},
        "defaultContentType": "application/json",
        "channels": {_name(topic): _channel(topic, events) for topic in TOPICS},
        "operations": {
            f"publish.{_name(topic)}": {"action": "send", "channel": {"$ref": f"#/channels/{_name(topic)}"}}
            for topic in TOPICS
        },
        "components": {
            "messages": {event.wire_name: _message(event) for event in events},
            "schemas": schemas_of(list(events), "serialization"),
        },
    }


def _name(topic: str) -> str:
    return topic.partition(".")[2]


def _channel(topic: str, events: list[type[Event]]) -> Document:
    keys = by_topic(events).get(topic, {})
    published = {event.wire_name for here in keys.values() for event in here}
    return {
        "address": topic,
        "description": f"Keyed by {' or '.join(keys)}." if keys else "Nothing is published here yet.",
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in EVENTS if name in published},
    }


def _message(event: type[Event]) -> Document:
    return {
        "name": event.wire_name,
        "title": event.__name__,
        "summary": sentence(event.__doc__),
        "contentType": "application/json",
        "headers": {
            "type": "object",
            "required": ["ce_type", "schemaversion", *(name for name in _HEADERS if name not in _OPTIONAL)],
            "properties": {
                "ce_type": {"type": "string", "const": event.wire_name},
                "schemaversion": {"type": "string", "const": str(event.schema_version)},
                **_HEADERS,
            },
        },
        "payload": {"$ref": f"#/components/schemas/{event.__name__}"},
    }
