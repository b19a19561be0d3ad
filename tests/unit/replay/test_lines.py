"""Events as lines of JSON and as lines of a terminal; a file that goes on where it was interrupted."""

import json
import random
from pathlib import Path

import orjson
import pytest

from aioutlet.replay.terminal_lines import line_of
from history.event_filter import EventFilter
from history.replay.file import NOTE, JsonLinesFile
from history.replay.json_lines import json_line, lines_of, position_of_line
from history.replay.plan import OtherReplay, Plan, describe
from schemas.codec import Stored, encode
from tests.examples import EXAMPLES
from tests.histories import recorded

PLAN = Plan("a log", describe(EventFilter(), 1, None), 103)


@pytest.fixture(scope="module")
def rows() -> list[Stored]:
    """One event of each type."""
    return [
        Stored(each.position, each.stream, each.version, each.type, encode(each))
        for each in recorded(EXAMPLES.values())
    ]


def test_a_line_is_the_stored_object_with_its_place_before_it(rows: list[Stored]) -> None:
    for row in rows:
        line = json.loads(json_line(row))
        assert list(line)[:3] == ["position", "stream", "version"]
        assert position_of_line(json_line(row)) == row.position
        assert {name: line[name] for name in json.loads(row.state)} == json.loads(row.state)


@pytest.mark.parametrize("state", [b"", b"{}", b"[]", b"null", b"{", b" {}", b'{"a":\n1}', b"\xff\n"])
def test_bytes_that_are_no_object_are_a_line_too(state: bytes) -> None:
    line = json_line(Stored(7, "order-1", 2, "order.created", state))
    assert b"\n" not in line
    assert json.loads(line)["position"] == 7
    assert json.loads(line)["type"] == "order.created"


def test_every_event_is_one_short_line_for_people(rows: list[Stored]) -> None:
    for row in [*rows, Stored(7, "order-1", 2, "order.created", b"\xff")]:
        text = line_of(row).plain
        assert row.type in text
        assert "\n" not in text
        assert "c2VhbGVk" not in text, "sealed text says nothing to anybody"


def test_a_file_cut_anywhere_goes_on_with_no_event_twice_or_missing(rows: list[Stored], tmp_path: Path) -> None:
    whole, path = lines_of(rows), tmp_path / "log.jsonl"
    for size in [*random.Random(7).sample(range(len(whole)), 200), 0, len(whole)]:
        path.write_bytes(whole[:size])
        path.with_name(path.name + NOTE).write_bytes(orjson.dumps(PLAN))
        file = JsonLinesFile(path, PLAN)
        left = [row for row in rows if row.position > file.reached]
        file._file.write(lines_of(left))
        file.finish()
        file.close()
        assert path.read_bytes() == whole, size
        assert list(tmp_path.iterdir()) == [path]


def test_a_file_of_another_replay_is_left_as_it_is(rows: list[Stored], tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    first = JsonLinesFile(path, PLAN)
    with pytest.raises(OtherReplay, match="another process"):
        JsonLinesFile(path, PLAN)
    first.close()
    for other in (Plan("another", PLAN.asked, 103), Plan("a log", describe(EventFilter(), 2, None), 103)):
        with pytest.raises(OtherReplay, match="another replay"):
            JsonLinesFile(path, other)
    again = JsonLinesFile(path, Plan("a log", PLAN.asked, 200))
    assert again.plan.until == 103
    again.finish()
    again.close()
    with pytest.raises(OtherReplay, match="there already"):
        JsonLinesFile(path, PLAN)
