"""What a verification found, by guarantee."""

from collections.abc import Mapping
from dataclasses import dataclass, field

MAX_SHOWN = 20
"""Findings per guarantee that are kept as text; the others are only counted."""

UNREADABLE = "log"
GUARANTEES: Mapping[str, str] = {
    UNREADABLE: "every event can be read",
    "G2": "versions and positions are contiguous",
    "G4": "every piece of stock is accounted for",
    "G5": "the money kept is that of the orders kept",
    "G6": "every order has come to an end, or waits for an operator",
    "G7": "every document equals the fold of the log",
}


@dataclass(slots=True)
class Findings:
    """Collects contradictions of the guarantees while a verification runs."""

    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(GUARANTEES, 0))
    shown: dict[str, list[str]] = field(default_factory=lambda: {name: [] for name in GUARANTEES})

    def add(self, guarantee: str, finding: str) -> None:
        self.counts[guarantee] += 1
        if self.counts[guarantee] <= MAX_SHOWN:
            self.shown[guarantee].append(finding)


@dataclass(frozen=True, slots=True)
class Report:
    """The result of one verification; amounts are minor units per currency."""

    events: int
    documents: int
    behind: int
    """Events that a read model had not finished when the verification began; they were not compared."""
    orders: Mapping[str, int]
    """Number of orders by status."""
    captured: Mapping[str, int]
    refunded: Mapping[str, int]
    balances: Mapping[str, int]
    """Captured minus refunded, by order."""
    stuck: tuple[str, ...]
    """Ids of the orders that an operator must decide on, or has failed by force."""
    findings: Mapping[str, int]
    """Number of contradictions, for each guarantee that was checked."""
    shown: Mapping[str, tuple[str, ...]]
    """The first of them as text."""

    @property
    def agrees(self) -> bool:
        """Whether there are no findings."""
        return not any(self.findings.values())
