"""Builds the reference page of topics."""

from itertools import groupby

from aioutlet.pages.keys import group_by_topic, stream_of
from aioutlet.pages.markdown import code, page, table
from schemas.message import Event
from schemas.registry import EVENTS
from schemas.topics import DEAD_LETTERS, TOPICS

LEAD = """\
Five topics, routed by one table (`schemas/topics.py`). All events with one key are in one partition, in position order.
The partition is the one that every Kafka client's default partitioner picks for the key (murmur2). An event that two
processes need is published on both keys. For tools there is an [AsyncAPI 3 document](asyncapi.json)."""

HEADERS = f"""\
## Headers {{ #headers }}

Messages are CloudEvents 1.0 in binary mode: the value is the JSON of the event's data, and a consumer filters on
`ce_type` before it decodes anything.

| header | is |
| --- | --- |
| `ce_specversion`, `ce_source`, `content-type` | `1.0`, `/aioutlet`, `application/json` |
| `ce_id`, `ce_type`, `ce_subject`, `ce_time` | id, type, stream and `occurredAt` of the event |
| `schemaversion`, `version`, `position` | version of its shape; its number in its stream; its number in the store |
| `previous` | position of the message before it in this partition, 0 for the first |
| `correlationid`, `causationid`, `requestid`, `traceparent` | the envelope's fields, where known |
| `recordedat`, `subjectid` | likewise |
| `actor`, `client` | JSON, as in the envelope |

A consumer whose checkpoint is lower than `previous` has missed messages, and reads them from the store
([delivery](../explanation/delivery.md)).

## `{DEAD_LETTERS}` {{ #dead-letters }}

What an agent could not handle, after it was tried three more times
([delivery](../explanation/delivery.md#when-something-cannot-be-handled)): one partition, keyed by the order. The value
is the event's bytes as they are stored, readable or not; of a timer it is JSON: `id`, `kind`, `subject` and `token`.
It is a copy: whether the message is tried again is decided by an operator, never over this topic.

| header | is |
| --- | --- |
| `deadletter`, `deadat` | what tells it from all others: consumer and position, or kind and id; and when it died |
| `kind` | `message` or `timer` |
| `consumer`, `subject` | who could not handle it (of a timer: its kind), and the order |
| `cause`, `trace` | the error's code or class, and where it was raised, without any word of the data |
| `since`, `attempts` | when it first failed, and how often it was tried |
| `position`, `version`, `ce_type`, `ce_subject` | of a message: as above |
| `topic`, `partition` | of a message: where the consumer read it |"""


def topics_page() -> str:
    """Return the page of all topics and their events, by key."""
    published = group_by_topic(list(EVENTS.values()))
    parts = [f"## `{topic}`\n\n{_keys(published.get(topic, {}))}" for topic in TOPICS]
    return page("Topics", LEAD, *parts, HEADERS)


def _keys(keys: dict[str, list[type[Event]]]) -> str:
    if not keys:
        return "Nothing is published here yet."
    return table(
        ("key", "stream", "events"),
        [
            (code(key), code(stream), ", ".join(map(_link, group)))
            for key, events in keys.items()
            for stream, group in groupby(sorted(events, key=stream_of), stream_of)
        ],
    )


def _link(event: type[Event]) -> str:
    return f"[{event.wire_name}](events.md#{event.wire_name})"
