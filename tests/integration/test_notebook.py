"""The notebook of the docs, run from its first cell to its last on a file of the log."""

import asyncio
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from typer.testing import CliRunner

from aioutlet.cli import app
from aioutlet.data_folder import LOG
from event_store.sqlite.store import sqlite_store
from tests.e2e.running import ROOT
from tests.trading import EVERY_REFUSED, SetTime, trade

NOTEBOOK = ROOT / "docs" / "tutorial" / "analysis.ipynb"
ORDERS = 21


async def test_the_notebook_runs_on_a_file_of_the_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = SetTime()
    store = sqlite_store(tmp_path / LOG, clock=clock)
    await trade(store, clock, orders=ORDERS)
    await store.close()
    monkeypatch.delenv("AIOUTLET_STORE", raising=False)
    monkeypatch.setenv("AIOUTLET_DATA", str(tmp_path))
    monkeypatch.setenv("AIOUTLET_LOG", str(tmp_path / "log.parquet"))
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    written = await asyncio.to_thread(CliRunner().invoke, app, ["replay", str(tmp_path / "log.parquet")])
    assert written.exit_code == 0, written.output
    notebook = nbformat.read(NOTEBOOK, as_version=4)  # type: ignore[no-untyped-call]
    assert all(not cell.get("outputs") for cell in notebook.cells), "the notebook is kept without its outputs"
    client = NotebookClient(notebook, timeout=60, resources={"metadata": {"path": str(tmp_path)}})
    await client.async_execute()
    answers = [cell.outputs for cell in notebook.cells if cell.cell_type == "code"]
    assert "('2026-01', 9, 64000)" in answers[1][0]["data"]["text/plain"]
    assert answers[2][0]["data"]["image/png"]
    assert answers[3][0]["data"]["text/plain"].startswith(f"({len(range(0, ORDERS, EVERY_REFUSED))},")
