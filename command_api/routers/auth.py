"""Joining the shop and proving who one is. What needs no token takes as long, and says the same, whoever asks."""

from functools import partial

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from command_api.accounts import login, passwords, proof, registration
from command_api.accounts.bodies import (
    ForgottenPassword,
    Login,
    MailedToken,
    NewPassword,
    NoBody,
    PasswordChange,
    Refresh,
    Registration,
)
from command_api.accounts.request import answer_once, request_of_caller
from command_api.accounts.session_opened import SessionOpened
from command_api.accounts.sessions import log_out
from command_api.context import CurrentCaller
from command_api.responses import Empty, UserAccepted, user_accepted
from edge.access import owned
from edge.auth import account_of, session_of
from schemas.errors import NotFound

PREFIX = "/auth"
PUBLIC = frozenset(
    f"{PREFIX}/{path}"
    for path in ("register", "login", "refresh", "verify-email", "password-reset", "password-reset/complete")
)
"""The paths that need no token."""

router = APIRouter(prefix=PREFIX, tags=["auth"])
own = [owned()]


@router.post("/register", status_code=201, response_model_exclude_none=True)
async def register(request: Request, body: Registration) -> SessionOpened:
    """Create an account; its session may do what needs no verified address."""
    return await registration.register(request, body)


@router.post("/login", response_model_exclude_none=True)
async def log_in(request: Request, body: Login) -> SessionOpened:
    """Open a session by address and password."""
    return await login.log_in(request, body)


@router.post("/refresh", response_model_exclude_none=True)
async def refresh(request: Request, body: Refresh) -> SessionOpened:
    """Continue a session; its refresh token is spent, and a spent one that comes again ends the session."""
    return await login.refresh(request, body)


@router.post("/verify-email")
async def verify_email(request: Request, body: MailedToken) -> UserAccepted:
    """Prove an address by the token of a mail."""
    return await user_accepted(*await proof.verify_email(request, body))


@router.post("/password-reset", status_code=202)
async def request_reset(request: Request, body: ForgottenPassword) -> Empty:
    """Have a link mailed to set another password; the answer does not tell whether there is such an account."""
    await passwords.request_reset(request, body)
    return Empty()


@router.post("/password-reset/complete")
async def complete_reset(request: Request, body: NewPassword) -> UserAccepted:
    """Set another password by the token of a mail; every session ends."""
    return await user_accepted(*await passwords.complete_reset(request, body))


@router.post("/logout", dependencies=own)
async def end_session(request: Request, caller: CurrentCaller) -> UserAccepted:
    """End the session of the token."""
    user_id, session_id = account_of(caller.actor), session_of(request)
    if session_id is None:
        raise NotFound("the token belongs to no session")
    made = await request_of_caller(request, caller, NoBody())
    return await user_accepted(user_id, await log_out(made, user_id, session_id))


@router.post("/verify-email/resend", status_code=202, response_model=UserAccepted, dependencies=own)
async def ask_again(request: Request, caller: CurrentCaller) -> Response:
    """Have the verification mailed once more; nothing happens if the address is verified."""
    user_id = account_of(caller.actor)
    made = await request_of_caller(request, caller, NoBody())
    work = partial(proof.ask_again, made, user_id)
    return await answer_once(made, work, partial(user_accepted, user_id), status=202)


@router.post("/password", dependencies=own)
async def change_password(request: Request, caller: CurrentCaller, body: PasswordChange) -> UserAccepted:
    """Set another password; every other session ends."""
    user_id = account_of(caller.actor)
    made = await request_of_caller(request, caller, body)
    unit = await passwords.change_password(made, user_id, body, session_id=session_of(request))
    return await user_accepted(user_id, unit)
