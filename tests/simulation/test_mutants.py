"""The mutation gate: a simulation that no bug fails would prove nothing."""

import pytest

from tests.simulation.mutants.hunt import MOST_SEEDS, hunt
from tests.simulation.mutants.mutant import Change, DoesNotApply
from tests.simulation.mutants.table import MUTANTS

SAMPLE = frozenset[str]()


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
