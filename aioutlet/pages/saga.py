"""The saga's table as a page of the reference."""

from collections.abc import Iterator

from domain.fulfilment.actions import DEFINITION
from domain.fulfilment.policy import POLICY, Policy
from domain.fulfilment.table import TRANSITIONS, Row

INTRODUCTION = """# Fulfilment saga

One saga per order. It listens to facts, and answers with requests to the processors and with what becomes of the
order. What has no row is late, repeated or unexpected, and changes nothing.

Compensation is one rule: **every step that is completed or unknown, in reverse order, each after the previous
answer.** Steps are pinned when a saga starts, so another order of steps changes no saga that runs.

This page is written from the table the shop runs (`domain/fulfilment/table.py`).
"""


def page() -> str:
    """The whole page as Markdown."""
    return "\n".join([INTRODUCTION, *_table(), "", *_figures(POLICY), ""])


def _table() -> Iterator[str]:
    yield f"## Definition {DEFINITION}: {', '.join(POLICY.steps)}"
    yield ""
    yield "| in state | upon | goes to | and does |"
    yield "|---|---|---|---|"
    for (state, meaning), row in TRANSITIONS.items():
        yield f"| `{state}` | {meaning} | `{row.to}` | {_deeds(row)} |"


def _deeds(row: Row) -> str:
    return ", ".join(getattr(act, "__name__", "?").replace("_", " ") for act in row.actions)


def _figures(policy: Policy) -> Iterator[str]:
    yield "## Figures"
    yield ""
    yield "| figure | default |"
    yield "|---|---|"
    yield f"| deadline of a payment, per attempt | {policy.payment:g} s |"
    yield f"| deadline of a reservation, per attempt | {policy.inventory:g} s |"
    yield f"| deadline of a shipping preparation, per attempt | {policy.shipping:g} s |"
    yield f"| deadline of an undo, per attempt | {policy.undo:g} s |"
    yield f"| attempts in one round | {policy.attempts} |"
    yield f"| wait before a retry | {policy.backoff:g} s · 2ⁿ ± {policy.spread:.0%} |"
    yield f"| life of an unconfirmed reservation | {policy.reservation / 60:g} min |"
