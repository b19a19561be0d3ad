"""Runs one seed, and says what came of it."""

import random
from collections import Counter
from dataclasses import dataclass
from random import Random

from tests.simulation.faults import Kind, Plan, draw_plan
from tests.simulation.rest import findings
from tests.simulation.setup import draw_setup
from tests.simulation.simulation import Edge, Simulation
from tests.simulation.virtual_time import pages_of


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one run found; `digest` is of everything in its log."""

    seed: int
    plan: Plan
    findings: tuple[str, ...]
    digest: str
    struck: Counter[Kind]
    edges: Counter[Edge]
    trace: tuple[str, ...]
    """Of a run with findings, or where it is asked for."""


def draw_faults(seed: int, wanted: Kind | None = None) -> Plan:
    """Return the faults of a seed, in a shop that is set up as `wanted`."""
    return draw_plan(Random(f"faults {seed}"), wanted)


def run_seed(seed: int, plan: Plan | None = None, *, is_traced: bool = False) -> Outcome:
    """Run a seed with its own faults, or with these; within `virtual_time` only."""
    drawn = draw_faults(seed) if plan is None else plan
    random.seed(seed)
    setup = draw_setup(Random(f"setup {seed}"), drawn)
    simulation = Simulation(seed, setup, drawn)
    try:
        with pages_of(setup.page):
            simulation.run()
        found = tuple(_findings(simulation))
    finally:
        simulation.loop.clean_up()
    return Outcome(
        seed,
        drawn,
        found,
        simulation.witness.digest.hexdigest(),
        Counter(fault.kind for fault in (*simulation.faults.struck, *(each for each in drawn if each.port is None))),
        simulation.edges,
        tuple(_line(*line) for line in simulation.trace) if found or is_traced else (),
    )


def _findings(simulation: Simulation) -> list[str]:
    """Return what the checks find; one that cannot even be made is a finding."""
    try:
        return findings(simulation)
    except Exception as error:
        seen = [f"{name}: {line}" for name, lines in simulation.witness.findings.shown.items() for line in lines]
        return [*seen, *simulation.deaths, f"the checks failed: {error!r}"]


def _line(at: float, process: str, what: str) -> str:
    return f"{at:12.3f}  {process:12} {what}"
