"""What holds for every read model, whatever the history."""

import itertools
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projectors.folding import Folded, fold, touches_of
from projectors.models.orders import ORDERS
from projectors.models.registry import MODELS
from projectors.read_model import ReadModel
from schemas.documents import VIEWS, Document
from schemas.envelope import Envelope
from schemas.registry import EVENTS
from schemas.topics import ROUTES
from tests.examples import EXAMPLES
from tests.histories import COMPLETED, events, recorded

Documents = dict[str, Document]
HISTORIES = st.lists(st.sampled_from(sorted(EXAMPLES)), max_size=30).map(lambda names: recorded(events(*names)))
EVERY_MODEL = pytest.mark.parametrize("model", MODELS, ids=lambda model: model.view.name)
ADDING_UP = pytest.mark.parametrize(
    "model", [model for model in MODELS if model.project_all], ids=lambda model: model.view.name
)


def after(model: ReadModel, stored: Documents, envelopes: list[Envelope]) -> Documents:
    wanted = [envelope for envelope in envelopes if envelope.type in model.types]
    return stored | fold(model, stored, wanted).documents


@EVERY_MODEL
@given(history=HISTORIES, cut=st.integers(0, 30))
def test_any_prefix_replayed_gives_the_same_documents(model: ReadModel, history: list[Envelope], cut: int) -> None:
    once = after(model, {}, history)
    assert after(model, once, history[:cut]) == once


@EVERY_MODEL
@given(history=HISTORIES, cuts=st.lists(st.integers(0, 30), max_size=4))
def test_batches_of_any_size_give_the_same_documents(
    model: ReadModel, history: list[Envelope], cuts: list[int]
) -> None:
    edges = [0, *sorted(cuts), len(history)]
    documents: Documents = {}
    for start, end in itertools.pairwise(edges):
        documents = after(model, documents, history[start:end])
    assert documents == after(model, {}, history)


def one_change_each(folded: Folded) -> list[tuple[str, str, int, int]]:
    """The changes of shares, at one position each."""
    changes = folded.share_changes
    return sorted((each.bucket, each.name, position, each.change) for each in changes for position in each.positions)


@ADDING_UP
@given(history=HISTORIES, cut=st.integers(0, 30))
def test_events_that_are_applied_at_once_change_what_they_change_one_after_another(
    model: ReadModel, history: list[Envelope], cut: int
) -> None:
    one_by_one = replace(model, project_all=None)
    stored = after(model, {}, history[:cut])
    wanted = [envelope for envelope in history if envelope.type in model.types]
    at_once, expected = fold(model, stored, wanted), fold(one_by_one, stored, wanted)
    assert (at_once.documents, at_once.positions) == (expected.documents, expected.positions)
    assert one_change_each(at_once) == one_change_each(expected)
    assert at_once.tally_changes == expected.tally_changes == []


@EVERY_MODEL
@given(history=HISTORIES)
def test_folding_leaves_the_stored_documents_as_they_were(model: ReadModel, history: list[Envelope]) -> None:
    half = len(history) // 2
    stored = after(model, {}, history[:half])
    before = repr(stored)
    after(model, stored, history[half:])
    assert repr(stored) == before


@EVERY_MODEL
@given(history=HISTORIES)
def test_counts_are_those_of_the_documents(model: ReadModel, history: list[Envelope]) -> None:
    wanted = [envelope for envelope in history if envelope.type in model.types]
    folded = fold(model, {}, wanted)
    counted: dict[str, int] = {}
    for count in folded.tally_changes:
        counted[count.label] = counted.get(count.label, 0) + count.change
    expected: dict[str, int] = {}
    for document in folded.documents.values():
        for label in model.labels(document):
            expected[label] = expected.get(label, 0) + 1
    assert {label: count for label, count in counted.items() if count} == expected


@EVERY_MODEL
@given(history=HISTORIES)
def test_totals_are_those_of_the_documents(model: ReadModel, history: list[Envelope]) -> None:
    wanted = [envelope for envelope in history if envelope.type in model.types]
    folded = fold(model, {}, wanted)
    added: Counter[tuple[str, str]] = Counter()
    for change in folded.share_changes:
        added[change.bucket, change.name] += change.total
    expected: Counter[tuple[str, str]] = Counter()
    for document in folded.documents.values():
        expected.update(model.shares(document))
    assert {key: amount for key, amount in added.items() if amount} == {**+expected, **-expected}


class Fields(dict[str, object]):
    """A document that notes which of its fields are read."""

    def __init__(self, document: Document) -> None:
        super().__init__(document)
        self.read: set[str] = set()

    def __getitem__(self, name: str) -> object:
        self.read.add(name)
        return super().__getitem__(name)

    def get(self, name: str, default: object = None) -> object:
        self.read.add(name)
        return super().get(name, default)

    def __contains__(self, name: object) -> bool:
        self.read.add(str(name))
        return super().__contains__(name)


@EVERY_MODEL
@given(history=HISTORIES)
def test_a_document_is_counted_by_the_fields_that_say_so(model: ReadModel, history: list[Envelope]) -> None:
    for document in map(Fields, after(model, {}, history).values()):
        model.labels(document)
        model.shares(document)
        assert document.read <= {*model.counted}


@EVERY_MODEL
def test_a_document_is_fed_by_one_partition(model: ReadModel) -> None:
    assert [name for name in model.types if model.view.topic not in {route.topic for route in ROUTES[name]}] == []


@EVERY_MODEL
def test_a_model_wants_only_events_there_are(model: ReadModel) -> None:
    assert model.types <= EVENTS.keys()


@EVERY_MODEL
def test_an_event_touches_a_document_once(model: ReadModel) -> None:
    prefix = "3/" if model.is_per_partition else ""
    for envelope in recorded(events(*sorted(model.types))):
        keys = [prefix + key for key, _ in model.touches(envelope)]
        assert keys == list(touches_of(model, [envelope], 3))
        assert len(keys) == len(set(keys))


def test_an_order_of_many_events_is_one_document_to_write() -> None:
    history = [envelope for envelope in recorded(events(*COMPLETED)) if envelope.type in ORDERS.types]
    assert (len(history), len(fold(ORDERS, {}, history).documents)) == (10, 1)


def test_every_view_has_its_model() -> None:
    assert tuple(model.view for model in MODELS) == VIEWS


def test_documents_are_plain_json() -> None:
    def plain(value: Any) -> bool:
        match value:
            case dict():
                return all(type(key) is str and plain(item) for key, item in value.items())
            case list():
                return all(map(plain, value))
            case _:
                return value is None or type(value) in (str, int, float, bool)

    history = recorded(events("order.created", *sorted(EXAMPLES)))
    for model in MODELS:
        assert all(map(plain, after(model, {}, history).values()))
