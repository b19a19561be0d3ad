"""Writes the golden files that are missing: `python -m tests.contract.golden [--force]`."""

import sys

from tests.contract.golden.bytes import cases, files
from tests.contract.golden.cart_snapshots import cart_snapshot_file
from tests.contract.golden.snapshots import snapshot_file


def main(arguments: list[str]) -> int:
    """Write what is missing; change what is there only when forced.

    Returns:
        1 when a file that is already there would have to change. A released event never changes: raise its
        `schema_version`, write the upcaster, and keep the old file as the proof that it can still be read. A
        snapshot is not read by another version: move `SNAPSHOT_VERSION`.
    """
    wanted = (
        {path: content for case in cases() for path, content in files(case).items()}
        | snapshot_file()
        | cart_snapshot_file()
    )
    differing = [path for path, content in wanted.items() if path.exists() and path.read_bytes() != content]
    for path in differing:
        sys.stderr.write(f"{path.name} is released and would change\n")
    kept = () if "--force" in arguments else differing
    for path in wanted.keys() - set(kept):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(wanted[path])
    return 1 if kept else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
