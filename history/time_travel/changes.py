"""What changed from one state to another."""

from collections.abc import Iterator

from history.reading_stored import is_sealed
from schemas.time_travel import Change, Plain

_ABSENT = object()


def find_changes(before: Plain, after: Plain) -> list[Change]:
    """Return the fields that differ, in the order of their paths; within a list, item by item.

    A sealed field is compared as one.
    """
    return sorted(_changes(before, after, ""), key=lambda change: change.path)


def _changes(before: Plain, after: Plain, path: str) -> Iterator[Change]:
    match before, after:
        case dict(), dict() if not is_sealed(before) and not is_sealed(after):
            for key in before.keys() | after.keys():
                yield from _changes(before.get(key, _ABSENT), after.get(key, _ABSENT), f"{path}/{_escaped(key)}")
        case list(), list():
            for index in range(max(len(before), len(after))):
                yield from _changes(_item(before, index), _item(after, index), f"{path}/{index}")
        case _ if before is _ABSENT:
            yield Change(path=path, kind="added", after=after)
        case _ if after is _ABSENT:
            yield Change(path=path, kind="removed", before=before)
        case _ if before != after or type(before) is not type(after):
            yield Change(path=path, kind="changed", before=before, after=after)


def _item(items: list[Plain], index: int) -> Plain:
    return items[index] if index < len(items) else _ABSENT


def _escaped(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")
