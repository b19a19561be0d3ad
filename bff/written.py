"""Read your own writes for a browser: where its last commands were recorded, in a cookie that lives for seconds."""

from collections.abc import Mapping

from schemas.stream_names import STREAM_POSITION, category_of, key_of

MAX_AGE = 30
"""Seconds; by then the read models have long caught up."""
MAX_STREAMS = 4
SEPARATOR = "~"


class WrittenPositions:
    """The streams that a browser's last commands wrote to, and up to which position."""

    __slots__ = ("_positions", "is_changed")

    def __init__(self, cookie: str = "") -> None:
        """Read the cookie; what is malformed in it is left out."""
        found = map(STREAM_POSITION.fullmatch, cookie.split(SEPARATOR)[:MAX_STREAMS])
        self._positions = {each[1]: int(each[2]) for each in found if each}
        self.is_changed = False

    def note(self, stream: str, position: int) -> None:
        """Remember what a command answered."""
        positions = {name: at for name, at in self._positions.items() if name != stream} | {stream: position}
        self._positions = dict([*positions.items()][-MAX_STREAMS:])
        self.is_changed = True

    def of_stream(self, stream: str) -> str | None:
        """Return the `X-Min-Position` of a query about one stream."""
        return _latest({name: at for name, at in self._positions.items() if name == stream})

    def of_category(self, category: str) -> str | None:
        """Return the `X-Min-Position` of a query about all streams of a category, such as `order`."""
        return _latest({name: at for name, at in self._positions.items() if name.startswith(f"{category}-")})

    def of_key(self, category: str, key: str) -> str | None:
        """Return the `X-Min-Position` of a query about what has one key, such as all reviews of a product."""
        streams = self._positions.items()
        return _latest({name: at for name, at in streams if (category_of(name), key_of(name)) == (category, key)})

    def as_cookie(self) -> str:
        """Return the value of the cookie."""
        return SEPARATOR.join(f"{name}@{at}" for name, at in self._positions.items())


def _latest(positions: Mapping[str, int]) -> str | None:
    if not positions:
        return None
    stream = max(positions, key=positions.__getitem__)
    return f"{stream}@{positions[stream]}"
