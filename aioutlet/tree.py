"""Opens the second place of the log's proof."""

from pathlib import Path

from aioutlet.data_folder import TREE
from aioutlet.settings import Settings
from history.proof.tree_folder import TreeFolder
from history.proof.tree_store import TreeStore


def open_tree(settings: Settings) -> TreeStore:
    """Return the tree in the folder or at the address of the settings; nothing is made or asked yet."""
    if settings.tree and "://" in settings.tree:
        from history.proof.tree_bucket import TreeBucket  # only an address needs its client

        return TreeBucket(settings.tree)
    return TreeFolder(Path(settings.tree) if settings.tree else settings.data / TREE)
