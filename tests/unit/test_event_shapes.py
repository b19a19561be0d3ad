"""A released event cannot change without a version, an upcaster and golden bytes."""

from collections.abc import Collection
from enum import StrEnum
from pathlib import Path
from typing import Any, ClassVar

import pytest
from pydantic import create_model

from aioutlet.event_shapes.__main__ import main
from aioutlet.event_shapes.compatibility import Version, find_breaks, find_differences
from aioutlet.event_shapes.released import FILE, Shapes, as_file, load_shapes, with_current
from aioutlet.event_shapes.shape import shape_of
from schemas.message import ADDED_LATER, Cents, Event, Message, Quantity, Text
from schemas.registry import EVENTS
from schemas.sealed import Sealed

NAME = "order.gift.wrapped"


class Colour(StrEnum):
    RED = "red"


class TwoColours(StrEnum):
    RED = "red"
    BLUE = "blue"


class Ribbon(Message):
    length: Quantity


class DearRibbon(Message):
    length: Quantity
    price: Cents


class LongerRibbon(Message):
    length: Quantity
    knots: Quantity | None = ADDED_LATER


class ShortRibbon(Message):
    length: int


FIELDS: dict[str, Any] = {
    "paper": (Text, ...),
    "colour": (Colour, ...),
    "ribbons": (tuple[Ribbon, ...], ...),
    "note": (Text | None, None),
    "pieces": (int, 1),
}


def wrapped(version: int = 1, without: str = "", **changed: Any) -> type[Event]:
    """The event with some of its fields changed."""
    fields = {name: field for name, field in (FIELDS | changed).items() if name != without}
    made: type[Event] = create_model("OrderGiftWrapped", __base__=Event, __doc__="Someone wrapped it.", **fields)
    made.wire_name, made.schema_version = NAME, version
    return made


def breaks(
    *events: type[Event],
    upcasters: Collection[Version] = (),
    golden: Collection[Version] = ((NAME, 1), (NAME, 2), (NAME, 3)),
    released: Shapes | None = None,
) -> list[str]:
    return find_breaks(with_current({}, [wrapped()]) if released is None else released, events, upcasters, golden)


def test_an_event_as_it_was_released_breaks_nothing() -> None:
    assert breaks(wrapped()) == []


def test_an_optional_field_may_be_added_to_the_event_and_within_it() -> None:
    assert breaks(wrapped(card=(Text | None, ADDED_LATER))) == []
    assert breaks(wrapped(ribbons=(tuple[LongerRibbon, ...], ...))) == []


def test_a_field_that_was_added_is_released_too() -> None:
    with_card = with_current({}, [wrapped(card=(Text | None, ADDED_LATER))])
    assert breaks(wrapped(), released=with_card)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        pytest.param(wrapped(without="paper"), "required.paper", id="a required field is gone"),
        pytest.param(wrapped(without="note"), "note.", id="an optional field is gone"),
        pytest.param(wrapped(card=(Text, ...)), "required.card", id="a required field is added"),
        pytest.param(wrapped(note=(Text, ...)), "required.note", id="an optional field becomes required"),
        pytest.param(wrapped(paper=(Text, "white")), "required.paper", id="a required field becomes optional"),
        pytest.param(wrapped(paper=(int, ...)), "paper.type", id="another type"),
        pytest.param(wrapped(paper=(Text | None, ...)), "paper.", id="null is allowed"),
        pytest.param(wrapped(paper=(Sealed, ...)), "paper.", id="a field is sealed"),
        pytest.param(wrapped(colour=(TwoColours, ...)), "colour.", id="another word"),
        pytest.param(wrapped(pieces=(Quantity, 1)), "pieces.", id="another limit"),
        pytest.param(wrapped(pieces=(int, 2)), "pieces.default", id="another meaning of what is left out"),
        pytest.param(wrapped(ribbons=(tuple[DearRibbon, ...], ...)), "ribbons.items.", id="required within a field"),
        pytest.param(wrapped(ribbons=(tuple[ShortRibbon, ...], ...)), "ribbons.items.", id="a limit within a field"),
        pytest.param(wrapped(ribbons=(Ribbon, ...)), "ribbons.", id="one instead of many"),
    ],
)  # fmt: skip
def test_every_other_change_needs_a_version(changed: type[Event], said: str) -> None:
    assert any(line.startswith(f"{NAME} v1: {said}") for line in breaks(changed)), breaks(changed)


def test_a_renamed_field_is_one_gone_and_one_added() -> None:
    lines = breaks(wrapped(without="paper", wrapping=(Text, ...)))
    assert any("required.paper was" in line for line in lines)
    assert any("required.wrapping is" in line for line in lines)


def test_an_event_that_was_released_stays() -> None:
    assert breaks() == [f"{NAME} was released and is gone"]


def test_a_version_never_goes_back_and_leaves_none_out() -> None:
    second = with_current(with_current({}, [wrapped()]), [wrapped(2)])
    assert breaks(wrapped(), released=second) == [f"{NAME} v2 was released, and the current version is 1"]
    assert f"{NAME} v2 is left out: v3 follows v1" in breaks(wrapped(3), upcasters=[(NAME, 1), (NAME, 2)])


def test_a_new_version_may_have_another_shape_with_an_upcaster_and_golden_bytes() -> None:
    changed = wrapped(2, without="paper")
    assert breaks(changed, upcasters=[(NAME, 1)]) == []
    assert breaks(changed) == [f"{NAME} v1 has no upcaster to v2"]
    assert breaks(changed, upcasters=[(NAME, 1)], golden=[(NAME, 2)]) == [f"{NAME} v1 has no golden bytes"]
    assert breaks(changed, upcasters=[(NAME, 1)], golden=[(NAME, 1)]) == [f"{NAME} v2 has no golden bytes"]


def test_an_upcaster_leads_to_a_version_that_there_is() -> None:
    assert breaks(wrapped(), upcasters=[(NAME, 1)]) == [f"{NAME} v1 has an upcaster to no version"]


def test_words_are_no_part_of_a_shape() -> None:
    class OrderGiftWrapped(Event):
        """Nobody knows who."""

        wire_name: ClassVar[str] = NAME

        paper: Text
        """White, mostly."""

    described = shape_of(OrderGiftWrapped)
    assert described == shape_of(create_model("Other", __base__=Event, paper=(Text, ...)))
    assert find_differences(described, described) == []


def test_a_field_may_have_the_name_of_a_keyword() -> None:
    shape = shape_of(wrapped(title=(Text, ...), description=(Text, ...)))
    assert {"title", "description"} < shape["properties"].keys()


def test_the_shapes_of_all_events_are_recorded() -> None:
    assert main(["--check"]) == 0
    assert load_shapes().keys() >= EVENTS.keys()


def test_what_is_not_recorded_is_found_and_then_recorded(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / FILE.name
    file.write_bytes(as_file({}))
    assert main(["--check"], file=file) == 1
    assert "make shapes" in capsys.readouterr().err
    assert main([], file=file) == 0
    assert file.read_bytes() == FILE.read_bytes()


def test_what_breaks_is_not_recorded_unless_it_is_forced(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / FILE.name
    file.write_bytes(as_file({**load_shapes(), NAME: {1: shape_of(wrapped())}}))
    before = file.read_bytes()
    assert main([], file=file) == 1
    assert capsys.readouterr().err == f"{NAME} was released and is gone\n"
    assert file.read_bytes() == before
    assert main(["--force"], file=file) == 0
    assert main(["--check"], file=file) == 0
