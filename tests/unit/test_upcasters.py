"""Old events are upcast step by step to the current version, or refused."""

from typing import Any, ClassVar

import orjson
import pytest

from schemas.codec import Stored, decode, encode
from schemas.errors import Poison
from schemas.message import Event
from schemas.registry import EVENTS
from schemas.upcasters import UPCASTERS, upcast
from tests.examples import everything_known


class LampSwitched(Event):
    """An event of these tests only: v1 has `on: "yes"`, v2 `isOn: true`, v3 adds how bright."""

    wire_name: ClassVar[str] = "lamp.switched"
    schema_version: ClassVar[int] = 3

    is_on: bool
    lumens: int


def lamp_switched_1_to_2(fields: dict[str, Any]) -> dict[str, Any]:
    return {"isOn": fields["on"] == "yes"}


def lamp_switched_2_to_3(fields: dict[str, Any]) -> dict[str, Any]:
    return {**fields, "lumens": 400 if fields["isOn"] else 0}


@pytest.fixture(autouse=True)
def register_lamp_events(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(EVENTS, LampSwitched.wire_name, LampSwitched)
    monkeypatch.setitem(UPCASTERS, (LampSwitched.wire_name, 1), lamp_switched_1_to_2)
    monkeypatch.setitem(UPCASTERS, (LampSwitched.wire_name, 2), lamp_switched_2_to_3)


def written_at(version: int, data: dict[str, Any]) -> Stored:
    fields = orjson.loads(encode(everything_known()))
    changed = {**fields, "type": LampSwitched.wire_name, "schemaVersion": version, "data": data}
    return Stored(7, "lamp-1", 1, LampSwitched.wire_name, orjson.dumps(changed))


@pytest.mark.parametrize(
    ("version", "data"),
    [(1, {"on": "yes"}), (2, {"isOn": True}), (3, {"isOn": True, "lumens": 400})],
)
def test_every_version_is_read_as_the_current_event(version: int, data: dict[str, Any]) -> None:
    assert decode(written_at(version, data)).event == LampSwitched(is_on=True, lumens=400)


def test_an_upcast_event_is_written_in_the_current_version() -> None:
    again = orjson.loads(encode(decode(written_at(1, {"on": "no"}))))
    assert (again["schemaVersion"], again["data"]) == (3, {"isOn": False, "lumens": 0})


def test_a_missing_step_is_poison(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(UPCASTERS, (LampSwitched.wire_name, 2))
    with pytest.raises(Poison):
        decode(written_at(1, {"on": "yes"}))


def test_a_newer_version_is_poison() -> None:
    with pytest.raises(Poison, match="newer"):
        decode(written_at(4, {"isOn": True, "lumens": 400}))


def test_old_fields_that_cannot_be_upcast_are_poison() -> None:
    with pytest.raises(Poison):
        decode(written_at(1, {"onn": "yes"}))


def test_the_current_version_is_not_upcast() -> None:
    fields = {"isOn": True}
    assert upcast("never.heard.of", 2, fields, to=2) is fields


def test_every_released_version_has_its_step() -> None:
    needed = {(name, v) for name, event in EVENTS.items() for v in range(1, event.schema_version)}
    assert needed == set(UPCASTERS)
