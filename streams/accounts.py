"""The agent of accounts: brings the secrets beside the log up to what the log says, also after a crash."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from domain.user import User
from event_store.store import EventStore
from event_store.unit_of_work import UnitOfWork
from identity.store import IdentityStore
from schemas.topics import PEOPLE
from schemas.user import EmailChanged, EmailVerified, UserDeactivated, UserErased, UserFact
from streams.metrics import Metrics
from streams.people import People
from streams.processor import Processor
from streams.triggers import Trigger


def keeps_no_mail(_user_id: str) -> None:
    """For a process that hands mails on: there is nothing to forget."""


class AccountSecrets(Processor):
    """Claims proven addresses, ends the sessions of closed accounts, and destroys what is left of forgotten people.

    It writes what follows from the account as it is now, so that an old event, handled again, changes nothing.
    """

    consumer = "accounts"
    topics = frozenset({PEOPLE})
    types = frozenset(event.wire_name for event in (EmailVerified, EmailChanged, UserDeactivated, UserErased))

    def __init__(
        self,
        store: EventStore,
        secrets: IdentityStore,
        *,
        clock: Callable[[], datetime],
        metrics: Metrics,
        forget_mails: Callable[[str], None] = keeps_no_mail,
    ) -> None:
        """Bring `secrets` up to date; `forget_mails` drops the mails to a person that this process keeps."""
        super().__init__(store, clock=clock, metrics=metrics)
        self._secrets = secrets
        self._forget_mails = forget_mails
        self._people = People(store)

    async def react(
        self,
        triggers: Sequence[Trigger],
        unit: UnitOfWork,  # noqa: ARG002 - nothing is recorded, so a state that was cached would never be found stale
    ) -> Mapping[str, Exception]:
        """Bring the secrets of each person up to date; nothing is recorded."""
        users = {each.event.user_id for each in triggers if isinstance(each.event, UserFact)}
        people = await self._people.load(sorted(users))
        for user in people.values():
            await self._update(user)
        return {}

    async def _update(self, user: User) -> None:
        now = self._clock()
        if user.is_erased:
            self._forget_mails(user.id)
            await self._secrets.delete_credential(user.id)
            await self._secrets.revoke_all(user.id, at=now)
            await self._secrets.erase_subject(user.id, at=now)
        elif not user.is_active:
            await self._secrets.revoke_all(user.id, at=now)
        elif user.is_verified:
            await self._claim(user, now)

    async def _claim(self, user: User, now: datetime) -> None:
        """Write only what differs: nearly always the command has done it."""
        credential = await self._secrets.credential(user.id)
        if credential and (credential.address_index, credential.is_claimed) != (user.email_index, True):
            await self._secrets.change_address(user.id, user.email_index, is_claimed=True, at=now)
