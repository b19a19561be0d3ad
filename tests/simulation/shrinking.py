"""Shortens the faults of a failing run: those without which it fails all the same are left out."""

from tests.simulation.outcome import Outcome, run_seed

MOST_RUNS = 60


def shrink(outcome: Outcome) -> Outcome:
    """Return a run of the same seed with as few faults as it takes; within `virtual_time` only."""
    runs, shortest = 0, outcome
    part = max(1, len(outcome.plan) // 2)
    while runs < MOST_RUNS and shortest.plan:
        for start in range(0, len(shortest.plan), part):
            runs += 1
            fewer = run_seed(outcome.seed, (*shortest.plan[:start], *shortest.plan[start + part :]))
            if fewer.findings:
                shortest = fewer
                break
        else:
            if part == 1:
                break
            part //= 2
        part = min(part, max(1, len(shortest.plan)))
    return shortest
