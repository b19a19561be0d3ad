"""Dead letters at the doors: listed page by page, shown with their cause, tried again or given up with a reason."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from event_store.records import BEHIND, AppendRequest, FailedTimer, ParkedFilter, ParkedMessage, Timer
from event_store.store import EventStore
from projectors.document_io import Database
from projectors.incomplete import IncompleteDocuments
from schemas.codec import decode
from schemas.dead_letters import DeadLettersDiscarded, DeadLettersReplayed
from schemas.documents import ORDERS_VIEW
from schemas.stream_names import DEAD_LETTERS_STREAM
from schemas.topics import ORDERS, TopicPartition
from streams.relay import WHOLE_LOG
from tests.documents import on_every_server
from tests.examples import NOON, ORDER_ID, ORDER_NUMBER
from tests.histories import events, recorded
from tests.incomplete import INCOMPLETE_ORDER
from tests.integration.doors.counter import ANN, BOB, OLIVE, Counter, key
from tests.integration.doors.reader import Reader

PATH = "/admin/dead-letters"
LATER = NOON + timedelta(seconds=7)
PLACE = TopicPartition(ORDERS, 1)


def message(consumer: str, position: int, cause: str = "KeyError", *, dead: bool = True) -> ParkedMessage:
    dead_at = LATER if dead else None
    return ParkedMessage(consumer, position, f"o-{position}", PLACE, NOON, 4, cause, NOON, "in step", dead_at)


TIMER = Timer("saga-o-9", "saga", "o-9", "payment/forward/1", NOON, 4)


async def park(store: EventStore) -> None:
    rows = [message("payment", 7), message("saga", 8), message("saga", 9, "poison"), message("saga", 30, dead=False)]
    behind = replace(message("saga", 31), cause=BEHIND, dead_at=None)
    unroutable = replace(message("relay", 3, "poison"), partition=WHOLE_LOG)
    await store.append(AppendRequest(parked=(*rows, behind, unroutable), timers=(TIMER,)))
    await store.fail_timers([FailedTimer(TIMER, "KeyError", "in fire", NOON, LATER)])


async def park_document(database: Database) -> str:
    row = replace(INCOMPLETE_ORDER, partition=PLACE, trace="in project", attempts=4, failed_at=6, dead_at=LATER)
    await IncompleteDocuments(database, [ORDERS_VIEW.name]).save(row)
    return row.id


@pytest.fixture
async def desk(reader: Reader, mongodb: Database) -> Reader:
    await park(reader.store)
    await park_document(mongodb)
    return reader


async def pages(desk: Reader, **asked: Any) -> list[dict[str, Any]]:
    """All items, two at a time."""
    items, cursor = [], None
    while True:
        page = await desk.told(PATH, params={**asked, "limit": 2, **({"cursor": cursor} if cursor else {})})
        assert len(page["items"]) <= 2
        items += page["items"]
        if (cursor := page["next"]) is None:
            return items


async def test_everything_that_is_parked_is_one_list_of_pages(desk: Reader) -> None:
    found = [(each["kind"], each["consumer"], each["subject"]) for each in await pages(desk)]
    assert found == [
        ("message", "payment", "o-7"),
        ("message", "relay", "o-3"),
        ("message", "saga", "o-8"),
        ("message", "saga", "o-9"),
        ("message", "saga", "o-30"),
        ("timer", "saga", "o-9"),
        ("document", "projections", ORDER_ID),
    ]


@pytest.mark.parametrize(
    ("asked", "subjects"),
    [
        ({"state": "waiting"}, ["o-30"]),
        ({"cause": "poison"}, ["o-3", "o-9"]),
        ({"consumer": "saga", "state": "dead"}, ["o-8", "o-9", "o-9"]),
        ({"consumer": "projections"}, [ORDER_ID]),
        ({"orderId": "o-9"}, ["o-9", "o-9"]),
        ({"kind": "timer"}, ["o-9"]),
        ({"kind": "document", "cause": "KeyError", "state": "dead"}, [ORDER_ID]),
        ({"cause": "nothing"}, []),
    ],
)
async def test_it_is_found_by_what_is_asked(desk: Reader, asked: dict[str, str], subjects: list[str]) -> None:
    assert [each["subject"] for each in await pages(desk, **asked)] == subjects


@on_every_server
async def test_the_answer_counts_what_waits_and_what_is_dead_by_cause(desk: Reader) -> None:
    counts = (await desk.told(PATH, headers=OLIVE))["counts"]
    assert [tuple(each.values()) for each in counts] == [
        ("message", "payment", "KeyError", 0, 1),
        ("message", "relay", "poison", 0, 1),
        ("message", "saga", "KeyError", 1, 1),
        ("message", "saga", BEHIND, 1, 0),
        ("message", "saga", "poison", 0, 1),
        ("timer", "saga", "KeyError", 0, 1),
        ("document", "projections", "KeyError", 0, 1),
    ]


async def test_of_an_order_its_id_and_number_are_said(desk: Reader) -> None:
    await desk.sees(recorded(events("order.created", order_id="o-8")))
    named = {each["id"]: (each["orderId"], each["orderNumber"]) for each in await pages(desk)}
    assert (named["saga.8"], named["saga.9"]) == (("o-8", ORDER_NUMBER), (None, None))
    [document] = await pages(desk, kind="document")
    assert (document["orderId"], document["orderNumber"]) == (ORDER_ID, None)
    shown = await desk.told(f"{PATH}/saga.8")
    assert (shown["orderId"], shown["orderNumber"]) == ("o-8", ORDER_NUMBER)


async def test_one_is_shown_with_where_it_was_raised(desk: Reader) -> None:
    traces = [(await desk.told(f"{PATH}/{each['id']}"))["trace"] for each in await pages(desk)]
    assert traces == ["in step"] * 5 + ["in fire", "in project"]
    shown = await desk.told(f"{PATH}/saga.8")
    assert (shown["topic"], shown["partition"], shown["position"], shown["retryAt"]) == (ORDERS, 1, 8, None)


@pytest.mark.parametrize("gone", ["saga.31", "saga.77", "timer.W10", "timer.e30", "document.WyJhIiwiYiIsImMiXQ", "x.y"])
async def test_what_is_not_parked_is_not_found(desk: Reader, gone: str) -> None:
    await desk.refused(404, "not_found", f"{PATH}/{gone}", headers=ANN)


async def test_a_cursor_of_another_list_is_refused(desk: Reader) -> None:
    cursor = (await desk.told(PATH, params={"limit": 1}))["next"]
    asked = {"limit": 1, "cursor": cursor, "cause": "poison"}
    await desk.refused(422, "invalid", PATH, params=asked, headers=ANN)


async def test_others_than_operators_and_admins_see_nothing(desk: Reader) -> None:
    await desk.refused(403, "forbidden", PATH, headers=BOB)


@pytest.fixture
async def counter() -> AsyncIterator[Counter]:
    counter = Counter()
    await park(counter.store)
    yield counter
    await counter.store.close()


async def ids(counter: Counter) -> dict[str, str]:
    """The ids of what is parked, by kind and subject."""
    from history.parked_rows import ParkedRows
    from schemas.dead_letters import LetterFilter

    rows = ParkedRows(counter.store)
    found = [
        *await rows.messages(LetterFilter(), ("", 0), 100),
        *await rows.timers(LetterFilter(), ("", ""), 100),
    ]
    return {f"{each.kind} {each.subject}": each.id for each in found}


async def decisions(counter: Counter) -> list[Any]:
    return [decode(each) for each in await counter.store.versions(DEAD_LETTERS_STREAM, limit=100)]


async def test_a_replay_is_an_event_with_who_and_why_and_makes_timers_due(counter: Counter) -> None:
    named = await ids(counter)
    body = {"ids": [named["message o-8"], named["timer o-9"]], "reason": "the release of today mends it"}
    answer = await counter.done("POST", f"{PATH}/replay", json=body, headers=OLIVE)
    assert (answer["decided"], answer["streamId"], answer["version"]) == (2, DEAD_LETTERS_STREAM, 1)
    [event] = await decisions(counter)
    assert isinstance(event.event, DeadLettersReplayed)
    assert (event.actor.id, event.event.by, event.event.reason) == ("olive", "olive", body["reason"])
    assert [(each.consumer, each.name, each.subject, each.cause) for each in event.event.letters] == [
        ("saga", "8", "o-8", "KeyError"),
        ("saga", "saga-o-9", "o-9", "KeyError"),
    ]
    assert [timer.attempts for timer in await counter.store.due(counter.clock(), kind="saga")] == [0]
    assert await counter.store.failed_timers(ParkedFilter()) == []


async def test_a_discarded_timer_is_never_due(counter: Counter) -> None:
    body = {"ids": [(await ids(counter))["timer o-9"]], "reason": "settled by phone"}
    await counter.done("POST", f"{PATH}/discard", json=body, headers=OLIVE)
    [event] = await decisions(counter)
    assert isinstance(event.event, DeadLettersDiscarded)
    assert await counter.store.failed_timers(ParkedFilter()) == []
    assert await counter.store.due(NOON + timedelta(days=9), kind="saga") == []


async def test_an_event_without_a_place_on_kafka_is_only_given_up(counter: Counter) -> None:
    body = {"ids": ["relay.3"], "reason": "nobody reads it"}
    await counter.refused(409, "not_replayable", "POST", f"{PATH}/replay", json=body, headers=OLIVE)
    await counter.done("POST", f"{PATH}/discard", json=body, headers=OLIVE)
    assert await counter.store.parked_messages(ParkedFilter(consumer="relay")) == []


async def test_a_decision_about_what_is_gone_is_refused_whole(counter: Counter) -> None:
    body = {"ids": ["saga.8", "saga.77"], "reason": "mended"}
    await counter.refused(404, "not_found", "POST", f"{PATH}/replay", json=body, headers=OLIVE)
    assert await decisions(counter) == []


async def test_a_repeated_request_is_one_decision(counter: Counter) -> None:
    body = {"ids": ["saga.8"], "reason": "mended"}
    said: dict[str, Any] = {"json": body, "headers": OLIVE | key("replay-1")}
    first = await counter.done("POST", f"{PATH}/replay", **said)
    await counter.store.append(AppendRequest(unparked=(message("saga", 8),)))
    assert await counter.done("POST", f"{PATH}/replay", **said) == first
    assert len(await decisions(counter)) == 1


@pytest.mark.parametrize(
    "body",
    [
        {"ids": [], "reason": "x"},
        {"ids": ["saga.8"]},
        {"ids": ["saga.8"] * 101, "reason": "x"},
        {"ids": ["?"], "reason": "x"},
    ],
)
async def test_a_decision_needs_some_letters_and_a_reason(counter: Counter, body: dict[str, Any]) -> None:
    await counter.refused(422, "invalid", "POST", f"{PATH}/discard", json=body, headers=OLIVE)


async def test_others_than_operators_and_admins_decide_nothing(counter: Counter) -> None:
    body = {"ids": ["saga.8"], "reason": "x"}
    await counter.refused(403, "forbidden", "POST", f"{PATH}/replay", json=body, headers=BOB)
