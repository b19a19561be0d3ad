"""By what auditors find an event: keys that follow from the event alone."""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from schemas.actor_type import ActorType
from schemas.audit import Outcome
from schemas.envelope import Envelope
from schemas.message import Event
from schemas.security import SecurityFact
from schemas.stream_names import ORDER_CATEGORIES, category_of, subject_of
from schemas.topics import PEOPLE, ROUTES, TOPICS

FAILURES = frozenset(
    {
        "auth.token.reuse.detected",
        "inventory.failed",
        "notification.failed",
        "order.failed",
        "payment.failed",
        "payment.refund.failed",
        "saga.failed",
        "saga.step.timed.out",
        "saga.stuck",
        "security.access.denied",
        "security.login.failed",
        "security.rate.limited",
        "shipping.failed",
    }
)
"""The types of events that say that something did not succeed."""
FREQUENT = frozenset({"auth.login", "auth.logout", "security.access.denied", "security.login.failed"}) | {
    "security.rate.limited",
    "audit.read",
}
"""The types of the security trail that a report only counts."""
TRAIL = (
    frozenset(name for name in ROUTES if name.startswith(("auth.", "security.", "audit.", "config.", "dlq.")))
    | frozenset(name for name in ROUTES if name.startswith("saga.resol"))
    | {"user.role.changed", "user.deactivated", "user.reactivated", "user.erased"}
    | {"user.email.change.requested", "user.email.changed"}
)
"""The types of the security trail: who came in, what was refused, and what people with rights have changed."""
FAILURE_KEY, TRAIL_KEY, NOTABLE_KEY = "failure", "trail", "notable"
TYPE = "type/"
"""How the key of a type begins, and no other."""
PERSON_FIELDS = ("customer_id", "user_id", "by", "operator", "confirmed_by")
"""The fields of events that name a person."""
OWNED = frozenset({"user", "cart"})
"""The categories of streams that bear the id of a person."""


def type_key(name: str) -> str:
    """Return the key of all events of a type."""
    return TYPE + name


def person_key(person_id: str) -> str:
    """Return the key of what a person did, and of what was done about them."""
    return f"person/{person_id}"


def order_key(order_id: str) -> str:
    """Return the key of all events about an order."""
    return f"order/{order_id}"


def correlation_key(correlation_id: str) -> str:
    """Return the key of all that one request led to."""
    return f"correlation/{correlation_id}"


def address_key(index: str) -> str:
    """Return the key of what came from a network address, by its blind index."""
    return f"address/{index}"


def topics_of(key: str) -> frozenset[str]:
    """Return the topics in which there may be events with a key."""
    kind, _, name = key.partition("/")
    if kind == "type":
        return frozenset(route.topic for route in ROUTES[name])
    return frozenset({PEOPLE}) if kind == "address" else frozenset(TOPICS)


def outcome_of(event_type: str) -> Outcome:
    """Return whether events of a type say that something succeeded."""
    return Outcome.FAILURE if event_type in FAILURES else Outcome.SUCCESS


def keys_of(envelope: Envelope) -> list[str]:
    """Return the keys of an event, each once; that of its type is the first."""
    kind = _kind_of(type(envelope.event))
    keys = [kind.keys[0], correlation_key(envelope.correlation_id)]
    if order_id := order_of(envelope):
        keys.append(order_key(order_id))
    keys += [person_key(each) for each in _persons(envelope, kind) if each]
    keys += [address_key(each) for each in _addresses(envelope) if each]
    keys += kind.keys[1:]
    return list(dict.fromkeys(keys))


def order_of(envelope: Envelope) -> str | None:
    """Return the id of the order that an event is about, if it is about one."""
    if category_of(envelope.stream) in ORDER_CATEGORIES:
        return subject_of(envelope.stream)
    order_id: str | None = None
    if _kind_of(type(envelope.event)).has_order:
        order_id = envelope.event.order_id  # type: ignore[attr-defined]  # it has the field
    return order_id


def home_topic(envelope: Envelope) -> str:
    """Return the only topic in which an event is looked up: the first to which it is published."""
    routes = ROUTES[envelope.type]
    is_there = len(routes) == 1 or not _kind_of(type(envelope.event)).has_order or order_of(envelope) is not None
    return routes[0 if is_there else 1].topic


class _Kind(NamedTuple):
    """What follows from the class of an event: its keys, its fields that name a person, whether it names an order."""

    keys: Sequence[str]
    persons: Sequence[str]
    has_order: bool


@cache
def _kind_of(kind: type[Event]) -> _Kind:
    name, keys = kind.wire_name, {FAILURE_KEY: FAILURES, TRAIL_KEY: TRAIL, NOTABLE_KEY: TRAIL - FREQUENT}
    return _Kind(
        keys=[type_key(name), *(key for key, names in keys.items() if name in names)],
        persons=[field for field in PERSON_FIELDS if field in kind.model_fields],
        has_order="order_id" in kind.model_fields,
    )


def _addresses(envelope: Envelope) -> Iterator[str | None]:
    if envelope.client:
        yield envelope.client.ip_index
    if isinstance(envelope.event, SecurityFact):
        yield envelope.event.address_index


def _persons(envelope: Envelope, kind: _Kind) -> list[str | None]:
    persons = [getattr(envelope.event, name) for name in kind.persons]
    persons.append(envelope.subject_id)
    if envelope.actor.type is not ActorType.SYSTEM:
        persons.append(envelope.actor.id)
    if category_of(envelope.stream) in OWNED:
        persons.append(subject_of(envelope.stream))
    return persons
