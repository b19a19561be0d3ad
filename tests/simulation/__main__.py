"""`python -m tests.simulation`: runs many seeds, or one again with its trace."""

import argparse
import json
import os
import sys
import time

from tests.simulation.campaign import Campaign, run_campaign, run_chunk, sum_of
from tests.simulation.coverage import missing, table
from tests.simulation.outcome import draw_faults, run_seed
from tests.simulation.report import commit, describe
from tests.simulation.shrinking import shrink
from tests.simulation.virtual_time import virtual_time

SHOWN = 3
"""Failures that are shortened and shown whole; of the others the seed is named."""


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    many = commands.add_parser("run", help="run many seeds, and show what they tried and found")
    many.add_argument("--seeds", type=int, default=1_000)
    many.add_argument("--first", type=int, default=0)
    many.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    many.add_argument("--covered", action="store_true", help="fail too where something was tried too rarely")
    one = commands.add_parser("replay", help="run one seed again, and show its trace")
    one.add_argument("seed", type=int)
    digests = commands.add_parser("digests", help="print the digests of the logs of some seeds as JSON")
    digests.add_argument("--seeds", type=int, default=20)
    options = parser.parse_args(arguments)
    match options.command:
        case "run":
            return _run(options)
        case "replay":
            return _replay(options.seed)
        case _:
            print(json.dumps(sum_of(run_chunk(range(options.seeds))).digests))  # noqa: T201
            return 0


def _run(options: argparse.Namespace) -> int:
    began, campaign = time.monotonic(), Campaign()
    for campaign in run_campaign(range(options.first, options.first + options.seeds), workers=options.workers):
        print(f"\r{campaign.runs:,} runs, {len(campaign.failed)} failed", end="", file=sys.stderr)  # noqa: T201
    seconds = time.monotonic() - began
    print(file=sys.stderr)  # noqa: T201
    print(table(campaign))  # noqa: T201
    print(  # noqa: T201
        f"\n{campaign.runs:,} runs in {seconds:.0f} s on {options.workers} processes, commit {commit()},"
        f" digest {campaign.digest[:16]}: {len(campaign.failed)} failed"
    )
    for outcome in campaign.failed[:SHOWN]:
        with virtual_time():
            print("\n" + describe(shrink(outcome), drawn=len(outcome.plan)))  # noqa: T201
    if rest := [outcome.seed for outcome in campaign.failed[SHOWN:]]:
        print(f"\nfailed too: {rest}")  # noqa: T201
    rare = missing(campaign) if options.covered else []
    for line in rare:
        print(f"too rare: {line}")  # noqa: T201
    return bool(campaign.failed or rare)


def _replay(seed: int) -> int:
    with virtual_time():
        outcome = run_seed(seed, is_traced=True)
        drawn = draw_faults(seed)
        shortest = shrink(outcome) if outcome.findings else outcome
    print(describe(shortest, drawn=len(drawn)))  # noqa: T201
    print(f"digest {outcome.digest}")  # noqa: T201
    return bool(outcome.findings)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
