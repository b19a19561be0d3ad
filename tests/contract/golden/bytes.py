"""What the golden files hold: every example as the store keeps it and as Kafka carries it."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from schemas.codec import Stored, encode
from schemas.envelope import Envelope
from schemas.topics import TopicPartition
from schemas.wire import Incoming, Outgoing, incoming, outgoing
from tests.examples import EXAMPLES, VARIANTS, everything_known, indexed_client, recorded, recorded_example

FOLDER = Path(__file__).parent
PARTITIONS = 4
PREVIOUS = 40
"""The previous position of the partition, which the relay would add; no part of the golden bytes."""


class Case(NamedTuple):
    """One envelope under the name of its files, `<wire name>.v<schema version>` or what makes it special."""

    name: str
    envelope: Envelope


def cases() -> Iterator[Case]:
    """Every event as it is today, events with all of their optional fields, and envelopes with everything known."""
    for wire_name, event in EXAMPLES.items():
        yield Case(f"{wire_name}.v{event.schema_version}", recorded_example(wire_name))
    for name, variant in VARIANTS.items():
        yield Case(name, recorded(variant))
    yield Case("everything-known", everything_known())
    yield Case("indexed-client", indexed_client())


def files(case: Case) -> dict[Path, bytes]:
    """The golden files of one case."""
    stored = as_stored(case.envelope)
    return {
        stored_path(case.name): stored.state,
        kafka_path(case.name): as_text(outgoing(stored, PARTITIONS)),
    }


def stored_path(name: str) -> Path:
    """Where the stored bytes of a case are kept, exactly as they are."""
    return FOLDER / "stored" / f"{name}.json"


def kafka_path(name: str) -> Path:
    """Where the messages of a case are kept."""
    return FOLDER / "kafka" / f"{name}.txt"


def as_stored(envelope: Envelope) -> Stored:
    """The row the store would keep."""
    return Stored(envelope.position, envelope.stream, envelope.version, envelope.type, encode(envelope))


def as_text(messages: list[Outgoing]) -> bytes:
    """Messages of one event to be read: a line per destination, the headers, the value; empty lines between."""
    places = [b"%s/%d %s" % (m.partition.topic.encode(), m.partition.partition, m.key) for m in messages]
    headers = [name.encode() + b": " + value for name, value in messages[0].headers]
    return b"\n".join([*places, b"", *headers, b"", messages[0].value])


def from_text(text: bytes) -> list[Incoming]:
    """The messages of one golden file as a consumer would meet them."""
    places, headers, value = text.split(b"\n\n", 2)
    pairs = [(name.decode(), held) for name, _, held in (line.partition(b": ") for line in headers.splitlines())]
    pairs.append(("previous", b"%d" % PREVIOUS))
    return [incoming(_place(line.split()[0].decode()), pairs, value) for line in places.splitlines()]


def _place(text: str) -> TopicPartition:
    topic, _, partition = text.partition("/")
    return TopicPartition(topic, int(partition))
