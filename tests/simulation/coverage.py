"""What a campaign has tried: how often each fault struck, and how often each row of the saga's table was taken."""

from collections.abc import Iterator
from typing import Any

from domain.fulfilment.inputs import Input
from domain.fulfilment.policy import POLICY
from domain.fulfilment.table import transitions
from schemas.saga import Step
from tests.simulation.campaign import Campaign
from tests.simulation.faults import Kind
from tests.simulation.simulation import Edge

LEAST_FAULTS, LEAST_EDGES = 1_000, 500
"""How often each must have happened in `FULL` runs."""
FULL = 100_000
INVENTORY_FIRST = (Step.INVENTORY, Step.PAYMENT, Step.SHIPPING)
EDGES = tuple(sorted(transitions(POLICY.steps).keys() | transitions(INVENTORY_FIRST).keys()))
TAKEN_BY_THE_DOOR = frozenset(edge for edge in EDGES if edge[1] is Input.ORDER_SHIPPED)
"""Who ships an order closes its saga in the same append: its agent meets these rows on a state in memory only."""


def table(campaign: Campaign) -> str:
    """Return the counts as a table for people."""
    rows = [("fault", "times"), *_rows(Kind, campaign.struck), ("", ""), ("row of the saga's table", "times")]
    rows += _rows(EDGES, campaign.edges)
    width = max(len(name) for name, _ in rows)
    return "\n".join(f"{name:{width}}  {times:>8}".rstrip() for name, times in rows)


def missing(campaign: Campaign) -> list[str]:
    """Return what happened too rarely, measured by the number of runs."""
    share = campaign.runs / FULL
    rare = [f"{kind}: {campaign.struck[kind]} times" for kind in Kind if campaign.struck[kind] < LEAST_FAULTS * share]
    rare += [
        f"{name_of(edge)}: {campaign.edges[edge]} times"
        for edge in EDGES
        if campaign.edges[edge] < LEAST_EDGES * share and edge not in TAKEN_BY_THE_DOOR
    ]
    return rare


def name_of(edge: Edge) -> str:
    state, meaning = edge
    return f"{state} · {meaning}"


def _rows(names: Any, counts: Any) -> Iterator[tuple[str, str]]:
    for each in names:
        yield (str(each) if isinstance(each, Kind) else name_of(each)), f"{counts[each]:,}"
