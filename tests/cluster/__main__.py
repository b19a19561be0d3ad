"""`python -m tests.cluster`: separate services on real parts, with chaos, kills or a bug."""

import argparse
import asyncio
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from tests.cluster import parking
from tests.cluster.answers import not_once
from tests.cluster.chaos import CHAOS, disturb
from tests.cluster.kill_matrix import CELLS, PROGRAM, run
from tests.cluster.stage import PARTS, staged
from tests.services.part import Part
from tests.services.places import clear_away, removed_at_last, session_home


def say(line: str) -> None:
    """One line of progress, at once."""
    print(f"  {line}", flush=True)  # noqa: T201 - a command line speaks


def journey(chosen: argparse.Namespace) -> int:
    """One journey with one kind of chaos; 1 when anything came out wrong."""
    with started_parts() as parts, staged(*parts, saga=chosen.saga, say=say) as stage:
        steps, begun = CHAOS[chosen.chaos](stage), time.monotonic()
        options = [
            f"--{name.replace('_', '-')}={getattr(chosen, name)}"
            for name in ("orders", "rate", "concurrency", "give_up_after")
        ]
        with stage.cluster.journeying(*options) as under_way:
            taken = disturb(stage, steps, under_way, chosen.orders, say)
        say(f"{taken} of {len(steps)} steps taken; {time.monotonic() - begun:.1f} s in all")
        say((stage.home / "journey").read_text())
        wrong = asyncio.run(not_once(stage.cluster.environment["AIOUTLET_STORE"]))
        say(f"{len(wrong)} answers that are not there exactly once {sorted(wrong.items())[:10]}")
        for service in stage.cluster.services:
            if "Traceback" in service.log.read_text():
                say(f"{service.name} complained: {service.log.read_text()[:3000]}")
        for part in parts:
            if not part.is_up:
                say(f"{part.name} is not there any more: {part.said()}")
        return int(under_way.returncode != 0 or taken < len(steps) or bool(wrong))


def matrix(chosen: argparse.Namespace) -> int:
    """Every service killed at every point of its work, or those whose cell has `only` in its name."""
    cells = [cell for cell in CELLS if chosen.only in str(cell)]
    with started_parts() as parts, staged(*parts, saga=1, program=PROGRAM, say=say) as stage:
        failed = dict(run(stage, cells, say))
    for cell, wrong in failed.items():
        say(f"{cell}: {wrong}")
    say(f"{len(cells) - len(failed)} of {len(cells)} cells hold")
    return int(bool(failed) or not cells)


def measure_parking(chosen: argparse.Namespace) -> int:
    """A bug that every fourth order meets, beside runs without it."""
    with started_parts() as parts, staged(*parts, saga=1, program=parking.PROGRAM, say=say) as stage:
        found = parking.measure(stage, say, pairs=chosen.pairs)
    slower, clean = found.slower, found.clean
    say(f"p99 of the others, by that of a clean run: {slower.median:.2f} ({slower.low:.2f} to {slower.high:.2f})")
    say(f"p99 of a clean run: {clean.median:.3f} s; {parking.RATE} orders/s")
    say(f"{len(found.parked)} orders parked, the last {max(found.parked):.2f} s after what it could not handle")
    say(f"{found.wrong} answers that are not there exactly once")
    return int(not found.holds)


@contextmanager
def started_parts() -> Iterator[list[Part]]:
    """Parts of our own, installed where they are missing; nothing of them is left at the end."""
    clear_away()
    with removed_at_last(session_home()) as home:
        parts = [kind(home) for kind in PARTS]
        for part in parts:
            part.install(system=True)
            say(f"{part.name:14} {part.start()}")
        yield parts


def main() -> int:
    """Run the command line; its exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.cluster", description=__doc__)
    parser.add_argument("what", choices=("journey", "matrix", "parking"))
    parser.add_argument("--orders", type=int, default=20_000)
    parser.add_argument("--rate", type=float, default=0.0, help="orders a second; 0: as fast as HTTP takes them")
    parser.add_argument("--concurrency", type=int, default=32)
    parser.add_argument("--give-up-after", type=float, default=60.0)
    parser.add_argument("--chaos", choices=CHAOS, default="none")
    parser.add_argument("--saga", type=int, default=3, help="how many saga workers")
    parser.add_argument("--only", default="", help="of the matrix, such as payment or 'saga before write'")
    parser.add_argument("--pairs", type=int, default=parking.PAIRS, help="of parking: runs with the bug and without it")
    chosen = parser.parse_args()
    return {"journey": journey, "matrix": matrix, "parking": measure_parking}[chosen.what](chosen)


if __name__ == "__main__":
    sys.exit(main())
