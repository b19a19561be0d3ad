"""Checks G2: versions and positions are contiguous."""

from dataclasses import dataclass, field

from projectors.verification.report import Findings
from schemas.codec import Stored


@dataclass(slots=True)
class SequenceCheck:
    """Checks that the log and each of its streams count from 1 without gaps."""

    findings: Findings
    position: int = 0
    """That of the last event applied."""
    versions: dict[str, int] = field(default_factory=dict)

    def apply(self, stored: Stored) -> None:
        """Check the next event of the log."""
        if stored.position != self.position + 1:
            self.findings.add("G2", f"position {stored.position} follows {self.position}")
        if stored.version != (before := self.versions.get(stored.stream, 0)) + 1:
            self.findings.add("G2", f"{stored.stream} v{stored.version} follows v{before}")
        self.position = stored.position
        self.versions[stored.stream] = stored.version

    def check_end(self, head: int) -> None:
        """Check that the last event applied is the log's last."""
        if self.position != head:
            self.findings.add("G2", f"the log ends at {self.position}, not at {head}")
