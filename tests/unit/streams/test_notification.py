"""The notification agent sends one mail per template and cause, and a mail that cannot be sent delays nothing else."""

import asyncio
from datetime import timedelta

import pytest

from event_store.records import AppendRequest
from schemas.errors import Unavailable
from schemas.notification import (
    NotificationFailed,
    NotificationRequested,
    NotificationSent,
    NotificationSuppressed,
    SuppressReason,
    Template,
)
from schemas.topics import PEOPLE
from streams.mail.causes import AGE_LIMIT, TEMPLATES, templates_of
from streams.mail.contexts import CONTEXTS
from streams.mail.transport import Delivery
from streams.notification import NO_ANSWER, Notifications
from tests.examples import CUSTOMER_ID, EXAMPLES, ORDER_ID, VERIFICATION_ID
from tests.histories import events
from tests.unit.streams.fakes import Counts, SetClock, TroubledStore, give, log_of, once
from tests.unit.streams.mail_story import (
    ANN,
    ANNS_NEW,
    LINKS,
    NAME,
    TOKENS,
    Post,
    agent,
    links_of,
    mail_events,
    mail_types,
    registered,
    retry,
    sealed,
    tell,
    verified,
    work,
)

OTHER_ID = "019c6a00-2222-7222-8333-444455556666"
ONE_MAIL = ["notification.requested", "notification.sent"]


@pytest.fixture
def post() -> Post:
    return Post()


@pytest.fixture
def notifications(store: TroubledStore, post: Post, clock: SetClock, counts: Counts) -> Notifications:
    return agent(store, post, clock, counts)


def records_a_mail(unit: AppendRequest) -> bool:
    return any(isinstance(each.event, NotificationSent) for each in unit.events)


def test_every_template_has_a_cause_and_a_context() -> None:
    caused = {template for templates in TEMPLATES.values() for template in templates}
    assert caused | {Template.ADDRESS_TAKEN} == set(Template) == set(CONTEXTS)


def test_every_other_event_leads_to_no_mail() -> None:
    leading = {event.wire_name for event in TEMPLATES}
    for name, event in EXAMPLES.items():
        found = templates_of(event, is_taken=False, is_verified=True)
        assert bool(found) is (name in leading)


async def test_a_registration_leads_to_a_welcome_with_a_link(
    store: TroubledStore, notifications: Notifications, post: Post
) -> None:
    await tell(store, *registered())
    await work(store, notifications)
    [mail] = post.mails
    assert (mail.template, mail.to) == (Template.WELCOME, ANN)
    token = TOKENS.issue("verify-email", CUSTOMER_ID, VERIFICATION_ID)
    assert links_of(post.mails) == [LINKS.verification(CUSTOMER_ID, VERIFICATION_ID)]
    assert links_of(post.mails)[0].startswith("https://shop.example/verify-email?token=")
    assert token.split("~")[-1] in links_of(post.mails)[0]
    assert await mail_types(store) == ONE_MAIL


async def test_a_name_that_nobody_has_proven_is_in_no_mail(
    store: TroubledStore, notifications: Notifications, post: Post
) -> None:
    await tell(store, *registered(), *events("auth.password.changed"))
    await work(store, notifications)
    assert post.sent == [Template.SECURITY_ALERT, Template.WELCOME]
    assert not [mail for mail in post.mails if NAME in mail.content.text + mail.content.html]


async def test_a_taken_address_is_told_to_its_owner_only(
    store: TroubledStore, notifications: Notifications, post: Post
) -> None:
    await tell(store, *events("auth.email.claimed", user_id=OTHER_ID), *registered())
    await work(store, notifications)
    [mail] = post.mails
    assert (mail.template, mail.to) == (Template.ADDRESS_TAKEN, ANN)
    assert "token=" not in mail.content.text + mail.content.html


async def test_an_address_that_is_given_up_can_be_proven_again(
    store: TroubledStore, notifications: Notifications, post: Post
) -> None:
    claims = events("auth.email.claimed", "auth.email.released", user_id=OTHER_ID)
    await tell(store, *claims, *registered())
    await work(store, notifications)
    assert post.sent == [Template.WELCOME]


async def test_a_change_of_address_is_proven_by_the_new_one_and_told_to_the_old_one(
    store: TroubledStore, notifications: Notifications, post: Post
) -> None:
    asked = events("user.email.change.requested", email=sealed(ANNS_NEW))
    changed = events("user.email.changed", email=sealed(ANNS_NEW), previous=sealed(ANN))
    await tell(store, *verified(), *asked)
    await work(store, notifications)
    await tell(store, *changed)
    await work(store, notifications)
    assert sorted((mail.template, mail.to) for mail in post.mails[1:]) == [
        (Template.EMAIL_CHANGE, ANNS_NEW),
        (Template.EMAIL_CHANGE_NOTICE, ANN),
        (Template.EMAIL_CHANGED, ANN),
    ]


async def test_a_change_to_a_taken_address_tells_its_owner(
    store: TroubledStore, notifications: Notifications, post: Post
) -> None:
    claimed = events("auth.email.claimed", user_id=OTHER_ID)
    asked = events("user.email.change.requested", email=sealed(ANNS_NEW))
    await tell(store, *verified(), *claimed, *asked)
    await work(store, notifications, after=4)
    assert sorted((mail.template, mail.to) for mail in post.mails) == [
        (Template.ADDRESS_TAKEN, ANNS_NEW),
        (Template.EMAIL_CHANGE_NOTICE, ANN),
    ]


@pytest.mark.parametrize(
    ("name", "template", "words"),
    [
        ("auth.password.changed", Template.SECURITY_ALERT, "Your password was changed."),
        ("auth.password.reset.completed", Template.SECURITY_ALERT, "Your password was set anew"),
        ("auth.token.reuse.detected", Template.SECURITY_ALERT, "an old key of one of your sessions"),
        ("auth.password.reset.requested", Template.PASSWORD_RESET, LINKS.reset(CUSTOMER_ID, VERIFICATION_ID)),
    ],
)
async def test_what_happens_to_an_account_is_mailed(
    store: TroubledStore, notifications: Notifications, post: Post, name: str, template: Template, words: str
) -> None:
    await tell(store, *verified(), *events(name))
    await work(store, notifications, after=4)
    [mail] = post.mails
    assert (mail.template, mail.to) == (template, ANN)
    assert words in mail.content.text


@pytest.mark.parametrize(
    ("name", "template", "words"),
    [
        ("payment.processed", Template.RECEIPT, "You paid 57.34 USD on 14 March 2026"),
        ("order.completed", Template.ORDER_CONFIRMED, "Everything is in stock"),
        ("order.shipped", Template.ORDER_SHIPPED, "Dummy Parcel has your parcel. Its tracking number is TRK-0001."),
        ("order.delivered", Template.ORDER_DELIVERED, "was delivered"),
        ("order.failed", Template.ORDER_FAILED, "The payment did not go through."),
        ("order.cancelled", Template.ORDER_CANCELLED, "The order was cancelled."),
        ("payment.refunded", Template.REFUND_ISSUED, "We gave back 57.34 USD"),
    ],
)
async def test_what_happens_to_an_order_is_mailed_to_its_customer(
    store: TroubledStore, notifications: Notifications, post: Post, name: str, template: Template, words: str
) -> None:
    await tell(store, *verified(), *events("order.created", "shipping.prepared", name))
    await work(store, notifications, after=4)
    assert post.sent == sorted([Template.ORDER_RECEIVED, template])
    [mail] = [each for each in post.mails if each.template == template]
    assert mail.to == ANN
    assert mail.content.text.startswith("Order ORD-20260314-7K3QZ · 57.34 USD\n\nHello Ann-Planted,\n")
    assert words in mail.content.text
    assert links_of([mail]) == [f"https://shop.example/orders/{ORDER_ID}"]


async def test_a_mail_is_requested_and_recorded_with_its_causes(
    store: TroubledStore, notifications: Notifications, post: Post
) -> None:
    *_, created = await tell(store, *verified(), *events("order.created"))
    await work(store, notifications, after=4)
    requested, sent = await mail_events(store)
    assert requested.event == NotificationRequested(
        template=Template.ORDER_RECEIVED, cause_id=created.id, cause_position=created.position, order_id=ORDER_ID
    )
    assert sent.event == NotificationSent(message_id=post.mails[0].id, order_id=ORDER_ID)
    assert requested.stream == sent.stream == f"notification-{created.id}-order-received"
    assert post.mails[0].id == f"<{created.id}-order-received@shop.example>"
    assert (requested.causation_id, sent.causation_id) == (created.id, requested.id)
    assert requested.correlation_id == sent.correlation_id == created.correlation_id
    assert requested.subject_id == CUSTOMER_ID


async def test_the_whole_log_again_sends_and_records_nothing(
    store: TroubledStore, notifications: Notifications, post: Post, clock: SetClock, counts: Counts
) -> None:
    await tell(store, *verified(), *events("order.created", "payment.processed", "order.completed"))
    await work(store, notifications)
    head, mails = await store.head(), len(post.mails)
    await work(store, notifications)
    await work(store, agent(store, post, clock, counts))
    assert (await store.head(), len(post.mails)) == (head, mails)
    assert mails == 4


async def test_a_charge_that_is_answered_again_has_one_receipt(
    store: TroubledStore, notifications: Notifications, post: Post
) -> None:
    paid = [*events("payment.processed"), *events("payment.processed", attempt=2)]
    await tell(store, *verified(), *events("order.created"), *paid)
    await work(store, notifications, after=4)
    assert post.sent == [Template.ORDER_RECEIVED, Template.RECEIPT]


async def test_a_mail_whose_record_is_lost_is_not_handed_over_again_by_the_same_process(
    store: TroubledStore, notifications: Notifications, post: Post
) -> None:
    await tell(store, *registered())
    store.refuse = once(records_a_mail)
    with pytest.raises(Unavailable):
        await work(store, notifications)
    await work(store, notifications)
    assert list(post.times.values()) == [1]
    assert await mail_types(store) == ONE_MAIL


async def test_a_mail_whose_process_died_before_the_record_comes_again_under_the_same_id(
    store: TroubledStore, notifications: Notifications, post: Post, clock: SetClock, counts: Counts
) -> None:
    await tell(store, *registered())
    store.refuse = once(records_a_mail)
    with pytest.raises(Unavailable):
        await work(store, notifications)
    await work(store, agent(store, post, clock, counts))
    assert list(post.times.values()) == [2]
    assert await mail_types(store) == ONE_MAIL


async def test_two_workers_record_one_mail(
    store: TroubledStore, notifications: Notifications, post: Post, clock: SetClock, counts: Counts
) -> None:
    await tell(store, *registered())
    requests = await log_of(store)
    await give(notifications, requests)
    requested = await log_of(store, after=len(requests))
    others = agent(store, post, clock, counts)
    await asyncio.gather(give(notifications, requested), give(others, requested))
    assert await mail_types(store) == ONE_MAIL
    assert len(post.times) == 1


async def test_a_conflict_hands_no_other_mail_of_the_batch_over_again(
    store: TroubledStore, notifications: Notifications, post: Post, clock: SetClock, counts: Counts
) -> None:
    await tell(store, *verified(), *events("auth.password.changed", "auth.password.reset.completed"))
    causes = await log_of(store, after=4)
    await give(notifications, causes)
    requested = await log_of(store, after=causes[-1].position)
    post.release = asyncio.Event()
    batch = asyncio.ensure_future(give(notifications, requested))
    await asyncio.sleep(0)
    post.release.set()
    await give(agent(store, post, clock, counts), requested[:1])
    await batch
    assert sorted(post.times.values()) == [1, 2]
    assert (await mail_types(store)).count("notification.sent") == 2


async def test_an_order_of_somebody_without_an_account_is_suppressed(
    store: TroubledStore, notifications: Notifications, post: Post
) -> None:
    await tell(store, *events("order.created", "payment.processed"))
    await work(store, notifications)
    assert post.mails == []
    suppressed = NotificationSuppressed(reason=SuppressReason.NO_ACCOUNT, order_id=ORDER_ID)
    assert [each.event for each in await mail_events(store)] == [suppressed, suppressed]


async def test_a_person_who_is_forgotten_gets_no_mail_that_waited(
    store: TroubledStore, notifications: Notifications, post: Post, clock: SetClock
) -> None:
    post.is_away = True
    await tell(store, *registered())
    await work(store, notifications)
    post.is_away = False
    await tell(store, *events("user.erased"))
    clock.pass_by(60)
    await retry(store, notifications)
    assert post.mails == []
    assert await mail_types(store) == ["notification.requested", "notification.suppressed"]


async def test_an_event_that_is_older_than_a_day_is_not_mailed(
    store: TroubledStore, notifications: Notifications, post: Post
) -> None:
    await tell(store, *verified(), age=AGE_LIMIT + timedelta(seconds=1))
    await tell(store, *events("order.created"), age=AGE_LIMIT + timedelta(seconds=1))
    await tell(store, *events("payment.processed"), age=AGE_LIMIT)
    await work(store, notifications)
    assert post.sent == [Template.RECEIPT]
    found = {each.event for each in await mail_events(store) if each.type == "notification.suppressed"}
    assert found == {
        NotificationSuppressed(reason=SuppressReason.TOO_OLD, order_id=ORDER_ID),
        NotificationSuppressed(reason=SuppressReason.TOO_OLD, user_id=CUSTOMER_ID),
    }


async def test_a_request_that_nobody_tried_for_a_day_is_suppressed(
    store: TroubledStore, notifications: Notifications, post: Post, clock: SetClock
) -> None:
    told = await tell(store, *registered())
    await give(notifications, told)
    clock.pass_by(AGE_LIMIT.total_seconds())
    await work(store, notifications)
    assert post.mails == []
    assert await mail_types(store) == ["notification.requested", "notification.suppressed"]


async def test_a_mail_that_is_refused_for_good_has_failed(
    store: TroubledStore, notifications: Notifications, post: Post
) -> None:
    post.answer = Delivery(accepted=False, code="smtp_550")
    await tell(store, *registered())
    await work(store, notifications)
    await work(store, notifications)
    assert len(post.mails) == 1
    failed = (await mail_events(store))[-1].event
    assert failed == NotificationFailed(code="smtp_550", attempts=1, user_id=CUSTOMER_ID)
    assert await store.parked("notification") == []


async def test_a_mail_server_that_is_away_delays_mails_which_come_when_it_is_back(
    store: TroubledStore, notifications: Notifications, post: Post, clock: SetClock
) -> None:
    post.is_away = True
    await tell(store, *verified(), *events("order.created", "payment.processed"))
    await work(store, notifications)
    parked = await store.parked("notification")
    assert [(row.attempts, row.cause) for row in parked] == [(1, "provider_fault")] * 3
    for seconds in (1, 2, 4):
        clock.pass_by(seconds)
        await retry(store, notifications)
    assert [row.attempts for row in await store.parked("notification")] == [4] * 3
    post.is_away = False
    clock.pass_by(8)
    await retry(store, notifications)
    assert set(post.sent) == {Template.WELCOME, Template.ORDER_RECEIVED, Template.RECEIPT}
    assert await store.parked("notification") == []
    assert (await mail_types(store)).count("notification.sent") == 3


async def test_a_mail_that_waits_is_waited_for_by_no_other_of_its_order(
    store: TroubledStore, notifications: Notifications, post: Post
) -> None:
    post.is_away = True
    await tell(store, *verified(), *events("order.created"))
    await work(store, notifications, after=4)
    post.is_away = False
    after = await store.head()
    await tell(store, *events("payment.processed"))
    await work(store, notifications, after=after)
    assert post.sent == [Template.RECEIPT]
    assert len(await store.parked("notification")) == 1


async def test_a_mail_server_that_hangs_holds_no_batch_up(
    store: TroubledStore, notifications: Notifications, post: Post, clock: SetClock
) -> None:
    post.release = asyncio.Event()
    await tell(store, *registered())
    async with asyncio.timeout(2):
        await work(store, notifications)
    assert [row.cause for row in await store.parked("notification")] == ["StillRunning"]
    post.release.set()
    await notifications.calls.wait_ended()
    await asyncio.sleep(0)
    await retry(store, notifications)
    assert list(post.times.values()) == [1]
    assert await mail_types(store) == ONE_MAIL


async def test_a_mail_that_nobody_takes_for_a_day_has_failed(
    store: TroubledStore, notifications: Notifications, post: Post, clock: SetClock
) -> None:
    post.is_away = True
    await tell(store, *registered())
    await work(store, notifications)
    clock.pass_by(AGE_LIMIT.total_seconds())
    await retry(store, notifications)
    failed = (await mail_events(store))[-1].event
    assert failed == NotificationFailed(code=NO_ANSWER, attempts=1, user_id=CUSTOMER_ID)
    assert await store.parked("notification") == []


async def test_a_request_about_an_event_that_the_log_does_not_have_is_parked_alone(
    store: TroubledStore, notifications: Notifications, post: Post
) -> None:
    [lost] = events("notification.requested", order_id=None, user_id=CUSTOMER_ID, cause_position=1)
    await tell(store, *registered(), lost)
    await work(store, notifications)
    assert post.sent == [Template.WELCOME]
    assert [row.cause for row in await store.parked("notification")] == ["poison"]


async def test_the_log_and_what_is_parked_hold_no_address_name_or_token(
    store: TroubledStore, notifications: Notifications, post: Post
) -> None:
    await tell(store, *verified(), *events("order.created", "auth.password.reset.requested"))
    await work(store, notifications)
    assert len(post.mails) == 3
    planted = [ANN, NAME, TOKENS.issue("verify-email", CUSTOMER_ID, VERIFICATION_ID).split("~")[-1]]
    planted.append(TOKENS.issue("reset-password", CUSTOMER_ID, VERIFICATION_ID).split("~")[-1])
    for stored in await store.log(0, limit=1_000):
        assert not [secret for secret in planted if secret.encode() in stored.state]


async def test_a_fault_is_logged_without_the_address(
    store: TroubledStore, notifications: Notifications, post: Post, capsys: pytest.CaptureFixture[str]
) -> None:
    post.is_away = True
    await tell(store, *registered())
    await work(store, notifications)
    said = "".join(capsys.readouterr())
    assert "outside party failed" in said
    assert "ConnectionRefusedError" in said
    assert ANN not in said


def test_mails_about_people_and_orders_are_read() -> None:
    assert PEOPLE in Notifications.topics
    assert set(TEMPLATES) <= {type(EXAMPLES[name]) for name in Notifications.types}
