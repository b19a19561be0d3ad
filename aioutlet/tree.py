"""Opens the second place of the log's proof."""

from aioutlet.data_folder import TREE
from aioutlet.settings import Settings
from history.proof.tree_folder import TreeFolder
from history.proof.tree_store import TreeStore


def open_tree(settings: Settings) -> TreeStore:
    """Return the tree in the folder of the settings; nothing is made yet."""
    return TreeFolder(settings.tree or settings.data / TREE)
