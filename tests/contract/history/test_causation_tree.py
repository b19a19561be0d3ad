"""The causation tree of a correlation is found alike on every store, and drawn."""

import re
from xml.etree import ElementTree as Xml

import pytest

from event_store.memory import memory_store
from event_store.store import EventStore
from history.causation import tree
from history.causation.mermaid import draw_mermaid
from history.causation.svg import draw_svg
from history.causation.tree import find_tree
from schemas.errors import NotFound
from schemas.time_travel import CausationTree, CausedEvent
from tests.contract.event_store.conftest import SetClock
from tests.contract.history.story import append, by, effect_of, tell_story, wrap

SVG = "{http://www.w3.org/2000/svg}"


def links(found: CausationTree) -> dict[int, int | None]:
    return {event.position: event.cause for event in found.items}


async def test_every_event_of_the_correlation_has_its_cause(
    store: EventStore, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await tell_story(store, clock)
    found = await find_tree(store, "c-1")
    assert links(found) == {1: None, 2: None, 3: 1, 5: 3, 6: 3, 7: 6}
    assert (found.first, found.last, found.left_out) == (1, 8, False)
    monkeypatch.setattr(tree, "SPAN", 3)
    assert await find_tree(store, "c-1") == found


@pytest.fixture
async def remembered(clock: SetClock) -> EventStore:
    store = memory_store(clock=clock)
    await tell_story(store, clock)
    return store


async def test_one_looks_so_far_and_shows_so_many(remembered: EventStore) -> None:
    near = await find_tree(remembered, "c-1", look=4)
    assert (links(near), near.first) == ({5: None, 6: None, 7: 6}, 5)
    few = await find_tree(remembered, "c-1", limit=3)
    assert (links(few), few.left_out) == ({1: None, 2: None, 3: 1}, True)
    with pytest.raises(NotFound):
        await find_tree(remembered, "c-1", look=1)
    with pytest.raises(NotFound):
        await find_tree(remembered, "c-9", look=None)


async def test_the_flowchart_has_an_arrow_for_every_cause(remembered: EventStore) -> None:
    found = await find_tree(remembered, "c-1")
    assert found.mermaid.startswith('flowchart LR\n  e1["order.completed<br/>order-1 v1"]\n')
    arrows = re.findall(r"^  e(\d+) --> e(\d+)$", found.mermaid, re.MULTILINE)
    assert {(int(cause), int(effect)) for cause, effect in arrows} == {
        (cause, effect) for effect, cause in links(found).items() if cause
    }


async def test_the_picture_has_a_box_for_every_event_and_a_line_for_every_cause(remembered: EventStore) -> None:
    found = await find_tree(remembered, "c-1")
    picture = Xml.fromstring(found.svg)
    assert len(picture.findall(f"{SVG}rect")) == len(found.items)
    assert len(picture.findall(f"{SVG}path")) == len([each for each in found.items if each.cause])
    texts = [each.text or "" for each in picture.findall(f"{SVG}text")]
    assert all(any(str(each.position) in text for text in texts) for each in found.items)


async def test_a_deep_chain_is_drawn_within_bounds() -> None:
    store = memory_store()
    last = wrap("order-1", by("place", "c-1"))
    await append(store, last)
    for number in range(60):
        last = effect_of(last[0], f"order-{number + 2}")
        await append(store, last)
    found = await find_tree(store, "c-1")
    assert len(found.items) == 61
    picture = Xml.fromstring(found.svg)
    assert float(picture.attrib["width"]) < 1_000
    assert all(float(box.attrib["x"]) + 340 < float(picture.attrib["width"]) for box in picture.findall(f"{SVG}rect"))


def test_names_end_no_label_and_begin_no_tag() -> None:
    event = CausedEvent(position=1, stream='order-"]<script>', version=1, type="a<b>&", size=1, topics=[], cause=None)
    assert draw_mermaid([event]).splitlines()[1] == '  e1["a#60;b#62;#38;<br/>order-#34;#93;#60;script#62; v1"]'
    [title, stream] = [each.text for each in Xml.fromstring(draw_svg([event])).findall(f"{SVG}text")]
    assert (title, stream) == ("a<b>&", '1 order-"]<script> v1')
