"""The built site: its files, in the codings in which they were compressed when it was built."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from mimetypes import guess_type
from pathlib import Path

BUILT = Path(__file__).parent / "dist"
"""Where `make web` builds it, and where a wheel carries it."""
HASHED = "assets/"
"""The folder of files whose name changes with their content."""
INDEX = "index.html"
ADDRESSES = "addresses.json"
"""The list of the addresses that have a page."""
SUFFIXES = {"br": ".br", "gzip": ".gz"}
"""The codings, the smallest first."""
TYPES = {".js": "text/javascript", ".css": "text/css", ".html": "text/html", ".svg": "image/svg+xml"}


@dataclass(frozen=True, slots=True)
class SiteFile:
    """One file; `codings` has its content under `identity`, and compressed under the names of HTTP."""

    media_type: str
    is_hashed: bool
    codings: Mapping[str, bytes]


class Site:
    """The files of the site, read once."""

    def __init__(self, files: Mapping[str, SiteFile]) -> None:
        """`files` by their path, without a slash before it; one of them may list the addresses of the pages."""
        self._files = files
        self._addresses = _addresses_of(files.get(ADDRESSES))

    @property
    def index(self) -> SiteFile | None:
        """The page that all pages of the application begin as; None where the site is not built."""
        return self._files.get(INDEX)

    def has_page(self, path: str) -> bool:
        """Whether the application has a page at a path; without a list of them, everywhere."""
        return self._addresses is None or self._addresses.fullmatch(path.rstrip("/")) is not None

    def find(self, path: str) -> SiteFile | None:
        """Return the file of a path, if there is one."""
        return self._files.get(path)


def read_site(folder: Path) -> Site:
    """Read all files of a folder; one that is missing has none."""
    compressed = set(SUFFIXES.values())
    paths = (path for path in sorted(folder.rglob("*")) if path.is_file() and path.suffix not in compressed)
    return Site({path.relative_to(folder).as_posix(): _read(path, folder) for path in paths})


@cache
def built_site() -> Site:
    """Return the site that is built into this package."""
    return read_site(BUILT)


def _addresses_of(file: SiteFile | None) -> re.Pattern[str] | None:
    if file is None:
        return None
    patterns = [_pattern_of(each) for each in json.loads(file.codings["identity"])]
    return re.compile("|".join(patterns))


def _pattern_of(address: str) -> str:
    """Return the pattern of an address as the application writes it, such as `/orders/$orderId`."""
    parts = address.strip("/").split("/")
    return "/".join("[^/]+" if part.startswith("$") else re.escape(part) for part in parts)


def _read(path: Path, folder: Path) -> SiteFile:
    beside = {coding: path.with_name(path.name + suffix) for coding, suffix in SUFFIXES.items()}
    return SiteFile(
        media_type=TYPES.get(path.suffix) or guess_type(path.name)[0] or "application/octet-stream",
        is_hashed=path.relative_to(folder).as_posix().startswith(HASHED),
        codings={coding: file.read_bytes() for coding, file in beside.items() if file.is_file()}
        | {"identity": path.read_bytes()},
    )
