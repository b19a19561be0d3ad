"""A figure as people read it and as machines do: with its peer, its interval, its bounds and its machine."""

from io import StringIO

import pytest
from rich.console import Console

from bench.figures import FIGURES
from bench.machine import PARTS, facts
from bench.report import drawn, for_machines
from bench.sampling import Result
from bench.statistics import Spread

MACHINE = {"cores": 2, "loadAverage": [0.5, 0.4, 0.3], "commit": "c62dc9b03490", "packages": {"psycopg": "3.3.9"}}
OURS, PEER = Spread(30_000, 29_000, 31_000, 28_000, 32_000), Spread(1_000, 990, 1_010, 980, 1_020)
RATIO = Spread(30.04, 29.5, 30.5, 29, 31)
B1 = Result(FIGURES["B1"], OURS, PEER, RATIO, pairs=9, seconds=2.5, notes={"fsync": "on"})
LATENCY = Spread(251, 250.5, 252, 250.2, 253)
B16 = Result(FIGURES["B16"], LATENCY, None, LATENCY, pairs=9, seconds=2.5)


def drawn_text(*results: Result) -> str:
    console = Console(file=StringIO(), width=200)
    console.print(drawn(results, MACHINE))
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


def test_a_line_says_what_was_compared_and_whether_it_is_enough() -> None:
    text = drawn_text(B1)
    for words in ("B1", "30,000 /s", "1,000 /s", "30", "29 to 31", "≥ 5", "≥ 25", "goal"):
        assert words in text


def test_a_limit_has_no_peer_and_is_kept_from_above() -> None:
    text = drawn_text(B16)
    assert "≤ 250" in text
    assert "below its floor" in text


def test_the_table_says_on_what_machine() -> None:
    text = drawn_text(B1)
    for words in ("cores 2", "loadAverage [0.5, 0.4, 0.3]", "commit c62dc9b03490", "psycopg 3.3.9"):
        assert words in text


def test_machines_read_everything_by_name() -> None:
    written = for_machines([B1], MACHINE)
    [figure] = written["figures"]
    assert written["machine"] == MACHINE
    assert figure == {
        "name": "B1",
        "ours": {"what": B1.figure.ours, "unit": "/s", **OURS._asdict()},
        "peer": {"what": B1.figure.peer, "unit": "/s", **PEER._asdict()},
        "ratio": 30.04,
        "quartiles": [29.5, 30.5],
        "interval": [29, 31],
        "floor": 5,
        "goal": 25,
        "isAtFloor": True,
        "isAtGoal": True,
        "pairs": 9,
        "seconds": 2.5,
        "notes": {"fsync": "on"},
    }


def test_a_limit_is_written_as_a_value_not_as_a_ratio() -> None:
    [figure] = for_machines([B16], MACHINE)["figures"]
    assert figure["peer"] is None
    assert figure["value"] == 251
    assert "ratio" not in figure


@pytest.mark.parametrize("fact", ["at", "commit", "changed", "cores", "processor", "loadAverage", "python", "kernel"])
def test_a_number_without_its_machine_is_not_a_number(fact: str) -> None:
    assert facts()[fact] not in (None, "")


def test_every_part_is_named_with_its_version() -> None:
    packages = facts()["packages"]
    assert isinstance(packages, dict)
    assert set(packages) == set(PARTS)
