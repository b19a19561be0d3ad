"""A causation tree as a Mermaid flowchart."""

from collections.abc import Iterable

from schemas.time_travel import CausedEvent


def draw_mermaid(events: Iterable[CausedEvent]) -> str:
    """Return the text of a flowchart, from causes on the left to effects on the right."""
    lines = ["flowchart LR"]
    for event in events:
        lines.append(f'  e{event.position}["{_label(event.type)}<br/>{_label(event.stream)} v{event.version}"]')
        if event.cause is not None:
            lines.append(f"  e{event.cause} --> e{event.position}")
    return "\n".join(lines) + "\n"


def _label(text: str) -> str:
    """Return text without what ends a label or begins a tag."""
    return "".join(each if each.isalnum() or each in "._-@ " else f"#{ord(each)};" for each in text)
