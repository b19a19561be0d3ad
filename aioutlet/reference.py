"""The reference that is made from the code: written by `make reference`, and a test says when it is stale."""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import orjson

from aioutlet.asyncapi import document
from aioutlet.pages.commands import commands_page
from aioutlet.pages.errors import errors_page
from aioutlet.pages.events import events_page
from aioutlet.pages.http import http_page
from aioutlet.pages.saga import page as saga_page
from aioutlet.pages.settings import settings_page
from aioutlet.pages.topics import topics_page


def _asyncapi() -> str:
    return orjson.dumps(document(), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()


PAGES: Mapping[str, Callable[[], str]] = {
    "asyncapi.json": _asyncapi,
    "commands.md": commands_page,
    "errors.md": errors_page,
    "events.md": events_page,
    "http.md": http_page,
    "saga.md": saga_page,
    "settings.md": settings_page,
    "topics.md": topics_page,
}
"""File -> what makes it."""


def write(folder: Path) -> list[Path]:
    """Bring `folder` up to date; return the files that were not."""
    folder.mkdir(parents=True, exist_ok=True)
    outdated = stale(folder)
    for path in outdated:
        path.write_text(PAGES[path.name](), encoding="utf-8")
    return outdated


def stale(folder: Path) -> list[Path]:
    """The files of `folder` that are missing or say something else than the code does."""
    pages = {folder / name: make for name, make in PAGES.items()}
    return [path for path, make in pages.items() if not path.exists() or path.read_text(encoding="utf-8") != make()]


def main() -> None:
    """Bring the reference of this checkout up to date."""
    for path in write(Path(__file__).parents[1] / "docs" / "reference"):
        sys.stdout.write(f"{path.name} written\n")


if __name__ == "__main__":
    main()
