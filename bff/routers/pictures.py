"""The pictures of products."""

from functools import cache
from importlib.resources import files
from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from bff.session_layer import NO_SESSION
from schemas.errors import NotFound
from schemas.pictures.choosing import icon_hashes

SVG = "image/svg+xml"
KEPT_FOR_EVER = "public, max-age=31536000, immutable"
KEPT_FOR_AN_HOUR = "public, max-age=3600"
"""For who asks without a version, or for one that is not this one."""

router = APIRouter(prefix="/bff/pictures", tags=["catalogue"])


@router.get(
    "/{name}.svg",
    response_class=Response,
    responses={200: {"content": {SVG: {"schema": {"type": "string"}}}}},
    openapi_extra=NO_SESSION,
)
async def get_picture(
    name: Annotated[str, Path(pattern=r"^[a-z0-9-]{1,64}$")],
    version: Annotated[str, Query(alias="v", max_length=64)] = "",
) -> Response:
    """Get a picture. With the version that products' answers name in its URL it may be kept for ever."""
    current = icon_hashes().get(name)
    if current is None:
        raise NotFound(f"there is no picture {name}")
    kept = KEPT_FOR_EVER if version == current else KEPT_FOR_AN_HOUR
    return Response(_read(name), media_type=SVG, headers={"Cache-Control": kept})


@cache
def _read(name: str) -> bytes:
    """Read an icon, whose name must be a known one."""
    return files("bff.pictures").joinpath("icons", f"{name}.svg").read_bytes()
