"""The whole shop under many seeds: no guarantee is broken, and a seed always leads to the same log."""

import json
import os
import subprocess
import sys
from dataclasses import replace

import pytest

from tests.simulation.campaign import run_chunk, sum_of
from tests.simulation.coverage import EDGES, missing, table
from tests.simulation.faults import Fault, Kind, Port
from tests.simulation.mutants.hunt import hunt
from tests.simulation.mutants.table import MUTANTS
from tests.simulation.outcome import Outcome, draw_faults, run_seed
from tests.simulation.report import ROOT, commit, describe
from tests.simulation.shrinking import shrink
from tests.simulation.virtual_time import virtual_time

SEEDS = 5_000
CHUNKS = 40
COMPARED = 12
"""Seeds whose logs are compared in other processes."""


def chunk_of(number: int) -> range:
    return range(number * SEEDS // CHUNKS, (number + 1) * SEEDS // CHUNKS)


@pytest.mark.parametrize("number", range(CHUNKS))
def test_no_schedule_breaks_a_guarantee(number: int) -> None:
    outcomes = run_chunk(chunk_of(number))
    failed = [outcome for outcome in outcomes if outcome.findings]
    assert not failed, describe_shortened(failed[0])


def describe_shortened(outcome: Outcome) -> str:
    with virtual_time():
        return describe(shrink(outcome), drawn=len(outcome.plan))


@pytest.mark.parametrize(("seed", "calls", "given_up"), [(0, (1,), "dead letter"), (32, (3, 4), "dead timer")])
def test_what_is_given_up_is_replayed_whenever_that_is(seed: int, calls: tuple[int, ...], given_up: str) -> None:
    bugs = tuple(Fault(Kind.HANDLER_ERROR, Port.STEP, call, size=1.0) for call in calls)
    with virtual_time():
        outcome = run_seed(seed, bugs, is_traced=True)
    assert not outcome.findings
    assert any(given_up in line for line in outcome.trace)
    assert any("dlq.replayed" in line for line in outcome.trace)


@pytest.mark.parametrize("hash_seed", ["1", "2"])
def test_a_seed_always_leads_to_the_same_log(hash_seed: str) -> None:
    here = {str(outcome.seed): outcome.digest for outcome in run_chunk(range(COMPARED))}
    command = [sys.executable, "-m", "tests.simulation", "digests", "--seeds", str(COMPARED)]
    environment = os.environ | {"PYTHONHASHSEED": hash_seed}
    there = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=True)
    assert json.loads(there.stdout) == here
    assert len(set(here.values())) == COMPARED


def test_the_order_in_which_seeds_run_makes_no_difference() -> None:
    seeds = range(100, 106)
    assert run_chunk(seeds) == run_chunk(seeds[::-1])[::-1]


def test_a_failure_says_how_to_see_it_again() -> None:
    caught = hunt(MUTANTS["the relay saves its checkpoint before it sends"]).outcome
    assert caught is not None
    with MUTANTS["the relay saves its checkpoint before it sends"].applied(), virtual_time():
        shortest = shrink(replace(caught, plan=draw_faults(caught.seed)))
    assert shortest.findings
    assert len(shortest.plan) <= len(caught.plan)
    text = describe(shortest, drawn=len(caught.plan))
    assert f"make simulate SEED={caught.seed}" in text
    assert commit() in text
    assert all(str(fault) in text for fault in shortest.plan)
    assert shortest.trace[-1] in text


def test_every_fault_and_every_row_of_the_saga_is_in_the_table() -> None:
    campaign = sum_of(run_chunk(range(20)))
    rows = table(campaign).splitlines()
    assert len(rows) == len(Kind) + len(EDGES) + 3
    assert rows[-1].startswith("STUCK")
    campaign.struck.clear()
    assert [line for line in missing(campaign) if line.startswith("duplicate")] == ["duplicate: 0 times"]
