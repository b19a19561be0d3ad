"""One mail: requested once, and ended once; whatever comes after its end changes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from domain.decider import Decider
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
)


class NotificationPhase(StrEnum):
    """Where the mail is: neither sent nor given up before it has ended."""

    NEW = "new"
    REQUESTED = "requested"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Notification:
    """The phase is all that decides about a mail."""

    phase: NotificationPhase = NotificationPhase.NEW


def decide(command: AnyNotificationCommand, mail: Notification) -> Sequence[NotificationEvent]:
    if mail.phase is NotificationPhase.ENDED:
        return []
    match command:
        case RequestNotification():
            return [NotificationRequested(**dict(command))] if mail.phase is NotificationPhase.NEW else []
        case RecordSent():
            return [NotificationSent(**dict(command))]
        case RecordFailed():
            return [NotificationFailed(**dict(command))]
        case Suppress():
            return [NotificationSuppressed(**dict(command))]
    assert_never(command)


def evolve(_: Notification, event: NotificationEvent) -> Notification:
    match event:
        case NotificationRequested():
            return Notification(NotificationPhase.REQUESTED)
        case NotificationSent() | NotificationFailed() | NotificationSuppressed():
            return Notification(NotificationPhase.ENDED)
    assert_never(event)


NOTIFICATION = Decider(initial=Notification(), decide=decide, evolve=evolve)
