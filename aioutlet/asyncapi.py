"""Builds an AsyncAPI 3 document of the events on Kafka from the schemas."""

from typing import Any

from aioutlet.pages.json_schema import schemas_of
from aioutlet.pages.keys import group_by_topic
from aioutlet.pages.markdown import sentence
from schemas.message import Event
from schemas.registry import EVENTS
from schemas.topics import TOPICS

Document = dict[str, Any]

_STRING = {"type": "string"}
_TIME = {"type": "string", "format": "date-time"}
_INTEGER = {"type": "string", "pattern": "^[0-9]+$"}
_HEADERS: Document = {
    "ce_specversion": {"type": "string", "const": "1.0"},
    "ce_source": {"type": "string", "const": "/aioutlet"},
    "ce_id": {"type": "string", "format": "uuid"},
    "ce_subject": {**_STRING, "description": "The stream."},
    "ce_time": {**_TIME, "description": "When its cause happened."},
    "version": {**_INTEGER, "description": "Number of the event in its stream, from 1 without gaps."},
    "position": {**_INTEGER, "description": "Number of the event in the whole log, from 1 without gaps."},
    "previous": {**_INTEGER, "description": "Position of the message before it in this partition, 0 for the first."},
    "log": {
        **_STRING,
        "description": "Identity of the log it was copied from; older releases left it out.",
    },
    "correlationid": _STRING,
    "causationid": _STRING,
    "recordedat": _TIME,
    "requestid": _STRING,
    "traceparent": _STRING,
    "subjectid": _STRING,
    "actor": {**_STRING, "contentMediaType": "application/json"},
    "client": {**_STRING, "contentMediaType": "application/json"},
}
_OPTIONAL = {"log", "requestid", "traceparent", "subjectid", "client"}


def build_document() -> Document:
    """Return the document: channels are topics, messages are events."""
    events = list(EVENTS.values())
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "AIOutlet", "version": "1", "description": "Everything the shop publishes."},
        "defaultContentType": "application/json",
        "channels": {_channel_name(topic): _channel(topic, events) for topic in TOPICS},
        "operations": {
            f"publish.{name}": {"action": "send", "channel": {"$ref": f"#/channels/{name}"}}
            for name in map(_channel_name, TOPICS)
        },
        "components": {
            "messages": {event.wire_name: _message(event) for event in events},
            "schemas": schemas_of(list(events), "serialization"),
        },
    }


def _channel_name(topic: str) -> str:
    return topic.partition(".")[2]


def _channel(topic: str, events: list[type[Event]]) -> Document:
    keys = group_by_topic(events).get(topic, {})
    published = {event.wire_name for group in keys.values() for event in group}
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
