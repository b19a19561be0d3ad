"""The mutation gate: a simulation that no bug fails would prove nothing."""

import pytest

from tests.simulation.mutants.hunt import MOST_SEEDS, hunt
from tests.simulation.mutants.mutant import Change, DoesNotApply
from tests.simulation.mutants.table import MUTANTS

SAMPLE = frozenset(
    {
        "the relay forgets the heads of its partitions when it starts",
        "a full page is taken for the last one",
        "parked messages are not tried again",
        "the events of one message share an id",
        "timers are not written with their events",
        "a dispatch is not told to the warehouse",
        "an older event changes a document",
        "the checkpoint of a view is saved before its documents",
        "a completed step is not undone",
        "every attempt has an idempotency key of its own",
    }
)
"""Those that are tried wherever the suite runs: they are caught in a second. `make test-mutants` tries all."""


def test_there_are_forty_and_half_of_them_break_a_written_rule() -> None:
    assert len(MUTANTS) >= 40
    assert sum(mutant.rule.startswith(("facts.md", "design.md")) for mutant in MUTANTS.values()) >= len(MUTANTS) / 2


@pytest.mark.parametrize(
    "name", [name if name in SAMPLE else pytest.param(name, marks=pytest.mark.exhaustive) for name in MUTANTS]
)
def test_the_simulation_catches(name: str) -> None:
    assert hunt(MUTANTS[name]).outcome, f"{MOST_SEEDS} runs did not notice that {name}"


def test_a_bug_is_gone_afterwards() -> None:
    for mutant in MUTANTS.values():
        with mutant.applied():
            pass
        with mutant.applied():  # the words that it replaces are there again
            pass


def test_a_change_of_words_that_are_not_there_is_refused() -> None:
    change = Change("domain.fulfilment.step", "_timer", "no such words", "")
    with pytest.raises(DoesNotApply), change.applied():
        pass
