"""One account: created, proven, changed, closed and forgotten."""

from datetime import timedelta

import pytest

from domain.user import MAX_PENDING, USER
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
    RolesChanged,
    SaveAddress,
    SessionRevoked,
    TokenReuseDetected,
    UpdateProfile,
    UserCreated,
    UserDeactivated,
    UserErased,
    UserReactivated,
    UserRegistered,
    VerifyEmail,
)
from tests.examples import EMAIL_INDEX, LATER, NOON
from tests.spec import given

ANN = "ann"
OTHER_INDEX = EMAIL_INDEX[::-1]


def sealed(text: str) -> Sealed:
    return Sealed(subject=ANN, key="k1", nonce="AAECAwQFBgcICQoL", text=text)


CREATE = CreateUser(
    user_id=ANN,
    email=sealed("mail"),
    email_index=EMAIL_INDEX,
    first_name=sealed("first"),
    last_name=sealed("last"),
    name=sealed("whole"),
    verification_id="v1",
    expires_at=LATER,
)
CREATED = UserCreated(
    user_id=ANN, email=sealed("mail"), email_index=EMAIL_INDEX, first_name=sealed("first"), last_name=sealed("last")
)
REGISTERED = UserRegistered(
    user_id=ANN, email=sealed("mail"), name=sealed("whole"), first_name=sealed("first"), last_name=sealed("last")
)
ASKED = EmailVerificationRequested(user_id=ANN, verification_id="v1", expires_at=LATER)
VERIFIED = EmailVerified(user_id=ANN, verification_id="v1")
CHANGE_ASKED = EmailChangeRequested(
    user_id=ANN, verification_id="v2", email=sealed("new"), email_index=OTHER_INDEX, expires_at=LATER
)
CHANGED = EmailChanged(
    user_id=ANN, verification_id="v2", email=sealed("new"), email_index=OTHER_INDEX, previous=sealed("mail")
)
RESET_ASKED = PasswordResetRequested(user_id=ANN, reset_id="r1", expires_at=LATER)
RESET = PasswordResetCompleted(user_id=ANN, reset_id="r1")
DEACTIVATED = UserDeactivated(user_id=ANN, reason="fraud", by="boss")
ERASED = UserErased(user_id=ANN, by=ANN)
SAVED = AddressSaved(user_id=ANN, address_id="home", address=sealed("street"))


def verify(verification_id: str = "v1", *, late: bool = False) -> VerifyEmail:
    return VerifyEmail(user_id=ANN, verification_id=verification_id, at=LATER if late else NOON)


def test_a_new_account_asks_for_the_proof_of_its_address() -> None:
    given(USER).when(CREATE).then(CREATED, REGISTERED, ASKED)


def test_an_account_that_an_admin_vouches_for_is_verified_at_once() -> None:
    vouched = CREATE.model_copy(update={"is_vouched_for": True, "roles": (ActorType.OPERATOR,)})
    created = CREATED.model_copy(update={"roles": (ActorType.OPERATOR,)})
    given(USER).when(vouched).then(created, REGISTERED, VERIFIED)


def test_an_id_is_used_once_even_after_its_person_was_forgotten() -> None:
    given(USER, CREATED).when(CREATE).refused(UserExists)
    given(USER, CREATED, ERASED).when(CREATE).refused(UserExists)


def test_an_address_is_proven_by_the_mailed_id() -> None:
    given(USER, CREATED, ASKED).when(verify()).then(VERIFIED)
    assert USER.fold([CREATED, ASKED]).roles == ()
    assert USER.fold([CREATED, ASKED, VERIFIED]).roles == (ActorType.CUSTOMER,)


def test_a_second_click_changes_nothing() -> None:
    given(USER, CREATED, ASKED, VERIFIED).when(verify()).then()


@pytest.mark.parametrize("command", [verify("v9"), verify(late=True)], ids=["unknown", "expired"])
def test_no_other_id_proves_it(command: VerifyEmail) -> None:
    given(USER, CREATED, ASKED).when(command).refused(TokenNotValid)


def test_only_the_last_proofs_are_good() -> None:
    again = [EmailVerificationRequested(user_id=ANN, verification_id=f"w{n}", expires_at=LATER) for n in range(5)]
    assert len(again) == MAX_PENDING
    given(USER, CREATED, ASKED, *again).when(verify()).refused(TokenNotValid)
    given(USER, CREATED, ASKED, *again).when(verify("w0")).then(EmailVerified(user_id=ANN, verification_id="w0"))


def test_a_proof_is_asked_for_again_until_it_is_given() -> None:
    again = RequestVerification(user_id=ANN, verification_id="v1", expires_at=LATER)
    given(USER, CREATED).when(again).then(ASKED)
    given(USER, CREATED, ASKED, VERIFIED).when(again).then()


def test_an_address_is_changed_once_the_new_one_is_proven() -> None:
    ask = RequestEmailChange(
        user_id=ANN, verification_id="v2", email=sealed("new"), email_index=OTHER_INDEX, expires_at=LATER
    )
    given(USER, CREATED, ASKED, VERIFIED).when(ask).then(CHANGE_ASKED)
    given(USER, CREATED).when(ask.model_copy(update={"email_index": EMAIL_INDEX})).then()
    given(USER, CREATED, VERIFIED, CHANGE_ASKED).when(verify("v2")).then(CHANGED)
    given(USER, CREATED, VERIFIED, CHANGE_ASKED, CHANGED).when(verify("v2")).then()
    state = USER.fold([CREATED, VERIFIED, CHANGE_ASKED, CHANGED])
    assert (state.email, state.email_index, state.is_verified) == (sealed("new"), OTHER_INDEX, True)


def test_proving_the_own_address_keeps_a_change_that_was_asked_for() -> None:
    given(USER, CREATED, ASKED, CHANGE_ASKED, VERIFIED).when(verify("v2")).then(CHANGED)


def complete(*, late: bool = False) -> CompletePasswordReset:
    return CompletePasswordReset(user_id=ANN, reset_id="r1", at=LATER if late else NOON)


def test_a_reset_is_used_once_and_in_time() -> None:
    ask = RequestPasswordReset(user_id=ANN, reset_id="r1", expires_at=LATER)
    given(USER, CREATED).when(ask).then(RESET_ASKED)
    given(USER, CREATED, RESET_ASKED).when(complete()).then(RESET)
    given(USER, CREATED, RESET_ASKED, RESET).when(complete()).refused(TokenNotValid)
    given(USER, CREATED, RESET_ASKED).when(complete(late=True)).refused(TokenNotValid)
    given(USER, CREATED).when(complete()).refused(TokenNotValid)


@pytest.mark.parametrize("event", [PasswordChanged(user_id=ANN), CHANGED], ids=["password", "address"])
def test_a_reset_ends_with_another_password_or_address(event: PasswordChanged | EmailChanged) -> None:
    given(USER, CREATED, RESET_ASKED, event).when(complete()).refused(TokenNotValid)


def test_names_and_addresses_are_kept() -> None:
    update = UpdateProfile(user_id=ANN, first_name=sealed("a"), last_name=sealed("b"))
    updated = ProfileUpdated(user_id=ANN, first_name=sealed("a"), last_name=sealed("b"))
    given(USER, CREATED).when(update).then(updated)
    assert USER.fold([CREATED, updated]).first_name == sealed("a")
    given(USER, CREATED).when(SaveAddress(user_id=ANN, address_id="home", address=sealed("street"))).then(SAVED)
    given(USER, CREATED, SAVED).when(RemoveAddress(user_id=ANN, address_id="home")).then(
        AddressRemoved(user_id=ANN, address_id="home")
    )
    given(USER, CREATED).when(RemoveAddress(user_id=ANN, address_id="home")).then()


def test_a_full_book_takes_no_other_address_but_a_change() -> None:
    book = [SAVED.model_copy(update={"address_id": f"a{n}"}) for n in range(MAX_ADDRESSES)]
    save = SaveAddress(user_id=ANN, address_id="one-more", address=sealed("street"))
    given(USER, CREATED, *book).when(save).refused(AddressBookFull)
    given(USER, CREATED, *book).when(save.model_copy(update={"address_id": "a0"})).then(book[0])


def test_roles_are_given_and_taken() -> None:
    change = ChangeRoles(user_id=ANN, roles=(ActorType.OPERATOR,), by="boss")
    changed = RolesChanged(user_id=ANN, old=(), new=(ActorType.OPERATOR,), by="boss")
    given(USER, CREATED).when(change).then(changed)
    given(USER, CREATED, changed).when(change).then()
    assert USER.fold([CREATED, changed]).roles == ()
    assert USER.fold([CREATED, ASKED, VERIFIED, changed]).roles == (ActorType.CUSTOMER, ActorType.OPERATOR)


def test_a_deactivated_account_does_nothing_but_end() -> None:
    login = RecordLogin(user_id=ANN, session_id="s1", outcome="success")
    past = (CREATED, DEACTIVATED)
    given(USER, CREATED).when(DeactivateUser(user_id=ANN, reason="fraud", by="boss")).then(DEACTIVATED)
    given(USER, *past).when(DeactivateUser(user_id=ANN, reason="fraud", by="boss")).then()
    given(USER, *past).when(login).refused(UserNotActive)
    given(USER, *past).when(EraseUser(user_id=ANN, by=ANN)).then(ERASED)
    given(USER, *past).when(ReactivateUser(user_id=ANN, by="boss")).then(UserReactivated(user_id=ANN, by="boss"))
    given(USER, CREATED).when(ReactivateUser(user_id=ANN, by="boss")).then()


def test_sessions_and_passwords_leave_their_trace() -> None:
    given(USER, CREATED).when(RecordLogin(user_id=ANN, session_id="s1", outcome="success")).then(
        LoggedIn(user_id=ANN, email=sealed("mail"), session_id="s1", outcome="success")
    )
    given(USER, CREATED).when(RecordLogout(user_id=ANN, session_id="s1")).then(LoggedOut(user_id=ANN, session_id="s1"))
    given(USER, CREATED).when(RecordSessionsRevoked(user_id=ANN, session_ids=("s1", "s2"), reason="by user")).then(
        SessionRevoked(user_id=ANN, session_id="s1", reason="by user"),
        SessionRevoked(user_id=ANN, session_id="s2", reason="by user"),
    )
    given(USER, CREATED).when(RecordTokenReuse(user_id=ANN, session_id="s1")).then(
        TokenReuseDetected(user_id=ANN, session_id="s1")
    )
    given(USER, CREATED).when(RecordPasswordChange(user_id=ANN)).then(PasswordChanged(user_id=ANN))


def test_a_forgotten_person_keeps_nothing_and_does_nothing() -> None:
    state = USER.fold([CREATED, SAVED, ERASED])
    assert (state.email, state.first_name, state.addresses, state.exists) == (None, None, {}, False)
    given(USER, CREATED, ERASED).when(EraseUser(user_id=ANN, by=ANN)).then()


@pytest.mark.parametrize(
    "command",
    [
        RecordLogin(user_id=ANN, session_id="s1", outcome="success"),
        verify(),
        ChangeRoles(user_id=ANN, roles=(), by="boss"),
        ReactivateUser(user_id=ANN, by="boss"),
        SaveAddress(user_id=ANN, address_id="home", address=sealed("street")),
    ],
    ids=lambda command: type(command).__name__,
)
@pytest.mark.parametrize("past", [(), (CREATED, ERASED)], ids=["unknown", "forgotten"])
def test_nothing_is_done_for_whom_the_shop_does_not_know(
    command: AnyUserCommand, past: tuple[UserCreated | UserErased, ...]
) -> None:
    given(USER, *past).when(command).refused(NotFound)


def test_proofs_expire_in_time_order() -> None:
    longer = ASKED.model_copy(update={"verification_id": "v3", "expires_at": LATER + timedelta(hours=1)})
    given(USER, CREATED, ASKED, longer).when(verify("v3", late=True)).then(
        EmailVerified(user_id=ANN, verification_id="v3")
    )
