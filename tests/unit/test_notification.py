"""A mail is requested once and ends once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.notification import NOTIFICATION
from schemas.notification import (
    AnyNotificationCommand,
    NotificationEvent,
    NotificationFailed,
    NotificationRequested,
    NotificationSent,
    NotificationSuppressed,
    RecordFailed,
    RecordSent,
    RequestNotification,
    Suppress,
    SuppressReason,
    Template,
)
from tests.examples import MAIL_CAUSE, ORDER_ID

REQUEST = RequestNotification(
    template=Template.RECEIPT, cause_id=MAIL_CAUSE, cause_position=7, order_id=ORDER_ID, user_id=None
)
SENT = RecordSent(message_id="<1@shop.example>", order_id=ORDER_ID)
FAILED = RecordFailed(code="smtp_550", attempts=1, order_id=ORDER_ID)
SUPPRESSED = Suppress(reason=SuppressReason.TOO_OLD, order_id=ORDER_ID)
COMMANDS: tuple[AnyNotificationCommand, ...] = (REQUEST, SENT, FAILED, SUPPRESSED)


def told(*commands: AnyNotificationCommand) -> list[NotificationEvent]:
    """What these commands lead to, one after another."""
    events: list[NotificationEvent] = []
    for command in commands:
        events += NOTIFICATION.decide(command, NOTIFICATION.fold(events))
    return events


def test_a_mail_is_requested_and_sent() -> None:
    assert told(REQUEST, SENT) == [
        NotificationRequested(template=Template.RECEIPT, cause_id=MAIL_CAUSE, cause_position=7, order_id=ORDER_ID),
        NotificationSent(message_id="<1@shop.example>", order_id=ORDER_ID),
    ]


def test_a_refused_mail_has_failed() -> None:
    assert told(REQUEST, FAILED)[1:] == [NotificationFailed(code="smtp_550", attempts=1, order_id=ORDER_ID)]


@pytest.mark.parametrize("before", [(), (REQUEST,)])
def test_a_mail_can_be_suppressed_before_it_is_requested_and_after(before: tuple[RequestNotification, ...]) -> None:
    assert told(*before, SUPPRESSED)[-1] == NotificationSuppressed(reason=SuppressReason.TOO_OLD, order_id=ORDER_ID)


@given(st.lists(st.sampled_from(COMMANDS), max_size=12))
def test_no_mail_is_requested_twice_or_ends_twice(commands: list[AnyNotificationCommand]) -> None:
    events = told(*commands)
    requests = [event for event in events if isinstance(event, NotificationRequested)]
    assert len(requests) <= 1
    assert len(events) - len(requests) <= 1
    assert not requests or events[0] is requests[0]
