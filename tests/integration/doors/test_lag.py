"""How far the relay, the processors and the read models are behind the log, at the query door."""

from aioutlet.components import CONSUMERS, progress_reader
from event_store.memory import MemoryBackend
from event_store.records import AppendRequest, Checkpoint
from event_store.threaded import ThreadedStore
from query_api.lag import LogProgress
from schemas.documents import VIEWS
from schemas.topics import ORDERS, PEOPLE, TopicPartition
from streams.relay import WHOLE_LOG
from subscriptions.catch_up import RELAY
from tests.contract.event_store.requests import NOON, request
from tests.histories import COMPLETED, events, places_of, recorded
from tests.integration.doors.counter import BOB, who
from tests.integration.doors.reader import Reader

PATH = "/admin/lag"
OPERATOR = who("otto", "operator")


async def test_each_is_as_far_behind_as_where_it_is_furthest_behind(reader: Reader) -> None:
    first, second, other = TopicPartition(ORDERS, 0), TopicPartition(ORDERS, 1), TopicPartition(PEOPLE, 0)
    reader.progress = LogProgress(
        head=30,
        relayed=28,
        published={first: 20, second: 28, other: 25},
        finished={"payment": {first: 20, second: 21}, "accounts": {other: 25}, "shipping": {}},
        topics={"payment": {ORDERS}, "accounts": {PEOPLE}, "shipping": {ORDERS}},
    )
    lag = await reader.told(PATH, headers=OPERATOR)
    assert lag["head"] == 30
    assert {each["name"]: each["behind"] for each in lag["consumers"]} == {
        "relay": 2,
        "payment": 7,
        "accounts": 0,
        "shipping": 28,
    }


async def test_a_read_model_is_behind_by_what_its_documents_lack(reader: Reader) -> None:
    log = recorded(events(*COMPLETED))
    reader.progress = LogProgress(len(log), len(log), dict.fromkeys(places_of(log[-1]), log[-1].position), {}, {})
    behind = {each["name"]: each["behind"] for each in (await reader.told(PATH))["views"]}
    assert behind.keys() == {view.title for view in VIEWS}
    assert (behind["orders"], behind["sagas"], behind["users"]) == (len(log), len(log), 0)
    await reader.sees(log)
    assert {each["behind"] for each in (await reader.told(PATH))["views"]} == {0}


async def test_progress_is_what_the_store_knows_of_the_relay_and_the_processors() -> None:
    store, place = ThreadedStore(MemoryBackend(lambda: NOON)), TopicPartition(ORDERS, 2)
    await store.append(request("order-1"))
    marks = (Checkpoint(RELAY, WHOLE_LOG, 1), Checkpoint(RELAY, place, 1), Checkpoint("saga", place, 1))
    await store.append(AppendRequest(checkpoints=marks))
    progress = await progress_reader(store)()
    assert (progress.head, progress.relayed, progress.published) == (1, 1, {place: 1})
    assert progress.finished == {name: {place: 1} if name == "saga" else {} for name in CONSUMERS}
    assert progress.topics.keys() == {*CONSUMERS}
    await store.close()


async def test_only_keepers_may_ask(reader: Reader) -> None:
    for headers in (BOB, who("ada", "analyst"), who("ada", "auditor")):
        assert (await reader.asks(PATH, headers=headers)).status_code == 403


async def test_a_process_that_reads_no_progress_says_so(reader: Reader) -> None:
    reader.app.state.read_progress = None
    await reader.refused(404, "not_found", PATH)
