"""Looks for the first seed whose run catches a mutant."""

from typing import NamedTuple

from tests.simulation.campaign import swept
from tests.simulation.faults import Fault, Plan
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
        for outcome in swept(run_seed(seed, _plan(mutant, seed)) for seed in range(first, first + most)):
            if outcome.findings:
                return Catch(outcome.seed - first + 1, outcome)
    return Catch(most, None)


def _plan(mutant: Mutant, seed: int) -> Plan:
    """Return the seed's own faults, in a shop that is set up as the mutant needs it."""
    drawn = draw_faults(seed)
    if mutant.setup is None or any(fault.kind is mutant.setup for fault in drawn):
        return drawn
    return (Fault(mutant.setup), *drawn)
