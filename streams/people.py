"""The accounts of people, as they are now."""

from collections import OrderedDict
from collections.abc import Collection, Mapping
from typing import NamedTuple, cast

from domain.user import USER, User
from event_store.store import EventStore
from schemas.stream_names import user_stream
from schemas.user import UserEvent

CAPACITY = 10_000
"""Accounts that are remembered, so that only what is new of them is read."""


class _Known(NamedTuple):
    user: User
    version: int


class People:
    """Reads accounts; each read sees everything that was recorded before it."""

    def __init__(self, store: EventStore) -> None:
        self._store = store
        self._known: OrderedDict[str, _Known] = OrderedDict()

    async def load(self, user_ids: Collection[str]) -> Mapping[str, User]:
        """Return these accounts by id, in one read; that of somebody unknown is empty."""
        if not user_ids:
            return {}
        known = {user_id: self._known.get(user_id, _Known(USER.initial, 0)) for user_id in user_ids}
        news = await self._store.streams({user_stream(user_id): each.version for user_id, each in known.items()})
        for user_id, before in known.items():
            if events := news[user_stream(user_id)]:
                user = USER.fold((cast("UserEvent", each.event) for each in events), before.user)
                known[user_id] = self._known[user_id] = _Known(user, events[-1].version)
                self._known.move_to_end(user_id)
        while len(self._known) > CAPACITY:
            self._known.popitem(last=False)
        return {user_id: each.user for user_id, each in known.items()}
