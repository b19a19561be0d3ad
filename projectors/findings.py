"""What a verification found, guarantee by guarantee."""

from collections.abc import Mapping
from dataclasses import dataclass, field

SHOWN = 20
"""Findings kept in words per guarantee; the rest is only counted."""

GUARANTEES: Mapping[str, str] = {
    "G2": "versions and positions are contiguous",
    "G4": "every piece of stock is accounted for",
    "G5": "the money kept is that of the orders kept",
    "G6": "every order has come to an end, or waits for an operator",
    "G7": "every document equals the fold of the log",
}


@dataclass(slots=True)
class Findings:
    """What contradicts each guarantee."""

    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(GUARANTEES, 0))
    shown: dict[str, list[str]] = field(default_factory=lambda: {name: [] for name in GUARANTEES})

    def add(self, guarantee: str, finding: str) -> None:
        """Note one contradiction."""
        self.counts[guarantee] += 1
        if self.counts[guarantee] <= SHOWN:
            self.shown[guarantee].append(finding)


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome of one verification.

    Amounts are minor units per currency. `behind` counts events of the log that a read model had not finished when
    the verification began: those are not compared.
    """

    events: int
    documents: int
    behind: int
    orders: Mapping[str, int]
    """How many orders, by status."""
    captured: Mapping[str, int]
    refunded: Mapping[str, int]
    stuck: tuple[str, ...]
    """The orders an operator must look at."""
    findings: Mapping[str, int]
    """How many contradictions, by guarantee; every guarantee checked is a key."""
    shown: Mapping[str, tuple[str, ...]]
    """The first of them in words."""

    @property
    def agrees(self) -> bool:
        """Whether nothing contradicts anything."""
        return not any(self.findings.values())
