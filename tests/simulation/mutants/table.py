"""All mutants, by name."""

from tests.simulation.mutants import business, delivery, stores

MUTANTS = {mutant.name: mutant for mutant in (*delivery.MUTANTS, *stores.MUTANTS, *business.MUTANTS)}
