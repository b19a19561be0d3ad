"""Builds the reference page of the saga from its table."""

from collections.abc import Iterator

from domain.fulfilment.policy import DEFINITION_VERSION, POLICY, Policy
from domain.fulfilment.table import TRANSITIONS, Row

INTRODUCTION = """# Fulfilment saga

One saga per order. It reacts to events about the order with requests to the processors and with commands for the
order. A message that has no row is late, repeated or unexpected, and changes nothing.

Compensation is one rule: **every step that is completed or unknown, in reverse order, each after the previous
answer.** Steps are pinned when a saga starts, so another order of steps changes no running saga.

This page is generated from the table that the shop runs (`domain/fulfilment/table.py`). What it leads to together with
the order's status and its stock is on [the page about order states](order-states.md).
"""


def saga_page() -> str:
    """Return the page of the saga's transitions and defaults."""
    return "\n".join([INTRODUCTION, *_table(), "", *_defaults(POLICY), ""])


def _table() -> Iterator[str]:
    yield f"## Definition {DEFINITION_VERSION}: {', '.join(POLICY.steps)}"
    yield ""
    yield "| in state | on | goes to | and does |"
    yield "|---|---|---|---|"
    for (state, meaning), row in TRANSITIONS.items():
        yield f"| `{state}` | {meaning} | `{row.to}` | {_actions(row)} |"


def _actions(row: Row) -> str:
    return ", ".join(getattr(action, "__name__", "?").replace("_", " ") for action in row.actions)


def _defaults(policy: Policy) -> Iterator[str]:
    yield "## Figures"
    yield ""
    yield "| figure | default |"
    yield "|---|---|"
    yield f"| deadline of a payment, per attempt | {policy.payment_timeout:g} s |"
    yield f"| deadline of a reservation, per attempt | {policy.inventory_timeout:g} s |"
    yield f"| deadline of a shipping preparation, per attempt | {policy.shipping_timeout:g} s |"
    yield f"| deadline of an undo, per attempt | {policy.undo_timeout:g} s |"
    yield f"| attempts in one round | {policy.max_attempts} |"
    yield f"| renewals of an expired reservation | {policy.max_renewals} |"
    yield f"| wait before a retry | {policy.backoff:g} s · 2ⁿ ± {policy.jitter:.0%} |"
    yield f"| life of an unconfirmed reservation | {policy.reservation_lifetime / 60:g} min |"
