"""The saga's policy as it is configured: a change counts within a second in every process, without a restart."""

from collections.abc import Callable, Sequence
from math import inf
from time import monotonic

from concurrency.batcher import Batcher
from domain.config import CONFIG
from domain.fulfilment.policy import Policy
from event_store.store import EventStore
from schemas.config import ConfigChanged
from schemas.errors import Poison, StreamUnreadable
from schemas.stream_names import CONFIG_STREAM

MAX_AGE = 1.0
"""Seconds for which a policy that was read is used."""


class PolicyInForce:
    """Reads changes of the configuration at most once every `max_age` seconds, and only when somebody asks."""

    def __init__(
        self,
        store: EventStore,
        released: Policy,
        *,
        max_age: float = MAX_AGE,
        timer: Callable[[], float] = monotonic,
    ) -> None:
        """`released` holds while nobody has changed the deadlines; `timer` tells seconds."""
        self._store = store
        self._released = self._policy = released
        self._config, self._version = CONFIG.initial, 0
        self._max_age, self._timer, self._read_at = max_age, timer, -inf
        self._reading: Batcher[None, None] = Batcher(self._read)

    async def current(self) -> Policy:
        """Return the policy.

        Raises:
            Unavailable: The store does not answer, or a change cannot be read.
        """
        if self._is_old:
            await self._reading.ask(None)
        return self._policy

    @property
    def _is_old(self) -> bool:
        return self._timer() - self._read_at >= self._max_age

    async def _read(self, _: Sequence[None]) -> None:
        if not self._is_old:  # the batch before has read it
            return
        began = self._timer()
        try:
            envelopes = await self._store.stream(CONFIG_STREAM, after=self._version)
        except Poison as poison:
            raise StreamUnreadable(poison.detail, **poison.extra) from poison
        changes = [each.event for each in envelopes if isinstance(each.event, ConfigChanged)]
        self._config = CONFIG.fold(changes, self._config)
        self._version += len(envelopes)
        self._policy, self._read_at = self._config.policy(self._released), began
