"""A causation tree as an SVG picture: a row an event, causes to the left of their effects."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple
from xml.sax.saxutils import escape

from schemas.time_travel import CausedEvent

ROW, INDENT, WIDTH, HEIGHT, MARGIN = 44, 28, 340, 36, 8
MAX_DEPTH = 20
"""Deeper events stand below one another: the lines still say what caused what."""


class _Node(NamedTuple):
    event: CausedEvent
    depth: int
    row: int

    @property
    def left(self) -> int:
        return MARGIN + INDENT * min(self.depth, MAX_DEPTH)

    @property
    def top(self) -> int:
        return MARGIN + ROW * self.row


def draw_svg(events: Sequence[CausedEvent]) -> str:
    """Return the picture; its colours are those of the text around it."""
    nodes = [_Node(event, depth, row) for row, (event, depth) in enumerate(_depth_first(events))]
    by_position = {node.event.position: node for node in nodes}
    width = max((node.left for node in nodes), default=0) + WIDTH + MARGIN
    height = ROW * len(nodes) + MARGIN
    return "".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
            ' role="img" font-family="ui-monospace, monospace" font-size="12" fill="currentColor">',
            "<title>Causation tree</title>",
            *(_line(by_position[node.event.cause], node) for node in nodes if node.event.cause is not None),
            *map(_box, nodes),
            "</svg>\n",
        )
    )


def _depth_first(events: Sequence[CausedEvent]) -> Iterator[tuple[CausedEvent, int]]:
    effects = defaultdict[int | None, list[CausedEvent]](list)
    for event in events:
        effects[event.cause].append(event)
    left = [(event, 0) for event in reversed(effects[None])]
    while left:
        event, depth = left.pop()
        yield event, depth
        left += [(effect, depth + 1) for effect in reversed(effects[event.position])]


def _line(cause: _Node, effect: _Node) -> str:
    x, y = cause.left + INDENT // 2, effect.top + HEIGHT // 2
    if effect.left <= x:  # too deep to be indented
        x = effect.left - INDENT // 2
    return f'<path d="M{x} {cause.top + HEIGHT}V{y}H{effect.left}" fill="none" stroke="currentColor" opacity=".5"/>'


def _box(node: _Node) -> str:
    event, x, y = node.event, node.left, node.top
    return (
        f'<rect x="{x}" y="{y}" width="{WIDTH}" height="{HEIGHT}" rx="8" fill="none" stroke="currentColor"'
        ' opacity=".5"/>'
        f'<text x="{x + 10}" y="{y + 15}" font-weight="600">{escape(event.type)}</text>'
        f'<text x="{x + 10}" y="{y + 29}" opacity=".7">{event.position} {escape(_shortened(event.stream))}'
        f" v{event.version}</text>"
    )


def _shortened(stream: str) -> str:
    return stream if len(stream) <= 32 else f"{stream[:31]}…"
