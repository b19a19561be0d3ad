"""The page of topics."""

from itertools import groupby

from aioutlet.pages.keys import by_topic, stream_of
from aioutlet.pages.markdown import code, page, table
from schemas.message import Event
from schemas.registry import EVENTS
from schemas.topics import DEAD_LETTERS, TOPICS

LEAD = """\
Five logs, one table (`schemas/topics.py`). All of one process of the business lies in one partition of one topic, in
position order, so its order is total. The partition follows from the key as every Kafka client's default partitioner
picks it (murmur2). An event that two processes need is published on both keys. For machines there is an
[AsyncAPI 3 document](asyncapi.json)."""

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

A consumer that finds another `previous` than its own checkpoint has missed something, and reads it from the store
([delivery](../explanation/delivery.md)).

`{DEAD_LETTERS}` exists and is empty: nothing is published to it yet. A message that its handler cannot take is logged
and counted, and its order stepped over ([delivery](../explanation/delivery.md))."""


def topics_page() -> str:
    """Every topic with the events on it, by key."""
    published = by_topic(list(EVENTS.values()))
    parts = [f"## `{topic}`\n\n{_keys(published.get(topic, {}))}" for topic in TOPICS]
    return page("Topics", LEAD, *parts, HEADERS)


def _keys(keys: dict[str, list[type[Event]]]) -> str:
    if not keys:
        return "Nothing is published here yet."
    return table(
        ("key", "stream", "events"),
        [
            (code(key), code(stream), ", ".join(map(_link, here)))
            for key, events in keys.items()
            for stream, here in groupby(sorted(events, key=stream_of), stream_of)
        ],
    )


def _link(event: type[Event]) -> str:
    return f"[{event.wire_name}](events.md#{event.wire_name})"
