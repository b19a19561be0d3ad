"""G2: versions and positions are contiguous."""

from dataclasses import dataclass, field

from projectors.findings import Findings
from schemas.codec import Stored


@dataclass(slots=True)
class SequenceCheck:
    """Every stream counts from 1 without gaps, and so does the log."""

    findings: Findings
    last: int = 0
    versions: dict[str, int] = field(default_factory=dict)

    def note(self, stored: Stored) -> None:
        """Look at the next event of the log."""
        if stored.position != self.last + 1:
            self.findings.add("G2", f"position {stored.position} follows {self.last}")
        if stored.version != (before := self.versions.get(stored.stream, 0)) + 1:
            self.findings.add("G2", f"{stored.stream} v{stored.version} follows v{before}")
        self.last = stored.position
        self.versions[stored.stream] = stored.version

    def close(self, head: int) -> None:
        """Look at where the log ended."""
        if self.last != head:
            self.findings.add("G2", f"the log ends at {self.last}, not at {head}")
