"""Keeps the shapes of released events: `python -m aioutlet.event_shapes [--check | --force]`."""

import sys
from collections.abc import Iterator
from pathlib import Path

from aioutlet.event_shapes.compatibility import Version, find_breaks
from aioutlet.event_shapes.released import FILE, as_file, load_shapes, with_current
from schemas.registry import EVENTS
from schemas.upcasters import UPCASTERS

GOLDEN = Path(__file__).parents[2] / "tests" / "contract" / "golden"


def main(arguments: list[str], *, file: Path = FILE, golden: Path = GOLDEN) -> int:
    """Record the shapes of new events, new versions and optional fields that were added; only look with `--check`.

    Returns:
        1 where a released event could not be read any more or is not what was promised, and nothing is recorded,
        unless it is forced; and where `--check` finds a shape that is not recorded.
    """
    released = load_shapes(file)
    breaks = find_breaks(released, EVENTS.values(), UPCASTERS, set(_versions_in(golden)))
    sys.stderr.writelines(f"{line}\n" for line in breaks)
    if breaks and "--force" not in arguments:
        return 1
    recorded = as_file(with_current(released, EVENTS.values()))
    if "--check" not in arguments:
        file.write_bytes(recorded)
    elif recorded != file.read_bytes():
        sys.stderr.write(f"{file.name} lacks shapes: run `make shapes`\n")
        return 1
    return 0


def _versions_in(golden: Path) -> Iterator[Version]:
    """Yield the versions whose bytes are kept both as they are stored and as they are published."""
    stored, published = ({path.stem for path in (golden / name).iterdir()} for name in ("stored", "kafka"))
    for stem in stored & published:
        name, dot, version = stem.rpartition(".v")
        if dot and version.isdecimal():
            yield name, int(version)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
