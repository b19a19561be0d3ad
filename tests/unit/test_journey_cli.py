"""The journey's last word when it cannot go on."""

from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from aioutlet.cli import app
from aioutlet.journey.cli import why
from aioutlet.terminal import CANNOT

GONE = httpx.ConnectError("all attempts failed")


def test_without_a_shop_the_journey_says_how_to_open_one(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["journey", "--data", str(tmp_path / "nowhere")])
    assert done.exit_code == CANNOT
    assert "make run" in " ".join(done.output.split())


def test_a_shop_that_went_away_is_told_in_one_sentence_however_deep_it_happened() -> None:
    assert why(ExceptionGroup("", [ExceptionGroup("", [GONE, GONE]), GONE])) == (
        "the shop does not answer: all attempts failed"
    )


@pytest.mark.parametrize("faults", [[GONE, ValueError("a bug of ours")], [ValueError("a bug of ours")]])
def test_a_fault_of_ours_is_not_hushed_up(faults: list[Exception]) -> None:
    with pytest.raises(ExceptionGroup) as raised:
        why(ExceptionGroup("", faults))
    assert raised.group_contains(ValueError)
