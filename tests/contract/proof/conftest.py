from pathlib import Path

import pytest

from history.proof.tree_folder import TreeFolder
from history.proof.tree_store import TreeStore
from tests.contract.event_store.conftest import clock, store

__all__ = ["clock", "store"]


@pytest.fixture
def tree(tmp_path: Path) -> TreeStore:
    """An empty second place."""
    return TreeFolder(tmp_path / "tree")
