"""What is signed of a tree: whose it is, its size and its root, as text (C2SP tlog-checkpoint)."""

import re
from base64 import b64decode, b64encode
from dataclasses import dataclass

_TEXT = re.compile(r"(?P<origin>[^\s+]+)\n(?P<size>0|[1-9][0-9]{0,18})\n(?P<root>[A-Za-z0-9+/]{43}=)\n")


class TreeDamaged(Exception):
    """What is kept of the tree is not what was written."""


@dataclass(frozen=True, slots=True)
class TreeHead:
    """The root over the first `size` events of the log that `origin` names."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """What is signed."""
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"

    @classmethod
    def of_text(cls, text: str) -> "TreeHead":
        """Read what `text` wrote.

        Raises:
            TreeDamaged: It is nothing that `text` writes.
        """
        found = _TEXT.fullmatch(text)
        if not found:
            raise TreeDamaged("a tree head cannot be read")
        head = cls(found["origin"], int(found["size"]), b64decode(found["root"]))
        if head.text != text:  # Base64 can be written in several ways
            raise TreeDamaged("a tree head cannot be read")
        return head


def origin_of(log_id: str) -> str:
    """Return the name of a log in its tree heads, which is that of its key as well."""
    return f"aioutlet/{log_id}"
