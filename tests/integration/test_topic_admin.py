"""The topics on Apache Kafka: made once, and what differs is said and left."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from confluent_kafka.admin import AdminClient, ConfigResource, ResourceType

from schemas.errors import Unavailable
from schemas.topics import DEAD_LETTERS, TOPICS
from streams.topic_admin import Difference, TopicSpec, ensure_topics, topic_specs

DAY_MS = 86_400_000


@pytest.fixture
def log() -> TopicSpec:
    """One with a name of its own: the broker is shared."""
    return topic_specs(partitions=3, replicas=1)[0]._replace(topic=f"test.{uuid4().hex}")


def settings_of(broker: str, topic: str) -> dict[str, str]:
    resource = ConfigResource(ResourceType.TOPIC, topic)
    client = AdminClient({"bootstrap.servers": broker})
    answer = client.describe_configs([resource])[resource].result(10)
    return {name: entry.value for name, entry in answer.items()}


def test_a_missing_topic_is_made_with_its_partitions_and_settings(kafka_bootstrap: str, log: TopicSpec) -> None:
    assert ensure_topics(kafka_bootstrap, [log]) == ((log.topic,), ())
    made = AdminClient({"bootstrap.servers": kafka_bootstrap}).list_topics(log.topic).topics[log.topic]
    assert len(made.partitions) == 3
    assert settings_of(kafka_bootstrap, log.topic).items() >= log.settings.items()


def test_setting_up_twice_makes_nothing_the_second_time(kafka_bootstrap: str, log: TopicSpec) -> None:
    ensure_topics(kafka_bootstrap, [log])
    assert ensure_topics(kafka_bootstrap, [log]) == ((), ())


def test_several_at_once_make_each_topic_once(kafka_bootstrap: str, log: TopicSpec) -> None:
    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(lambda _: ensure_topics(kafka_bootstrap, [log]), range(4)))
    assert [outcome.created for outcome in outcomes].count((log.topic,)) == 1
    assert all(outcome.differences == () for outcome in outcomes)


def test_a_topic_that_differs_is_told_in_full_and_left_as_it_is(kafka_bootstrap: str, log: TopicSpec) -> None:
    other = log._replace(partitions=5, settings={**log.settings, "retention.ms": "1000"})
    ensure_topics(kafka_bootstrap, [other])
    wanted = ensure_topics(kafka_bootstrap, [log])
    assert wanted.created == ()
    assert wanted.differences == (
        Difference(log.topic, "partitions", "5", "3"),
        Difference(log.topic, "retention.ms", "1000", str(7 * DAY_MS)),
    )
    assert [difference.is_fatal for difference in wanted.differences] == [True, False]
    assert ensure_topics(kafka_bootstrap, [other]).differences == ()


def test_a_topic_no_broker_will_make_is_refused_with_the_reason(kafka_bootstrap: str, log: TopicSpec) -> None:
    with pytest.raises(Unavailable, match=r"[Rr]eplication"):
        ensure_topics(kafka_bootstrap, [log._replace(replicas=3)])


def test_a_broker_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch, log: TopicSpec) -> None:
    monkeypatch.setattr("streams.topic_admin.TIMEOUT", 0.3)
    with pytest.raises(Unavailable, match=r"127\.0\.0\.1:1:"):
        ensure_topics("127.0.0.1:1", [log])


def test_every_topic_of_the_shop_is_wanted_with_the_same_partitions_and_dead_letters_are_kept_longer() -> None:
    wanted = {log.topic: log for log in topic_specs(partitions=12, replicas=3)}
    assert wanted.keys() == {*TOPICS, DEAD_LETTERS}
    assert {wanted[topic].partitions for topic in TOPICS} == {12}
    assert int(wanted[DEAD_LETTERS].settings["retention.ms"]) > int(wanted[TOPICS[0]].settings["retention.ms"])


@pytest.mark.parametrize(("replicas", "in_sync"), [(1, "1"), (2, "1"), (3, "2"), (5, "4")])
def test_one_broker_may_be_away_without_stopping_the_shop(replicas: int, in_sync: str) -> None:
    assert {log.settings["min.insync.replicas"] for log in topic_specs(partitions=1, replicas=replicas)} == {in_sync}
