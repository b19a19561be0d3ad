"""The commands and events of one mail: its stream is named by what it is about and by its template.

No mail address, name or token stands in them: they are read, and made, when the mail is sent.
"""

from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import Field

from schemas.message import Command, Event, Id, Text


class Template(StrEnum):
    """The mails there are."""

    WELCOME = "welcome"
    ADDRESS_TAKEN = "address-taken"
    EMAIL_CHANGE = "email-change"
    EMAIL_CHANGE_NOTICE = "email-change-notice"
    EMAIL_CHANGED = "email-changed"
    PASSWORD_RESET = "password-reset"
    SECURITY_ALERT = "security-alert"
    ORDER_RECEIVED = "order-received"
    RECEIPT = "receipt"
    ORDER_CONFIRMED = "order-confirmed"
    ORDER_SHIPPED = "order-shipped"
    ORDER_DELIVERED = "order-delivered"
    ORDER_FAILED = "order-failed"
    ORDER_CANCELLED = "order-cancelled"
    REFUND_ISSUED = "refund-issued"


class SuppressReason(StrEnum):
    """Why a mail is never sent."""

    TOO_OLD = "too old"
    NO_ACCOUNT = "no account"


class NotificationCommand(Command):
    """A command for one mail; a mail about an order has an `order_id`, any other only a `user_id`."""

    user_id: Id | None = None
    order_id: Id | None = None


class RequestNotification(NotificationCommand):
    """Ask for a mail about the event `cause_id`, which stands at `cause_position` of the log."""

    template: Template
    cause_id: Id
    cause_position: int


class RecordSent(NotificationCommand):
    """The mail server has taken the mail."""

    message_id: Text


class RecordFailed(NotificationCommand):
    """The mail will not be tried again."""

    code: Text
    attempts: int


class Suppress(NotificationCommand):
    """The mail is not to be sent."""

    reason: SuppressReason


class NotificationFact(Event):
    """An event of one mail, published with its order where it has one, else with its person."""

    user_id: Id | None = None
    order_id: Id | None = None


class NotificationRequested(NotificationFact):
    """A mail is to be sent about an event of the log."""

    wire_name: ClassVar[str] = "notification.requested"

    template: Template
    cause_id: Id
    cause_position: Annotated[int, Field(ge=1)]


class NotificationSent(NotificationFact):
    """The mail server has taken the mail; a repeat of it has the same `message_id`."""

    wire_name: ClassVar[str] = "notification.sent"

    message_id: Text


class NotificationFailed(NotificationFact):
    """The mail server has refused the mail, or took none for too long; nothing more is tried."""

    wire_name: ClassVar[str] = "notification.failed"

    code: Text
    attempts: Annotated[int, Field(ge=1)]


class NotificationSuppressed(NotificationFact):
    """The mail was not sent and will not be."""

    wire_name: ClassVar[str] = "notification.suppressed"

    reason: SuppressReason


AnyNotificationCommand = RequestNotification | RecordSent | RecordFailed | Suppress
NotificationEvent = NotificationRequested | NotificationSent | NotificationFailed | NotificationSuppressed
