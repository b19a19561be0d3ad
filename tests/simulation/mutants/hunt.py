"""Looks for the first seed whose run catches a mutant."""

from typing import NamedTuple

from tests.simulation.campaign import no_pauses
from tests.simulation.mutants.mutant import Mutant
from tests.simulation.outcome import Outcome, run_seed
from tests.simulation.virtual_time import virtual_time

MOST_SEEDS = 1_500
"""Runs within which every mutant must be caught."""


class Catch(NamedTuple):
    """The first run that fails, and how many runs there were."""

    runs: int
    outcome: Outcome | None


def hunt(mutant: Mutant, *, first: int = 0, most: int = MOST_SEEDS) -> Catch:
    """Run seeds with the bug until one fails."""
    with mutant.applied(), virtual_time(), no_pauses():
        for seed in range(first, first + most):
            outcome = run_seed(seed)
            if outcome.findings:
                return Catch(seed - first + 1, outcome)
    return Catch(most, None)
