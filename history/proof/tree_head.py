"""What is signed of a tree: whose it is, its size and its root, as text (C2SP tlog-checkpoint)."""

import re
from base64 import b64decode, b64encode
from dataclasses import dataclass

_TEXT = re.compile(
    r"(?P<origin>[^\s+]+)\n(?P<size>0|[1-9][0-9]{0,18})\n(?P<root>[A-Za-z0-9+/]{43}=)\n(next-key (?P<next_key>\S+)\n)?"
)


class TreeDamaged(Exception):
    """What is kept of the tree is not what was written."""


@dataclass(frozen=True, slots=True)
class TreeHead:
    """The root over the first `size` events of the log that `origin` names.

    Where the log gets another key, the last head that the one before signs names it: `next_key`.
    """

    origin: str
    size: int
    root: bytes
    next_key: str | None = None

    @property
    def text(self) -> str:
        """What is signed."""
        named = f"next-key {self.next_key}\n" if self.next_key else ""
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n{named}"

    @classmethod
    def of_text(cls, text: str) -> "TreeHead":
        """Read what `text` wrote.

        Raises:
            TreeDamaged: It is nothing that `text` writes.
        """
        found = _TEXT.fullmatch(text)
        if not found:
            raise TreeDamaged("a tree head cannot be read")
        head = cls(found["origin"], int(found["size"]), b64decode(found["root"]), found["next_key"])
        if head.text != text:  # Base64 can be written in several ways
            raise TreeDamaged("a tree head cannot be read")
        return head


def origin_of(log_id: str) -> str:
    """Return the name of a log in its tree heads, which is that of its key as well."""
    return f"aioutlet/{log_id}"
