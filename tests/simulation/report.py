"""What is said of a run that failed: enough to run it again, and to see what happened."""

import subprocess
from pathlib import Path

from tests.simulation.outcome import Outcome

LAST_LINES = 120
ROOT = Path(__file__).parents[2]


def describe(outcome: Outcome, *, drawn: int) -> str:
    """Return the seed, the commit, the findings, the faults it took of those `drawn`, and the end of the trace."""
    faults = [f"  {fault}" for fault in outcome.plan] or ["  none"]
    left_out = len(outcome.trace) - LAST_LINES
    trace = [f"  … {left_out} lines before"] if left_out > 0 else []
    return "\n".join(
        [
            f"seed {outcome.seed} at commit {commit()}: make simulate SEED={outcome.seed}",
            *(f"  {finding}" for finding in outcome.findings),
            f"faults it takes ({len(outcome.plan)} of {drawn}):",
            *faults,
            "trace (seconds, process, what):",
            *trace,
            *outcome.trace[-LAST_LINES:],
        ]
    )


def commit() -> str:
    """Return the commit of the checkout, marked where it was changed."""
    command = ["git", "-C", str(ROOT), "describe", "--always", "--dirty", "--abbrev=12"]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    return found.stdout.strip() or "unknown"
