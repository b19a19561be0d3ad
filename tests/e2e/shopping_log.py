"""What a log must hold, and must not hold, when somebody has shopped."""

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from schemas.envelope import Envelope
from schemas.notification import NotificationRequested
from schemas.stream_names import (
    cart_stream,
    category_of,
    notification_stream,
    order_number_stream,
    order_stream,
    payment_stream,
    product_stream,
    review_stream,
    saga_stream,
    shipment_stream,
    user_stream,
)
from tests.e2e.shopping_walk import ShoppingWalk


class Told(NamedTuple):
    """An event: the step to which it belongs, who did it, and the event that led to it, if it was not a request."""

    name: str
    step: str
    by: str
    cause: str | None = None


BY = {"employ": "staff", "guest": "guest", **dict.fromkeys(("begin", "offer", "receive", "ship", "deliver"), "keeper")}
"""Who does a step by its first word, where it is not the shopper."""


def asked(step: str, *names: str) -> list[Told]:
    """What a request leads to at once."""
    return [Told(name, step, BY.get(step.partition(" ")[0], "shopper")) for name in names]


def after(cause: str | None, *names: str, step: str = "order") -> list[Told]:
    """What the shop itself does after an event, or when a timer rings."""
    return [Told(name, step, "shop", cause) for name in names]


ACCOUNT = [
    *asked("register", "user.created", "auth.user.registered", "auth.email.verification.requested", "auth.login"),
    *asked("verify", "auth.email.verified"),
    *asked("login", "auth.login"),
    *asked("reset", "auth.password.reset.requested"),
    *asked("new password", "auth.password.reset.completed", "auth.session.revoked", "auth.session.revoked"),
    *asked("login again", "auth.login"),
    *asked("logout", "auth.logout"),
]
KEEPER = [
    *asked("employ", "user.created", "auth.user.registered", "auth.email.verified"),
    *asked("begin", "auth.login"),
]
GUEST_CART = [*asked("guest adds", "cart.created", "cart.item.added"), *asked("login", "cart.handed.over")]
CART = [
    *asked("add", "cart.created", "cart.item.added"),
    *asked("login", "cart.transferred"),
    *asked("order", "cart.checked.out"),
]
ORDER = [
    *asked("order", "order.created"),
    *after("order.created", "order.updated"),
    *after("payment.processed", "order.updated"),
    *after("inventory.reserved", "order.updated"),
    *after("shipping.prepared", "order.updated", "order.completed"),
    *asked("ship", "order.shipped", "order.updated"),
    *asked("deliver", "order.delivered", "order.updated"),
]
SAGA = [
    *after("order.created", "saga.started", "payment.processing"),
    *after("payment.failed", "saga.retry.scheduled"),
    *after(None, "payment.processing"),
    *after("payment.failed", "saga.retry.scheduled"),
    *after(None, "payment.processing"),
    *after("payment.processed", "inventory.reservation"),
    *after("inventory.reserved", "shipping.preparation"),
    *after("shipping.prepared", "inventory.confirmation", "saga.completed"),
    *asked("ship", "saga.closed"),
]
PAYMENT = after("payment.processing", "payment.failed", "payment.failed", "payment.processed")
SHIPMENT = [
    *after("shipping.preparation", "shipping.prepared"),
    *asked("ship", "shipping.dispatched"),
    *asked("deliver", "shipping.delivered"),
]
WAREHOUSE = [
    *asked("receive", "stock.received", "stock.replenished"),
    *after("inventory.reservation", "inventory.reserved", "stock.out"),
    *after("inventory.confirmation", "inventory.confirmed"),
    *after("shipping.dispatched", "inventory.committed", step="ship"),
]
MAILS = {
    "welcome": ("register", "auth.email.verification.requested"),
    "order-received": ("order", "order.created"),
    "receipt": ("order", "payment.processed"),
    "order-confirmed": ("order", "order.completed"),
    "order-shipped": ("ship", "order.shipped"),
    "order-delivered": ("deliver", "order.delivered"),
    "password-reset": ("reset", "auth.password.reset.requested"),
    "security-alert": ("new password", "auth.password.reset.completed"),
}
"""The step and the event that each mail is about."""
VIEWS = "product.views.counted"
"""Recorded once a minute, of whatever was looked at until then."""


async def check_log(walk: ShoppingWalk) -> None:
    """Wait until the last mail is recorded; then see that all is there, in order and with its cause, and no more."""
    await _check_mails(walk)
    recorded = defaultdict[str, list[Envelope]](list)
    for each in _events_of(walk):
        recorded[_place_of(each)].append(each)
    told, expected = {place: _told(walk, events) for place, events in recorded.items()}, _expected(walk)
    for place in told.keys() | expected.keys():
        assert told.get(place) == expected.get(place), (place, told.get(place), expected.get(place))
    for place, events in recorded.items():
        _check_versions(place, events)
    for each in recorded[user_stream(walk.user_id)]:
        _check_client(walk, each)
    written = b"".join(each.state for each in walk.place.log.stored)
    assert [secret for secret in walk.secrets if secret.encode() in written] == []


async def _check_mails(walk: ShoppingWalk) -> None:
    """See that each mail has come, and no other one."""
    for template in MAILS:
        mail = await walk.mail(template)
        assert (walk.order["orderNumber"] in mail.text) == (MAILS[template][0] in ("order", "ship", "deliver"))
    await walk.place.log.read()
    for template in MAILS:
        sent = await walk.place.log.event("notification.sent", _mail_stream(walk, template))
        known = {each.id: each.position for each in walk.place.log.events}
        [asked_for] = [each.event for each in walk.place.log.events if each.id == sent.causation_id]
        assert isinstance(asked_for, NotificationRequested)
        assert known[asked_for.cause_id] == asked_for.cause_position
    came = [mail.subject for mail in await walk.place.mails() if mail.to.endswith(walk.email)]
    assert len(came) == len(MAILS), came


def _mail_stream(walk: ShoppingWalk, template: str) -> str:
    step, name = MAILS[template]
    about = (name, walk.correlations[step])
    [cause] = [each for each in walk.place.log.events if (each.type, each.correlation_id) == about]
    return notification_stream(cause.id, template)


def _expected(walk: ShoppingWalk) -> dict[str, list[Told]]:
    order_id = walk.order["orderId"]
    mails = {
        _mail_stream(walk, template): [
            *after(cause, "notification.requested", step=step),
            *after("notification.requested", "notification.sent", step=step),
        ]
        for template, (step, cause) in MAILS.items()
    }
    return mails | {
        user_stream(walk.user_id): ACCOUNT,
        user_stream(walk.keeper_id): KEEPER,
        f"address of {walk.user_id}": asked("verify", "auth.email.claimed"),
        f"address of {walk.keeper_id}": asked("employ", "auth.email.claimed"),
        product_stream(walk.oats): asked("offer oats", "product.created"),
        product_stream(walk.tea): asked("offer tea", "product.created"),
        "warehouse-main": WAREHOUSE,
        cart_stream(walk.guest_id): GUEST_CART,
        cart_stream(walk.user_id): CART,
        order_stream(order_id): ORDER,
        order_number_stream(walk.order["orderNumber"]): asked("order", "order.number.claimed"),
        saga_stream(order_id): SAGA,
        payment_stream(order_id): PAYMENT,
        shipment_stream(order_id): SHIPMENT,
        review_stream(walk.oats, walk.user_id): asked("review", "review.submitted"),
    }


def _told(walk: ShoppingWalk, events: list[Envelope]) -> list[Told]:
    """The events as the tables above tell them; what is not the walk's has question marks."""
    steps = {correlation: step for step, correlation in walk.correlations.items()}
    names = {each.id: each.type for each in walk.place.log.events}
    actors = {
        ("admin", "staff"): "staff",
        ("customer", walk.keeper_id): "keeper",
        ("customer", walk.user_id): "shopper",
        ("guest", walk.guest_id): "guest",
        ("system", "aioutlet"): "shop",
    }
    return [
        Told(
            each.type,
            steps.get(each.correlation_id, "?"),
            actors.get((each.actor.type, each.actor.id), "?") if each.causation_id else "nobody",
            names.get(each.causation_id),
        )
        for each in events
    ]


def _events_of(walk: ShoppingWalk) -> Iterator[Envelope]:
    """All events of a step of the walk, and all that name whom or what only it knows."""
    ids = (walk.user_id, walk.keeper_id, walk.guest_id, walk.oats, walk.tea, walk.order["orderId"])
    log, steps = walk.place.log, {*walk.correlations.values()}
    for each, stored in zip(log.events, log.stored, strict=True):
        written = f"{stored.stream} {stored.state.decode()}"
        if each.type != VIEWS and (each.correlation_id in steps or any(known in written for known in ids)):
            yield each


def _place_of(each: Envelope) -> str:
    """The stream; that of an address, whose name is a secret hash, by its owner."""
    if category_of(each.stream) == "address":
        return f"address of {each.event.user_id}"  # type: ignore[attr-defined]
    return each.stream


def _check_versions(place: str, events: list[Envelope]) -> None:
    versions = [each.version for each in events]
    if category_of(place) == "warehouse":  # which others change too
        assert versions == sorted({*versions})
    else:
        assert versions == list(range(1, len(versions) + 1)), place


def _check_client(walk: ShoppingWalk, each: Envelope) -> None:
    assert each.client
    assert each.client.ip
    assert each.client.user_agent
    assert {each.subject_id, each.client.ip.subject, each.client.user_agent.subject} == {walk.user_id}
