"""For development and the demo: the mails that the shop would have sent, and what it shows of its log."""

from http import HTTPStatus
from typing import Annotated, cast

from fastapi import APIRouter, Depends, Path
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from bff.calls import CurrentCalls
from bff.development import Development, Sources
from bff.event_streams import pass_stream
from bff.mailbox import (
    FRAMED,
    POLICY,
    MailboxContent,
    ReadMails,
    mail_page,
    mailbox_content,
    mailbox_page,
    newest_first,
)
from bff.origin import PublicOrigin, host_of, is_loopback, normal_origin
from bff.session_layer import NO_SESSION
from edge.access import owned
from edge.event_streams import DESCRIPTION
from schemas.errors import NotFound
from schemas.message import Id
from schemas.stream_names import cart_stream, order_stream, product_stream

router = APIRouter(prefix="/bff/dev", tags=["development"])
HTML = "text/html"
MailId = Annotated[str, Path(max_length=200)]


@router.get("", openapi_extra=NO_SESSION)
async def read_development(request: Request) -> Development:
    """Get what there is for development; a page asks before it leads there."""
    return Development(mailbox=_mail_reader(request) is not None, events=_shows_events(request))


@router.get("/mailbox", response_model=MailboxContent, openapi_extra=NO_SESSION)
async def read_mailbox(request: Request) -> Response:
    """Get the mails, the newest first, as JSON or, for a browser, as HTML; only where the shop keeps them itself."""
    read_mails = _mail_reader(request)
    if read_mails is None:
        raise NotFound("there is no mailbox here")
    mails = newest_first(await read_mails())
    if HTML in request.headers.get("accept", ""):
        return HTMLResponse(mailbox_page(mails), headers={"Content-Security-Policy": POLICY})
    return JSONResponse(mailbox_content(mails).model_dump(mode="json"))


@router.get("/mailbox/{mail_id}", response_class=HTMLResponse, openapi_extra=NO_SESSION)
async def read_mail(mail_id: MailId, request: Request) -> HTMLResponse:
    """Get one mail as its reader sees it, for a frame of a page of ours: no script runs in it."""
    read_mails = _mail_reader(request)
    kept = await read_mails() if read_mails is not None else ()
    mail = next((each for each in kept if each.id == mail_id), None)
    if mail is None:
        raise NotFound("there is no such mail")
    return HTMLResponse(mail_page(mail), headers=FRAMED)


async def check_events(request: Request) -> None:
    """Raise `NotFound` unless this is the demo; a dependency."""
    if not _shows_events(request):
        raise NotFound("only the demo shows its log")


IN_DEMO = [Depends(check_events)]


@router.get(
    "/events",
    response_class=Response,
    responses=DESCRIPTION,
    openapi_extra=NO_SESSION,
    dependencies=[*IN_DEMO, owned()],
)
async def follow_own_events(calls: CurrentCalls) -> Response:
    """Follow the newest events that the session's person, or this browser's guest, caused, and what they led to.

    Each is told without its data when it is recorded, and again when another view shows it: `after` is the milliseconds
    until then. Whoever is neither has caused nothing.
    """
    if not calls.has_caller:
        return Response(status_code=HTTPStatus.NO_CONTENT)
    return await pass_stream(calls, "/dev/events")


@router.get("/sources/products/{product_id}", openapi_extra=NO_SESSION, dependencies=IN_DEMO)
async def get_product_sources(product_id: Id, calls: CurrentCalls) -> Sources:
    """Get the streams that a product's page was folded from."""
    minimum = calls.session.written.of_stream(product_stream(product_id))
    return await calls.as_caller(f"/dev/sources/products/{product_id}", answer=Sources, minimum=minimum)


@router.get("/sources/orders/{order_id}", openapi_extra=NO_SESSION, dependencies=[*IN_DEMO, owned("admin")])
async def get_order_sources(order_id: Id, calls: CurrentCalls) -> Sources:
    """Get the streams that an order's page was folded from; that of another customer is not found."""
    minimum = calls.session.written.of_stream(order_stream(order_id))
    return await calls.as_caller(f"/dev/sources/orders/{order_id}", answer=Sources, minimum=minimum)


@router.get("/sources/cart", openapi_extra=NO_SESSION, dependencies=[*IN_DEMO, owned()])
async def get_cart_sources(calls: CurrentCalls) -> Sources:
    """Get the streams that the cart of the session's person, or of this browser's guest, was folded from."""
    owner_id = await calls.subject() if calls.session.exists else calls.session.guest_id
    if owner_id is None:
        return Sources(items=[])
    minimum = calls.session.written.of_stream(cart_stream(owner_id))
    return await calls.as_caller(f"/dev/sources/carts/{owner_id}", answer=Sources, minimum=minimum)


def _mail_reader(request: Request) -> ReadMails | None:
    """What reads the mails, where the shop keeps them itself and this request may see them."""
    return cast(ReadMails | None, request.app.state.read_mails) if _is_asked_by_name(request) else None


def _shows_events(request: Request) -> bool:
    return bool(request.app.state.shows_events) and _is_asked_by_name(request)


def _is_asked_by_name(request: Request) -> bool:
    """Whether the request names a host of ours: a page whose name was rebound to this machine names its own."""
    origin = cast(PublicOrigin, request.app.state.origin)
    asked = normal_origin(f"http://{request.headers.get('host', '')}")
    return asked is not None and (is_loopback(asked) or host_of(asked) == host_of(origin.text))
