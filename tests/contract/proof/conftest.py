from pathlib import Path
from uuid import uuid4

import pytest

from history.proof.tree_folder import TreeFolder
from history.proof.tree_store import TreeStore
from tests.contract.event_store.conftest import clock, store
from tests.services.s3 import S3

__all__ = ["clock", "store"]


@pytest.fixture
def tree(tmp_path: Path) -> TreeStore:
    """An empty second place."""
    return TreeFolder(tmp_path / "tree")


@pytest.fixture
def bucket(s3: S3) -> str:
    """The address of an empty second place in a bucket of its own."""
    return f"{s3.make_bucket(f'b-{uuid4()}')}/of/a/shop"
