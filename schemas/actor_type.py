"""Who may act; apart from the envelope, so that the command line knows it without loading pydantic."""

from enum import StrEnum


class ActorType(StrEnum):
    """Who may act."""

    CUSTOMER = "customer"
    GUEST = "guest"
    ADMIN = "admin"
    OPERATOR = "operator"
    ANALYST = "analyst"
    AUDITOR = "auditor"
    SYSTEM = "system"
