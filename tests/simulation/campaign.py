"""Many runs, on several processes: what struck how often, and what was found."""

import gc
import multiprocessing
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from tests.simulation.faults import Kind
from tests.simulation.loop import silence
from tests.simulation.outcome import Outcome, run_seed
from tests.simulation.simulation import Edge
from tests.simulation.virtual_time import virtual_time

CHUNK = 50
"""Seeds that a process runs before it tells what came of them."""
SWEPT_EVERY = 5
"""Runs after which garbage is collected."""
RENEWED_EVERY = 100
"""Chunks after which a process is replaced: it keeps a little of each."""


@dataclass(slots=True)
class Campaign:
    """The sum of many outcomes."""

    runs: int = 0
    struck: Counter[Kind] = field(default_factory=Counter)
    edges: Counter[Edge] = field(default_factory=Counter)
    failed: list[Outcome] = field(default_factory=list)
    digests: dict[int, str] = field(default_factory=dict)
    """By seed."""

    def add(self, outcome: Outcome) -> None:
        self.runs += 1
        self.struck += outcome.struck
        self.edges += outcome.edges
        self.digests[outcome.seed] = outcome.digest
        if outcome.findings:
            self.failed.append(outcome)

    @property
    def digest(self) -> str:
        """Of the logs of all runs."""
        return sha256("".join(self.digests[seed] for seed in sorted(self.digests)).encode()).hexdigest()


def run_chunk(seeds: Sequence[int]) -> list[Outcome]:
    """Run some seeds in this process."""
    with virtual_time():
        return list(swept(run_seed(seed) for seed in seeds))


def run_campaign(seeds: Sequence[int], *, workers: int) -> Iterator[Campaign]:
    """Run all seeds on so many processes, and yield the sum as it grows.

    They are forked, for to import the shop in each anew takes seconds; a caller with threads of its own must not do so.
    """
    campaign = Campaign()
    chunks = [seeds[start : start + CHUNK] for start in range(0, len(seeds), CHUNK)]
    with multiprocessing.get_context("fork").Pool(workers, maxtasksperchild=RENEWED_EVERY) as pool:
        for outcomes in pool.imap(run_chunk, chunks):
            for outcome in outcomes:
                campaign.add(outcome)
            yield campaign


def sum_of(outcomes: Iterable[Outcome]) -> Campaign:
    """Return the sum of outcomes."""
    campaign = Campaign()
    for outcome in outcomes:
        campaign.add(outcome)
    return campaign


def swept(runs: Iterator[Outcome]) -> Iterator[Outcome]:
    """Yield what comes of each run, and collect garbage only between them: of a few, while it is in the caches.

    Of all objects only those are looked at that are so young. What a run leaves that only the next one lets go of grows
    older by a generation with it, and is collected by every fifth sweep.
    """
    gc.disable()
    try:
        for number, outcome in enumerate(runs, start=1):
            yield outcome
            if number % SWEPT_EVERY == 0:
                with silence():
                    gc.collect(1 if number % SWEPT_EVERY**2 == 0 else 0)
    finally:
        gc.enable()
