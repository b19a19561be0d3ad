"""A side of a bench that only says what it did."""

from bench.sampling import Sample


class FakeSide:
    """Claims one rate after another; the first is that of its warm-up. Every run is noted in a common diary."""

    def __init__(self, name: str, diary: list[str], *rates: int, **extra: float) -> None:
        self._name = name
        self._diary = diary
        self._rates = list(rates)
        self._extra = extra

    async def __call__(self, seconds: float) -> Sample:
        self._diary.append(f"{self._name} {seconds:g}")
        return Sample(self._rates.pop(0), 1.0, self._extra)
