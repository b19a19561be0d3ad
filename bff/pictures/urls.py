"""The URLs of pictures: each changes with its picture, so that it may be kept for ever."""

from typing import Annotated

from pydantic import BeforeValidator

from schemas.pictures.choosing import icon_hashes, picture_table

PREFIX = "/bff/pictures/"


def picture_url(name: object) -> object:
    """Return the URL of an icon, of another one where there is none of this name; leave what is a URL already."""
    if isinstance(name, str) and name.startswith(PREFIX):
        return name
    hashes = icon_hashes()
    known = name if isinstance(name, str) and name in hashes else picture_table().fallback
    return f"{PREFIX}{known}.svg?v={hashes[known]}"


PictureUrl = Annotated[str, BeforeValidator(picture_url)]
"""The URL of a product's picture; services send the name of its icon."""
