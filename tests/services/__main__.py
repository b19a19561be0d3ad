"""`python -m tests.services up|down|status`: the real parts on this machine, on free ports."""

import argparse
import shutil
import sys
import time
from collections.abc import Sequence

from tests.services.chromium import find_chromium
from tests.services.part import Missing, NotReady, Part
from tests.services.places import PARTS, clear_away, locked, made, parts, shared_home


def say(line: str) -> None:
    """One line of progress, at once."""
    print(f"  {line}", flush=True)  # noqa: T201 - a command line speaks


def up(wanted: Sequence[Part]) -> int:
    """Start what does not run; 1 when any could not be had."""
    with locked(made(shared_home())):
        started = [_started(part) for part in wanted]
        if len(wanted) == len(PARTS):
            started.append(_has_chromium())
    return int(not all(started))


def down(wanted: Sequence[Part]) -> int:
    """Stop everything and remove its data."""
    clear_away()
    if shared_home().exists():
        with locked(shared_home()):
            for part in wanted:
                part.remove()
        if len(wanted) == len(PARTS):
            shutil.rmtree(shared_home())
    say("nothing is left running")
    return 0


def status(wanted: Sequence[Part]) -> int:
    """Say what runs and where; 1 when anything does not."""
    states = {part: part.process is not None and part.answers() for part in wanted}
    for part, is_up in states.items():
        say(f"{part.name:15} {part.url if is_up else 'down'}")
    return int(not all(states.values()))


def _started(part: Part) -> bool:
    begun = time.monotonic()
    was_up = part.is_up
    try:
        part.install(system=True)
        url = part.start()
    except (Missing, NotReady) as problem:
        print(f"  {part.name}: {problem}", file=sys.stderr, flush=True)  # noqa: T201 - as above
        return False
    how = "was running" if was_up else f"ready after {time.monotonic() - begun:.1f} s, log {part.log}"
    say(f"{part.name:15} {url}   ({how})")
    return True


def _has_chromium() -> bool:
    """Install what drives the pages where it is missing: no test has the time for it."""
    try:
        say(f"{'chromium':15} {find_chromium(say=say)}")
    except Missing as problem:
        print(f"  chromium: {problem}", file=sys.stderr, flush=True)  # noqa: T201 - as above
        return False
    return True


def main() -> int:
    """Run the command line; its exit code."""
    names = [kind.name for kind in PARTS]
    parser = argparse.ArgumentParser(prog="python -m tests.services", description=__doc__)
    parser.add_argument("what", choices=("up", "down", "status"))
    parser.add_argument("only", nargs="*", metavar="part", help=f"of {', '.join(names)}; else all of them")
    chosen = parser.parse_args()
    if unknown := set(chosen.only) - set(names):
        parser.error(f"no part is called {', '.join(sorted(unknown))}; there are {', '.join(names)}")
    wanted = [part for part in parts(shared_home(), say=say) if not chosen.only or part.name in chosen.only]
    return {"up": up, "down": down, "status": status}[chosen.what](wanted)


if __name__ == "__main__":
    sys.exit(main())
