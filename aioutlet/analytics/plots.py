"""Plots as SVG that takes its colours from the page around it, so that one picture serves light and dark."""

import io
from collections.abc import Mapping, Sequence

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from schemas.currencies import to_whole_units

Table = Sequence[tuple[object, ...]]
WIDTH = 7.2
INK, SOFT, HAIRLINE, ACCENT, FAILED = "#010101", "#020202", "#030303", "#040404", "#050505"
VARIABLES = {
    INK: "var(--ink)",
    SOFT: "var(--ink-soft)",
    HAIRLINE: "var(--hairline)",
    ACCENT: "var(--accent)",
    FAILED: "var(--failed)",
}
"""The colours a plot is drawn in, which no other colour equals, and what takes their place."""
SERIES = (ACCENT, FAILED, SOFT)
MANY = 14


def draw_funnel(rows: Table) -> str:
    """Draw how many came as far as each step, and which share of the step before."""
    figure, axes = _new(len(rows))
    counts = [_number(row[1]) for row in rows]
    axes.barh([str(row[0]) for row in rows], counts, color=ACCENT, height=0.62)
    for at, (count, before) in enumerate(zip(counts, [None, *counts], strict=False)):
        share = f" · {count / before:.0%} of the step before" if before else ""
        _label(axes, count, at, f"{count:,.0f}{share}")
    axes.invert_yaxis()
    axes.set_xlim(0, max([*counts, 1]) * 1.45)
    _without_axis(axes)
    return _svg(figure)


def draw_cohorts(rows: Table) -> str:
    """Draw the share of each month's new customers who ordered so many months later; the newest cohorts of many."""
    cohorts = sorted({str(row[0]) for row in rows})[-MANY:]
    shares: Mapping[tuple[object, object], float] = {(row[0], row[1]): _number(row[3]) for row in rows}
    months = int(max((_number(row[1]) for row in rows if str(row[0]) in cohorts), default=0)) + 1
    figure, axes = _new(len(cohorts))
    for y, cohort in enumerate(cohorts):
        for x in range(months):
            if (share := shares.get((cohort, x))) is not None:
                wash = 0.06 + 0.4 * share
                axes.add_patch(Rectangle((x - 0.48, y - 0.46), 0.96, 0.92, color=ACCENT, alpha=wash, linewidth=0))
                axes.text(x, y, f"{share:.0%}", ha="center", va="center", color=INK, fontsize=8)
    axes.set(xlim=(-0.5, months - 0.5), ylim=(len(cohorts) - 0.5, -0.5))
    axes.set_yticks(range(len(cohorts)), cohorts)
    axes.set_xticks(range(months), [str(month) for month in range(months)])
    axes.set_xlabel("months after the first order", color=SOFT)
    return _svg(figure)


def draw_refunds(rows: Table) -> str:
    """Draw the refunded share over time, a line a currency."""
    figure, axes = _new(5)
    times = sorted({str(row[0]) for row in rows})
    for colour, currency in zip(SERIES, sorted({str(row[1]) for row in rows}), strict=False):
        of_it = {str(row[0]): _number(row[4]) * 100 for row in rows if row[1] == currency}
        axes.plot(
            range(len(times)), [of_it.get(time, float("nan")) for time in times], color=colour, marker="o", markersize=4
        )
        last = max(of_it)
        axes.annotate(
            currency, (times.index(last), of_it[last]), xytext=(6, 6), textcoords="offset points", color=colour
        )
    step = max(1, len(times) // 6)
    axes.set_xticks(range(0, len(times), step), times[::step])
    axes.set_ylim(bottom=0)
    axes.set_ylabel("% of what was captured", color=SOFT)
    axes.grid(axis="y", color=HAIRLINE, linewidth=0.8)
    return _svg(figure)


def draw_steps(rows: Table) -> str:
    """Draw the median time of each step, with a line as far as the slowest hundredth."""
    figure, axes = _new(len(rows))
    for at, (_, _, median, p90, p99) in enumerate(rows):
        middle, slow, slowest = _number(median), _number(p90), _number(p99)
        axes.plot([middle, slowest], [at, at], color=HAIRLINE, linewidth=6, solid_capstyle="round", zorder=1)
        axes.plot([middle, slow], [at, at], color=SOFT, linewidth=6, solid_capstyle="round", zorder=2)
        axes.plot([middle], [at], color=ACCENT, marker="o", markersize=9, zorder=3)
    axes.set_yticks(range(len(rows)), [str(row[0]) for row in rows])
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_xlim(left=0)
    axes.set_xlabel("seconds: ● median, dark to 90 %, light to 99 % of orders", color=SOFT)
    axes.grid(axis="x", color=HAIRLINE, linewidth=0.8)
    return _svg(figure)


def draw_departments(rows: Table) -> str:
    """Draw the revenue of each department in the first currency, the highest of them first."""
    currency = str(rows[0][1]) if rows else ""
    shown = [row for row in rows if row[1] == currency][:MANY]
    figure, axes = _new(len(shown))
    sums = [to_whole_units(int(_number(row[3])), currency) for row in shown]
    amounts = [float(each) for each in sums]
    axes.barh([str(row[0]).capitalize() for row in shown], amounts, color=ACCENT, height=0.62)
    for at, amount in enumerate(sums):
        _label(axes, float(amount), at, f"{amount:,} {currency}")
    axes.invert_yaxis()
    axes.set_xlim(0, max([*amounts, 1]) * 1.3)
    _without_axis(axes)
    return _svg(figure)


def _new(rows: int) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(WIDTH, 0.9 + 0.36 * max(rows, 2)), layout="constrained")
    FigureCanvasSVG(figure)
    axes = figure.add_subplot()
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(HAIRLINE)
    axes.tick_params(colors=SOFT, labelcolor=INK, length=0, labelsize=9)
    return figure, axes


def _label(axes: Axes, x: float, y: float, text: str) -> None:
    axes.annotate(text, (x, y), xytext=(5, 0), textcoords="offset points", va="center", color=INK, fontsize=9)


def _without_axis(axes: Axes) -> None:
    axes.spines["bottom"].set_visible(False)
    axes.set_xticks([])


def _svg(figure: Figure) -> str:
    """Return the picture without its XML head, in the colours of the page; the text stays text."""
    written = io.StringIO()
    with rc_context({"svg.fonttype": "none", "svg.hashsalt": "aioutlet", "font.family": "sans-serif"}):
        figure.savefig(written, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    svg = written.getvalue()
    for colour, variable in VARIABLES.items():
        svg = svg.replace(colour, variable)
    return svg[svg.index("<svg") :]


def _number(cell: object) -> float:
    return float(cell) if isinstance(cell, int | float) else 0.0
