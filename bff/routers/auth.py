"""Joining, logging in and out, and what comes by mail."""

from contextlib import suppress

from fastapi import APIRouter

from bff.answers import Done, SignedIn, UserAccepted
from bff.bodies import Login, PasswordChange, Registration, Reset, ResetRequest, Verification
from bff.calls import Calls, CurrentCalls
from bff.cart_transfer import transfer_cart
from bff.session_layer import NO_SESSION
from bff.tokens import Session
from bff.upstream import UpstreamRefused
from edge.access import owned
from schemas.accepted import Accepted
from schemas.errors import SessionEnded, Unavailable

router = APIRouter(prefix="/bff/auth", tags=["auth"])


@router.post("/register", status_code=201, openapi_extra=NO_SESSION, response_model_exclude_unset=True)
async def register(body: Registration, calls: CurrentCalls) -> SignedIn:
    """Join the shop; a mail asks to verify the address. Nothing tells whether another account has it."""
    return await _with_guests_cart(calls, _signed_in(calls, await calls.open_session("/auth/register", body)))


@router.post("/login", openapi_extra=NO_SESSION, response_model_exclude_unset=True)
async def login(body: Login, calls: CurrentCalls) -> SignedIn:
    """Log in; the cart that the browser had as a guest is taken over, and `cart` says what became of it."""
    return await _with_guests_cart(calls, _signed_in(calls, await calls.open_session("/auth/login", body)))


@router.post("/refresh", openapi_extra=NO_SESSION, response_model_exclude_unset=True)
async def refresh(calls: CurrentCalls) -> SignedIn:
    """Refresh the session now, as any request does whose access token has run out; roles are then those of now."""
    return _signed_in(calls, await calls.refresh())


@router.post("/logout", dependencies=[owned()])
async def logout(calls: CurrentCalls) -> Done:
    """End the session; one that has ended already is forgotten."""
    with suppress(SessionEnded):
        await calls.command("POST", "/auth/logout", answer=Done)
    calls.session.end()
    return Done()


@router.post("/verify-email", openapi_extra=NO_SESSION)
async def verify_email(body: Verification, calls: CurrentCalls) -> UserAccepted:
    """Verify an address with the token of a mail; a session of this browser gets its roles at once."""
    verified = await calls.public_command("/auth/verify-email", body, answer=UserAccepted)
    calls.session.written.note(verified.stream_id, verified.position)
    if calls.session.exists:
        with suppress(SessionEnded, Unavailable, UpstreamRefused):
            await calls.refresh()
    return verified


@router.post("/verify-email/resend", status_code=202, dependencies=[owned()])
async def resend_verification(calls: CurrentCalls) -> Accepted:
    """Ask for the mail once more."""
    return await calls.command("POST", "/auth/verify-email/resend", answer=Accepted)


@router.post("/password-reset", status_code=202, openapi_extra=NO_SESSION)
async def request_reset(body: ResetRequest, calls: CurrentCalls) -> Done:
    """Ask for a mail with which to set a new password; nothing tells whether there is such an account."""
    return await calls.public_command("/auth/password-reset", body, answer=Done)


@router.post("/password-reset/complete", openapi_extra=NO_SESSION)
async def complete_reset(body: Reset, calls: CurrentCalls) -> UserAccepted:
    """Set a new password with the token of a mail; every session ends."""
    done = await calls.public_command("/auth/password-reset/complete", body, answer=UserAccepted)
    calls.session.written.note(done.stream_id, done.position)
    return done


@router.post("/password", dependencies=[owned()])
async def change_password(body: PasswordChange, calls: CurrentCalls) -> Accepted:
    """Change the password; all other sessions end."""
    return await calls.command("POST", "/auth/password", body, answer=Accepted)


async def _with_guests_cart(calls: Calls, signed_in: SignedIn) -> SignedIn:
    """Take the guest's cart over; whoever logs in is logged in all the same, and the page may ask again."""
    if (guest_id := calls.session.guest_id) is None:
        return signed_in
    with suppress(Unavailable, UpstreamRefused):
        return signed_in.model_copy(update={"cart": await transfer_cart(calls, guest_id)})
    return signed_in


def _signed_in(calls: Calls, session: Session) -> SignedIn:
    return SignedIn(
        user=session.user,
        requires_verification=not session.user.email_verified,
        csrf_token=calls.session.csrf_token,
    )
