"""What a log must hold, and must not hold, when somebody has gone the whole way."""

from collections import defaultdict
from collections.abc import Sequence

from schemas.envelope import Envelope
from schemas.notification import NotificationRequested
from schemas.stream_names import category_of, notification_stream, subject_of, user_stream
from tests.e2e.account_walk import ACCOUNT, MAILS, ORDER, Walk

CLAIM = "auth.email.claimed"
ANSWERS = {"inventory.reserved", "inventory.confirmed"}
"""Of the warehouse, about an order."""


async def check_log(walk: Walk) -> None:
    """Wait until the last mail is recorded; then see that everything is there, in order and in its context."""
    log = walk.place.log
    for template, name in MAILS.items():
        [cause] = [each for each in log.events if each.type == name and _is_of(each, walk)]
        await log.event("notification.sent", notification_stream(cause.id, template))
        _check_mail(cause, template, log.events)
    _check_account(walk, log.events)
    _check_order(walk, log.events)
    written = b"".join(each.state for each in log.stored)
    assert [secret for secret in walk.secrets if secret.encode() in written] == []


def _check_account(walk: Walk, events: Sequence[Envelope]) -> None:
    told = [each for each in events if each.stream == user_stream(walk.user_id)]
    assert [(each.type, each.correlation_id) for each in told] == [
        (name, walk.correlations[step]) for name, step in ACCOUNT
    ]
    [claim] = [each for each in events if each.type == CLAIM and _is_of(each, walk)]
    assert claim.correlation_id == walk.correlations["verify"]
    for each in (*told, claim):
        assert (each.actor.type, each.actor.id, each.subject_id) == ("customer", walk.user_id, walk.user_id)
        assert each.causation_id
        assert each.client
        assert each.client.ip
        assert each.client.user_agent
        assert {each.client.ip.subject, each.client.user_agent.subject} == {walk.user_id}


def _check_order(walk: Walk, events: Sequence[Envelope]) -> None:
    streams = defaultdict[str, list[str]](list)
    of_order = [each for each in events if subject_of(each.stream) == walk.order_id]
    for each in of_order:
        streams[category_of(each.stream)].append(each.type)
    assert streams == ORDER
    answers = [each for each in events if each.type in ANSWERS and _is_of(each, walk)]
    assert {each.type for each in answers} == ANSWERS
    assert {each.correlation_id for each in (*of_order, *answers)} == {walk.correlations["order"]}
    actors = {(each.actor.type, each.actor.id) for each in (*of_order, *answers) if each.version > 1}
    first = next(each for each in of_order if each.type == "order.created")
    assert (first.actor.type, first.actor.id) == ("customer", walk.user_id)
    assert actors == {("system", "aioutlet")}
    known = {each.id for each in (*of_order, *answers)}
    assert {each.causation_id for each in (*of_order, *answers)} - known == {first.causation_id}


def _check_mail(cause: Envelope, template: str, events: Sequence[Envelope]) -> None:
    told = [each for each in events if each.stream == notification_stream(cause.id, template)]
    assert [each.type for each in told] == ["notification.requested", "notification.sent"]
    assert {(each.actor.type, each.correlation_id) for each in told} == {("system", cause.correlation_id)}
    [requested] = [each.event for each in told if isinstance(each.event, NotificationRequested)]
    assert (requested.cause_id, requested.cause_position) == (cause.id, cause.position)


def _is_of(each: Envelope, walk: Walk) -> bool:
    return {walk.user_id, walk.order_id} & {
        getattr(each.event, name, None) for name in ("user_id", "order_id")
    } != set()
