"""The account of a person: mail address and its proof, names, address book, roles, password resets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar, assert_never

from domain.decider import Decider
from schemas.actor_type import ActorType
from schemas.errors import AddressBookFull, NotFound, TokenNotValid, UserExists, UserNotActive
from schemas.sealed import Sealed
from schemas.user import (
    MAX_ADDRESSES,
    AddressRemoved,
    AddressSaved,
    AnyUserCommand,
    ChangeRoles,
    CompletePasswordReset,
    CreateUser,
    DeactivateUser,
    EmailChanged,
    EmailChangeRequested,
    EmailVerificationRequested,
    EmailVerified,
    EraseUser,
    LoggedIn,
    LoggedOut,
    PasswordChanged,
    PasswordResetCompleted,
    PasswordResetRequested,
    ProfileUpdated,
    ReactivateUser,
    RecordLogin,
    RecordLogout,
    RecordPasswordChange,
    RecordSessionsRevoked,
    RecordTokenReuse,
    RemoveAddress,
    RequestEmailChange,
    RequestPasswordReset,
    RequestVerification,
    Roles,
    RolesChanged,
    SaveAddress,
    SessionRevoked,
    TokenReuseDetected,
    UpdateProfile,
    UserCreated,
    UserDeactivated,
    UserErased,
    UserEvent,
    UserReactivated,
    UserRegistered,
    VerifyEmail,
)

T = TypeVar("T")

MAX_PENDING = 5
"""Mailed proofs of one account that are good at once; an older one ends when another is asked for."""


@dataclass(frozen=True, slots=True)
class PendingVerification:
    """A proof that was asked for: of the account's own address, or of the one it changes to."""

    expires_at: datetime
    email: Sealed | None = None
    email_index: str = ""

    @property
    def is_change(self) -> bool:
        return self.email is not None


@dataclass(frozen=True, slots=True)
class User:
    """What is decided about an account, and what a mail to its person needs."""

    id: str = ""
    is_active: bool = False
    is_erased: bool = False
    is_verified: bool = False
    email: Sealed | None = None
    email_index: str = ""
    first_name: Sealed | None = None
    last_name: Sealed | None = None
    granted: Roles = ()
    """The roles that an admin has given."""
    addresses: Mapping[str, Sealed] = field(default_factory=dict)
    verifications: Mapping[str, PendingVerification] = field(default_factory=dict)
    verified_by: str = ""
    """The proof that was used last: a second click on its link changes nothing."""
    resets: Mapping[str, datetime] = field(default_factory=dict)
    """When each unused reset of the password expires."""

    @property
    def exists(self) -> bool:
        """Whether there is such an account, and the person was not forgotten."""
        return bool(self.id) and not self.is_erased

    @property
    def personal(self) -> tuple[Sealed, ...]:
        """Mail address, first and last name; nothing of somebody who is unknown or forgotten."""
        return (
            (self.email, self.first_name, self.last_name) if self.email and self.first_name and self.last_name else ()
        )

    @property
    def roles(self) -> tuple[ActorType, ...]:
        """What the person may do; nothing before the address is verified."""
        if not self.is_verified:
            return ()
        return (ActorType.CUSTOMER, *(role for role in self.granted if role != ActorType.CUSTOMER))


def decide(command: AnyUserCommand, user: User) -> Sequence[UserEvent]:
    match command:
        case CreateUser():
            return _create(command, user)
        case EraseUser():
            return [UserErased(user_id=user.id, by=command.by)] if user.exists else []
        case _ if not user.exists:
            raise NotFound(f"there is no user {command.user_id}", user_id=command.user_id)
        case ReactivateUser():
            return [] if user.is_active else [UserReactivated(user_id=user.id, by=command.by)]
        case DeactivateUser():
            return [UserDeactivated(**dict(command))] if user.is_active else []
        case ChangeRoles():
            changed = RolesChanged(user_id=user.id, old=user.granted, new=command.roles, by=command.by)
            return [changed] if set(command.roles) != set(user.granted) else []
        case RecordSessionsRevoked():
            return [
                SessionRevoked(user_id=user.id, session_id=session_id, reason=command.reason)
                for session_id in command.session_ids
            ]
        case RecordTokenReuse():
            return [TokenReuseDetected(**dict(command))]
        case RecordLogout():
            return [LoggedOut(**dict(command))]
        case _ if not user.is_active:
            raise UserNotActive("the account is deactivated", user_id=user.id)
        case RequestVerification() | VerifyEmail() | RequestEmailChange():
            return _prove(command, user)
        case RequestPasswordReset() | CompletePasswordReset():
            return _reset(command, user)
        case UpdateProfile() | SaveAddress() | RemoveAddress():
            return _edit(command, user)
        case RecordLogin():
            assert user.email  # noqa: S101 - every account that exists has one
            return [LoggedIn(email=user.email, **dict(command))]
        case RecordPasswordChange():
            return [PasswordChanged(user_id=user.id)]
    assert_never(command)


def _create(command: CreateUser, user: User) -> Sequence[UserEvent]:
    if user.id:
        raise UserExists(f"there is a user {command.user_id} already", user_id=command.user_id)
    user_id, verification_id = command.user_id, command.verification_id
    names = {"first_name": command.first_name, "last_name": command.last_name, "email": command.email}
    return [
        UserCreated(user_id=user_id, email_index=command.email_index, roles=command.roles, **names),
        UserRegistered(user_id=user_id, name=command.name, **names),
        EmailVerified(user_id=user_id, verification_id=verification_id)
        if command.is_vouched_for
        else EmailVerificationRequested(
            user_id=user_id, verification_id=verification_id, expires_at=command.expires_at
        ),
    ]


def _prove(command: RequestVerification | VerifyEmail | RequestEmailChange, user: User) -> Sequence[UserEvent]:
    match command:
        case RequestVerification():
            return [] if user.is_verified else [EmailVerificationRequested(**dict(command))]
        case RequestEmailChange():
            is_same = command.email_index == user.email_index
            return [] if is_same else [EmailChangeRequested(**dict(command))]
        case VerifyEmail():
            return _verify(command, user)
    assert_never(command)


def _verify(command: VerifyEmail, user: User) -> Sequence[UserEvent]:
    if command.verification_id == user.verified_by:
        return []
    pending = user.verifications.get(command.verification_id)
    if pending is None or pending.expires_at <= command.at:
        raise TokenNotValid("this link was used, has expired, or was replaced by a newer one")
    if pending.email is None:
        return [EmailVerified(user_id=user.id, verification_id=command.verification_id)]
    assert user.email  # noqa: S101 - every account that exists has one
    return [
        EmailChanged(
            user_id=user.id,
            verification_id=command.verification_id,
            email=pending.email,
            email_index=pending.email_index,
            previous=user.email,
        )
    ]


def _reset(command: RequestPasswordReset | CompletePasswordReset, user: User) -> Sequence[UserEvent]:
    match command:
        case RequestPasswordReset():
            return [PasswordResetRequested(**dict(command))]
        case CompletePasswordReset():
            if user.resets.get(command.reset_id, command.at) <= command.at:
                raise TokenNotValid("this link was used, has expired, or was replaced by a newer one")
            return [PasswordResetCompleted(user_id=user.id, reset_id=command.reset_id)]
    assert_never(command)


def _edit(command: UpdateProfile | SaveAddress | RemoveAddress, user: User) -> Sequence[UserEvent]:
    match command:
        case UpdateProfile():
            assert user.first_name  # noqa: S101 - every account that exists has both names
            assert user.last_name  # noqa: S101 - as above
            names = {"first_name": user.first_name, "last_name": user.last_name}
            given = {name: getattr(command, name) for name in command.model_fields_set & names.keys()}
            return [ProfileUpdated(user_id=user.id, **names | given)] if given else []
        case SaveAddress():
            if command.address_id not in user.addresses and len(user.addresses) >= MAX_ADDRESSES:
                raise AddressBookFull(f"a book has at most {MAX_ADDRESSES} addresses")
            return [AddressSaved(**dict(command))]
        case RemoveAddress():
            return [AddressRemoved(**dict(command))] if command.address_id in user.addresses else []
    assert_never(command)


def evolve(user: User, event: UserEvent) -> User:
    match event:
        case UserCreated():
            return User(
                id=event.user_id,
                is_active=True,
                email=event.email,
                email_index=event.email_index,
                first_name=event.first_name,
                last_name=event.last_name,
                granted=event.roles,
            )
        case EmailVerificationRequested():
            return _pending(user, event.verification_id, PendingVerification(event.expires_at))
        case EmailChangeRequested():
            pending = PendingVerification(event.expires_at, event.email, event.email_index)
            return _pending(user, event.verification_id, pending)
        case EmailVerified():
            changes = {each: pending for each, pending in user.verifications.items() if pending.is_change}
            return replace(user, is_verified=True, verifications=changes, verified_by=event.verification_id)
        case EmailChanged():
            return replace(
                user,
                is_verified=True,
                email=event.email,
                email_index=event.email_index,
                verifications={},
                verified_by=event.verification_id,
                resets={},
            )
        case ProfileUpdated():
            return replace(user, first_name=event.first_name, last_name=event.last_name)
        case AddressSaved():
            return replace(user, addresses={**user.addresses, event.address_id: event.address})
        case AddressRemoved():
            kept = {each: address for each, address in user.addresses.items() if each != event.address_id}
            return replace(user, addresses=kept)
        case RolesChanged():
            return replace(user, granted=event.new)
        case UserDeactivated():
            return replace(user, is_active=False)
        case UserReactivated():
            return replace(user, is_active=True)
        case UserErased():
            return User(id=user.id, is_erased=True, email_index=user.email_index)
        case PasswordResetRequested():
            return replace(user, resets=_last({**user.resets, event.reset_id: event.expires_at}))
        case PasswordResetCompleted() | PasswordChanged():
            return replace(user, resets={})
        case UserRegistered() | LoggedIn() | LoggedOut() | SessionRevoked() | TokenReuseDetected():
            return user
    assert_never(event)


def _pending(user: User, verification_id: str, pending: PendingVerification) -> User:
    return replace(user, verifications=_last({**user.verifications, verification_id: pending}))


def _last(pending: Mapping[str, T]) -> Mapping[str, T]:
    return dict(list(pending.items())[-MAX_PENDING:])


USER = Decider(initial=User(), decide=decide, evolve=evolve)
