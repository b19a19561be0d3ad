"""Which events a reader of the log looks for; a database compares them with what it keeps, and decodes nothing."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scan:
    """What holds of the wanted events, as far as it is given.

    The wire name is one of `types`, the name of the stream begins with one of `prefixes`, and the stored bytes contain
    all of `contains`.
    """

    types: tuple[str, ...] = ()
    prefixes: tuple[str, ...] = ()
    contains: tuple[bytes, ...] = ()

    def meets(self, stream: str, type_: str, state: bytes) -> bool:
        """Whether an event with these columns is wanted."""
        return (
            (not self.types or type_ in self.types)
            and (not self.prefixes or stream.startswith(self.prefixes))
            and all(part in state for part in self.contains)
        )
