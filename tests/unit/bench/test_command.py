"""`make bench` when it cannot go on."""

import typer
from typer.testing import CliRunner

from bench.__main__ import main
from bench.catalogue import CASES


def test_a_figure_nobody_knows_is_refused_with_those_there_are() -> None:
    app = typer.Typer()
    app.command()(main)
    done = CliRunner().invoke(app, ["B1", "B99"])
    said = " ".join(done.output.split())
    assert done.exit_code == 2
    assert "no figure is called B99" in said
    assert all(name in said for name in CASES)
