"""The commands and events of a person's account.

No password, token or hash of either stands in them, and what is personal is sealed.
"""

from typing import Annotated, ClassVar, Literal

from pydantic import MISSING, Field, StringConstraints

from schemas.actor_type import ActorType
from schemas.message import Command, Event, Id, Instant, Text
from schemas.sealed import Sealed

BlindIndex = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{16,64}$")]
"""An HMAC of a normalised mail address: equal for equal addresses, and no way back without the key."""
Role = Literal[ActorType.CUSTOMER, ActorType.ADMIN, ActorType.OPERATOR, ActorType.ANALYST, ActorType.AUDITOR]
"""What an account may be given."""
Roles = Annotated[tuple[Role, ...], Field(max_length=5)]
RevocationReason = Literal[
    "by user", "by admin", "password changed", "password reset", "deactivated", "erased", "token reuse"
]
"""Why a session ends before its time."""
MAX_ADDRESSES = 20
"""Addresses in one book."""


class UserCommand(Command):
    """A command for one account."""

    user_id: Id


class CreateUser(UserCommand):
    """Create an account: at registration, or by an admin who vouches for its address, with roles."""

    email: Sealed
    email_index: BlindIndex
    first_name: Sealed
    last_name: Sealed
    name: Sealed
    roles: Roles = ()
    is_vouched_for: bool = False
    verification_id: Id
    expires_at: Instant


class RequestVerification(UserCommand):
    """Ask for the proof of the account's own address again."""

    verification_id: Id
    expires_at: Instant


class VerifyEmail(UserCommand):
    """Prove an address by the id that was mailed to it: the account's own, or the one it changes to."""

    verification_id: Id
    at: Instant


class RequestEmailChange(UserCommand):
    """Ask for another address; it is changed once that is verified."""

    verification_id: Id
    email: Sealed
    email_index: BlindIndex
    expires_at: Instant


class UpdateProfile(UserCommand):
    """Change names; those left out stay."""

    first_name: Sealed | MISSING = MISSING
    last_name: Sealed | MISSING = MISSING


class SaveAddress(UserCommand):
    """Add an address to the book, or replace it."""

    address_id: Id
    address: Sealed


class RemoveAddress(UserCommand):
    """Remove an address from the book."""

    address_id: Id


class ChangeRoles(UserCommand):
    """Set the roles that an account has besides that of a customer."""

    roles: Roles
    by: Id


class DeactivateUser(UserCommand):
    """Close an account to logins until it is reactivated."""

    reason: Text
    by: Id


class ReactivateUser(UserCommand):
    """Open a deactivated account again."""

    by: Id


class EraseUser(UserCommand):
    """Forget the person for good."""

    by: Id


class RecordLogin(UserCommand):
    """A session was opened."""

    session_id: Id
    outcome: Literal["success", "registered"]


class RecordLogout(UserCommand):
    """A person has ended a session."""

    session_id: Id


class RecordSessionsRevoked(UserCommand):
    """Sessions were ended before their time."""

    session_ids: Annotated[tuple[Id, ...], Field(max_length=1_000)]
    reason: RevocationReason


class RecordTokenReuse(UserCommand):
    """A spent refresh token came again: somebody has a copy of it."""

    session_id: Id


class RequestPasswordReset(UserCommand):
    """A person has forgotten the password."""

    reset_id: Id
    expires_at: Instant


class CompletePasswordReset(UserCommand):
    """Use a reset once."""

    reset_id: Id
    at: Instant


class RecordPasswordChange(UserCommand):
    """A person has set another password, and knew the one before."""


class UserFact(Event):
    """An event of one account."""

    user_id: Id


class UserCreated(UserFact):
    """An account exists."""

    wire_name: ClassVar[str] = "user.created"

    email: Sealed
    email_index: BlindIndex
    first_name: Sealed
    last_name: Sealed
    roles: Roles = ()


class UserRegistered(UserFact):
    """A person has joined the shop; follows `user.created` with the same correlation."""

    wire_name: ClassVar[str] = "auth.user.registered"

    email: Sealed
    name: Sealed
    first_name: Sealed
    last_name: Sealed


class EmailVerificationRequested(UserFact):
    """A mail asks for the proof of the account's address."""

    wire_name: ClassVar[str] = "auth.email.verification.requested"

    verification_id: Id
    expires_at: Instant


class EmailVerified(UserFact):
    """The person has proven to receive mails at the account's address."""

    wire_name: ClassVar[str] = "auth.email.verified"

    verification_id: Id


class EmailChangeRequested(UserFact):
    """A mail asks for the proof of a new address."""

    wire_name: ClassVar[str] = "user.email.change.requested"

    verification_id: Id
    email: Sealed
    email_index: BlindIndex
    expires_at: Instant


class EmailChanged(UserFact):
    """The account has another address, which is proven; `previous` is the one before."""

    wire_name: ClassVar[str] = "user.email.changed"

    verification_id: Id
    email: Sealed
    email_index: BlindIndex
    previous: Sealed


class ProfileUpdated(UserFact):
    """The person has other names."""

    wire_name: ClassVar[str] = "user.profile.updated"

    first_name: Sealed
    last_name: Sealed


class AddressSaved(UserFact):
    """An address is in the book."""

    wire_name: ClassVar[str] = "user.address.saved"

    address_id: Id
    address: Sealed


class AddressRemoved(UserFact):
    """An address is no longer in the book."""

    wire_name: ClassVar[str] = "user.address.removed"

    address_id: Id


class RolesChanged(UserFact):
    """The account has other roles."""

    wire_name: ClassVar[str] = "user.role.changed"

    old: Roles
    new: Roles
    by: Id


class UserDeactivated(UserFact):
    """Nobody can log in to the account."""

    wire_name: ClassVar[str] = "user.deactivated"

    reason: Text
    by: Id


class UserReactivated(UserFact):
    """The person can log in again."""

    wire_name: ClassVar[str] = "user.reactivated"

    by: Id


class UserErased(UserFact):
    """The person is forgotten: what was sealed for them can be read no more."""

    wire_name: ClassVar[str] = "user.erased"

    by: Id


class LoggedIn(UserFact):
    """A session was opened."""

    wire_name: ClassVar[str] = "auth.login"

    email: Sealed
    session_id: Id
    outcome: Literal["success", "registered"]


class LoggedOut(UserFact):
    """A person has ended a session."""

    wire_name: ClassVar[str] = "auth.logout"

    session_id: Id


class SessionRevoked(UserFact):
    """A session was ended before its time."""

    wire_name: ClassVar[str] = "auth.session.revoked"

    session_id: Id
    reason: Text


class TokenReuseDetected(UserFact):
    """A spent refresh token came again; its session is revoked."""

    wire_name: ClassVar[str] = "auth.token.reuse.detected"

    session_id: Id


class PasswordResetRequested(UserFact):
    """A mail lets the person set another password."""

    wire_name: ClassVar[str] = "auth.password.reset.requested"

    reset_id: Id
    expires_at: Instant


class PasswordResetCompleted(UserFact):
    """The person has set another password by a mailed token, which is spent."""

    wire_name: ClassVar[str] = "auth.password.reset.completed"

    reset_id: Id


class PasswordChanged(UserFact):
    """The person has set another password."""

    wire_name: ClassVar[str] = "auth.password.changed"


UserEvent = (
    UserCreated
    | UserRegistered
    | EmailVerificationRequested
    | EmailVerified
    | EmailChangeRequested
    | EmailChanged
    | ProfileUpdated
    | AddressSaved
    | AddressRemoved
    | RolesChanged
    | UserDeactivated
    | UserReactivated
    | UserErased
    | LoggedIn
    | LoggedOut
    | SessionRevoked
    | TokenReuseDetected
    | PasswordResetRequested
    | PasswordResetCompleted
    | PasswordChanged
)
AnyUserCommand = (
    CreateUser
    | RequestVerification
    | VerifyEmail
    | RequestEmailChange
    | UpdateProfile
    | SaveAddress
    | RemoveAddress
    | ChangeRoles
    | DeactivateUser
    | ReactivateUser
    | EraseUser
    | RecordLogin
    | RecordLogout
    | RecordSessionsRevoked
    | RecordTokenReuse
    | RequestPasswordReset
    | CompletePasswordReset
    | RecordPasswordChange
)
