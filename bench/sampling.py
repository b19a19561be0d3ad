"""Ours and theirs in turn, A B A B …: how every figure is measured on a noisy machine."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

from rich.progress import Progress

from bench.figures import FIGURES, Figure
from bench.statistics import Spread, spread


@dataclass(frozen=True, slots=True)
class Sample:
    """What one side did in one run: so many units in so many seconds; `extra` are other figures of that run."""

    done: int
    seconds: float
    extra: Mapping[str, float] = field(default_factory=dict)

    @property
    def rate(self) -> float:
        """Units per second."""
        return self.done / self.seconds


Side = Callable[[float], Awaitable[Sample]]
"""Works for about so many seconds, checks inside them that the work was done, and says how much it was."""


class WorkNotDone(Exception):
    """A side claims more than is there: its figure would be worth nothing."""


@dataclass(frozen=True, slots=True)
class Result:
    """One figure as it was found; `peer` is None where a limit is absolute. `notes` tell what was chosen and seen."""

    figure: Figure
    ours: Spread
    peer: Spread | None
    value: Spread
    """The pair ratios, or ours itself where there is no peer."""
    pairs: int
    seconds: float
    notes: Mapping[str, str | float] = field(default_factory=dict)

    @property
    def is_at_floor(self) -> bool:
        """Fails only when even the far end of the interval is on the wrong side."""
        best = self.value.low if self.figure.is_limit else self.value.high
        return self.figure.reaches(best, self.figure.floor)

    @property
    def is_at_goal(self) -> bool:
        """Whether the median is there."""
        return self.figure.reaches(self.value.median, self.figure.goal)


@dataclass(frozen=True, slots=True)
class Course:
    """How a bench goes: so many pairs of so many seconds; `scratch` is a folder of its own.

    `events` is the length of the logs that are read or written whole, where it is not what each figure has by itself.
    """

    pairs: int
    seconds: float
    scratch: Path
    progress: Progress
    ends: AsyncExitStack
    events: int | None = None

    async def compare(self, name: str, ours: Side, peer: Side, **notes: str | float) -> Result:
        """Warm both sides up, then run them in turn, and compare their rates."""
        return await self._paired(name, ours, peer, lambda sample: sample.rate, notes)

    async def ratio(self, name: str, ours: Side, peer: Side, extra: str, **notes: str | float) -> Result:
        """The same, comparing an `extra` figure of theirs."""
        return await self._paired(name, ours, peer, lambda sample: sample.extra[extra], notes)

    async def _paired(
        self, name: str, ours: Side, peer: Side, figure: Callable[[Sample], float], notes: Mapping[str, str | float]
    ) -> Result:
        task = self.progress.add_task(f"{name}: {FIGURES[name].ours}", total=self.pairs + 1)
        await ours(self.seconds / 2)
        await peer(self.seconds / 2)
        self.progress.advance(task)
        ran: list[tuple[Sample, Sample]] = []
        for _ in range(self.pairs):
            ran.append((await ours(self.seconds), await peer(self.seconds)))
            self.progress.advance(task)
        return Result(
            figure=FIGURES[name],
            ours=spread([figure(one) for one, _ in ran]),
            peer=spread([figure(other) for _, other in ran]),
            value=spread([figure(one) / figure(other) for one, other in ran]),
            pairs=self.pairs,
            seconds=self.seconds,
            notes={**_medians("ours", [one for one, _ in ran]), **_medians("peer", [o for _, o in ran]), **notes},
        )

    async def limit(self, name: str, ours: Side, extra: str, **notes: str | float) -> Result:
        """Measure one side's `extra` figure against a limit."""
        [result] = await self.limits({name: extra}, ours, **notes)
        return result

    async def limits(self, extras: Mapping[str, str], ours: Side, **notes: str | float) -> list[Result]:
        """Measure several figures of the same runs of one side, each an `extra` against its limit."""
        told = ", ".join(f"{name}: {FIGURES[name].ours}" for name in extras)
        task = self.progress.add_task(told, total=self.pairs + 1)
        await ours(self.seconds / 2)
        self.progress.advance(task)
        ran: list[Sample] = []
        for _ in range(self.pairs):
            ran.append(await ours(self.seconds))
            self.progress.advance(task)
        found = {name: spread([sample.extra[extra] for sample in ran]) for name, extra in extras.items()}
        return [
            Result(
                figure=FIGURES[name],
                ours=each,
                peer=None,
                value=each,
                pairs=self.pairs,
                seconds=self.seconds,
                notes={**_medians("ours", ran), **notes},
            )
            for name, each in found.items()
        ]

    async def best(self, sides: Mapping[str, Side]) -> tuple[str, Side]:
        """The fastest of several manners of the same peer, each tried once: a peer is met at its best."""
        found = {label: await self.tried(side) for label, side in sides.items()}
        label = max(found, key=lambda each: found[each])
        return label, sides[label]

    async def tried(self, side: Side) -> float:
        """The rate of one run, after a warm-up."""
        await side(self.seconds / 4)
        return (await side(self.seconds)).rate


def _medians(whose: str, samples: Sequence[Sample]) -> dict[str, float]:
    names = samples[0].extra.keys()
    return {f"{whose} {name}": spread([sample.extra[name] for sample in samples]).median for name in names}
