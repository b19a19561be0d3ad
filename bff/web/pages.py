"""The pages of the shop: the files of the built site, and its first page for every address of the application."""

from fastapi import APIRouter
from starlette.convertors import Convertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import Response

from bff.session_layer import NO_SESSION
from bff.web.accepting import IDENTITY, accepts_html, choose_coding
from bff.web.files import Site, SiteFile, built_site
from schemas.errors import NotFound

FOUND = 200
KEPT_FOR_EVER = "public, max-age=31536000, immutable"
ASKED_AGAIN = "public, no-cache"
"""Kept, and asked for again with its `ETag` each time: a new site is there with the next page."""
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "frame-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)


class PagePath(Convertor[str]):
    """A path that is none of the BFF's own, which say themselves what they do not know."""

    regex = r"(?!bff(?:/|$)|health(?:/|$)|metrics$|openapi\.json$).*"

    def convert(self, value: str) -> str:
        """Return the path as it is."""
        return value

    def to_string(self, value: str) -> str:
        """Return the path as it is."""
        return value


register_url_convertor("page", PagePath())
router = APIRouter()


@router.get("/{path:page}", include_in_schema=False, openapi_extra=NO_SESSION)
async def get_page(request: Request) -> Response:
    """Get a file of the site or, as a browser that opens a page, the page that all others begin as."""
    return answer_page(built_site(), request)


def answer_page(site: Site, request: Request) -> Response:
    """Return the answer of a site; to an address that no page has, with 404 the page that says so.

    Raises:
        NotFound: There is no such file, and a page is not what is asked for; or the site is not built.
    """
    path = request.path_params["path"]
    found = site.find(path)
    file = found or _page(site, request)
    if file is None:
        raise NotFound("there is no such file")
    coding = choose_coding(request.headers.get("accept-encoding", ""), file.codings)
    headers = {"Cache-Control": KEPT_FOR_EVER if file.is_hashed else ASKED_AGAIN, "Vary": "Accept-Encoding"}
    if coding != IDENTITY:
        headers["Content-Encoding"] = coding
    if file.media_type == "text/html":
        headers["Content-Security-Policy"] = POLICY
    status = FOUND if found or site.has_page(path) else NotFound.status
    return Response(file.codings[coding], status, media_type=file.media_type, headers=headers)


def _page(site: Site, request: Request) -> SiteFile | None:
    if not accepts_html(request.headers.get("accept", "")):
        return None
    if site.index is None:
        raise NotFound("the web is not built: run `make web`")
    return site.index
