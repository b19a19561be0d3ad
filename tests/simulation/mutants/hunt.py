"""Looks for the first seed whose run catches a mutant."""

from typing import NamedTuple

from tests.simulation.campaign import swept
from tests.simulation.mutants.mutant import Mutant
from tests.simulation.outcome import Outcome, draw_faults, run_seed
from tests.simulation.virtual_time import virtual_time

MOST_SEEDS = 5_000
"""Runs within which every mutant must be caught: those that the suite makes without a bug."""


class Catch(NamedTuple):
    """The first run that fails, and how many runs there were."""

    runs: int
    outcome: Outcome | None


def hunt(mutant: Mutant, *, first: int = 0, most: int = MOST_SEEDS) -> Catch:
    """Run seeds with the bug until one fails."""
    with mutant.applied(), virtual_time():
        for outcome in swept(run_seed(seed, draw_faults(seed, mutant.setup)) for seed in range(first, first + most)):
            if outcome.findings:
                return Catch(outcome.seed - first + 1, outcome)
    return Catch(most, None)
