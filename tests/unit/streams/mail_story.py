"""People with accounts, their orders, and a post that remembers every mail: what the agent of mails is tried with."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

from event_store.records import AppendRequest
from identity.mailed_tokens import MailedTokens
from schemas.envelope import Cause, Envelope, wrap_events
from schemas.message import Event
from schemas.sealed import Sealed
from streams.mail.links import Links
from streams.mail.transport import ACCEPTED, Delivery, Mail
from streams.notification import Notifications
from streams.provider_calls import CallLimits
from tests.examples import CUSTOMER_ID, NOON, stream_of
from tests.histories import events
from tests.sealing import new_sealer, seal
from tests.unit.streams.fakes import Counts, SetClock, TroubledStore, give, log_of

KEY = b"a master key of the tests, 32 byt"
SEALER = new_sealer()
TOKENS = MailedTokens(KEY)
LINKS = Links("https://shop.example", TOKENS)
ANN, ANNS_NEW, NAME = "ann.planted@example.com", "ann.new@example.com", "Ann-Planted"
LIMITS = CallLimits(timeout=5.0, grace=0.05)


def sealed(text: str, user_id: str = CUSTOMER_ID) -> Sealed:
    return seal(user_id, text)


def registered(*, email: str = ANN, user_id: str = CUSTOMER_ID) -> list[Event]:
    """What a person's registration records."""
    personal = {"email": sealed(email, user_id), "first_name": sealed(NAME, user_id), "user_id": user_id}
    return events("user.created", "auth.user.registered", "auth.email.verification.requested", **personal)


def verified(**changed: str) -> list[Event]:
    """An account with a proven address."""
    return [*registered(**changed), *events("auth.email.verified")]


class Post:
    """A mail server that remembers what it has taken, and answers as it is told."""

    def __init__(self) -> None:
        self.mails: list[Mail] = []
        self.answer: Delivery = ACCEPTED
        self.is_away = False
        self.release: asyncio.Event | None = None
        """Until this is set, no mail is answered."""

    async def send(self, mail: Mail) -> Delivery:
        await asyncio.sleep(0)
        if self.is_away:
            raise ConnectionRefusedError(mail.to)
        if self.release:
            await self.release.wait()
        self.mails.append(mail)
        return self.answer

    @property
    def sent(self) -> list[str]:
        """The templates of the mails, sorted: those of one batch are handed over side by side."""
        return sorted(mail.template for mail in self.mails)

    @property
    def times(self) -> Counter[str]:
        """How often each mail came, by id."""
        return Counter(mail.id for mail in self.mails)


def agent(store: TroubledStore, post: Post, clock: SetClock, counts: Counts) -> Notifications:
    return Notifications(
        store, post, SEALER, links=LINKS, domain="shop.example", clock=clock, metrics=counts, limits=LIMITS
    )


async def tell(store: TroubledStore, *told: Event, age: timedelta = timedelta(minutes=1)) -> list[Envelope]:
    """Record these one after another, as they happened so long ago."""
    before = await store.head()
    for number, event in enumerate(told):
        stream = stream_of(event)
        after = len(await store.stream(stream))
        cause = Cause(id=f"told-{before}-{number}", at=NOON - age, correlation_id="checkout-7")
        await store.append(AppendRequest(events=tuple(wrap_events(stream, after, [event], cause))))
    return await log_of(store, after=before)


async def work(store: TroubledStore, notifications: Notifications, *, after: int = 0) -> None:
    """Hand the log to the agent until nothing is added to it."""
    while found := await log_of(store, after=after):
        after = found[-1].position
        await give(notifications, found)


async def retry(store: TroubledStore, notifications: Notifications) -> None:
    """Try again what is parked and due, in every partition."""
    await notifications.retry_parked({row.partition for row in await store.parked("notification")})


async def mail_events(store: TroubledStore) -> list[Envelope]:
    """Everything recorded of mails."""
    return [each for each in await log_of(store) if each.type.startswith("notification.")]


async def mail_types(store: TroubledStore) -> list[str]:
    return [each.type for each in await mail_events(store)]


def links_of(mails: Sequence[Mail]) -> list[str]:
    """The link of each mail."""
    return [line for mail in mails for line in mail.content.text.splitlines() if line.startswith("https://")]
