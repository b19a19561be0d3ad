"""Records become messages; one that cannot be read is reported and skipped."""

from types import SimpleNamespace
from typing import Any

from schemas.errors import Poison
from schemas.topics import ORDERS, TopicPartition
from subscriptions.records import read_records


def record(position: bytes, value: bytes | None = b"{}") -> Any:
    headers = [("position", position), ("previous", b"0"), ("ce_type", b"order.created")]
    return SimpleNamespace(topic=ORDERS, partition=3, headers=headers, value=value)


def test_what_is_unreadable_is_reported_and_the_others_are_read() -> None:
    reported: list[Poison] = []
    messages = read_records([record(b"1"), record(b"one"), record(b"2")], reported.append)
    assert [message.position for message in messages] == [1, 2]
    assert {message.partition for message in messages} == {TopicPartition(ORDERS, 3)}
    assert len(reported) == 1


def test_a_record_without_a_value_is_an_empty_message() -> None:
    [message] = read_records([record(b"1", None)], lambda _: None)
    assert message.value == b""
