"""Writes what is generated from the code (`make reference`); a test fails when a file is outdated.

That is the reference, and what the web knows of the rules of addresses.
"""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import orjson

from aioutlet.asyncapi import build_document
from aioutlet.pages.access import access_page
from aioutlet.pages.domain_commands import commands_page
from aioutlet.pages.errors import errors_page
from aioutlet.pages.event_schemas import schema_files
from aioutlet.pages.events import events_page
from aioutlet.pages.http import bff_page, http_page
from aioutlet.pages.ids import ids_page
from aioutlet.pages.money import money_page
from aioutlet.pages.openapi import openapi_documents
from aioutlet.pages.order_states import order_states_page
from aioutlet.pages.places import places_page
from aioutlet.pages.saga import saga_page
from aioutlet.pages.settings import settings_page
from aioutlet.pages.sizes import sizes_page
from aioutlet.pages.tables import tables_page
from aioutlet.pages.topics import topics_page
from aioutlet.pages.web_countries import web_countries


def _asyncapi() -> str:
    return orjson.dumps(build_document(), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()


def _openapi_bff() -> str:
    return orjson.dumps(openapi_documents()["bff"], option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()


Pages = Mapping[str, Callable[[], str]]
PAGES: Pages = {
    "access.md": access_page,
    "asyncapi.json": _asyncapi,
    "bff.md": bff_page,
    "commands.md": commands_page,
    "errors.md": errors_page,
    "events.md": events_page,
    "http.md": http_page,
    "ids.md": ids_page,
    "money.md": money_page,
    "openapi-bff.json": _openapi_bff,
    "order-states.md": order_states_page,
    "places.md": places_page,
    "saga.md": saga_page,
    "settings.md": settings_page,
    "sizes.md": sizes_page,
    "tables.md": tables_page,
    "topics.md": topics_page,
    **schema_files(),
}
"""The function that builds each file of the reference."""
WEB: Pages = {"countries.json": web_countries}
"""The same for `web/src/address`."""


def write(folder: Path, pages: Pages = PAGES) -> list[Path]:
    """Write the outdated files of `folder` and return them."""
    outdated = find_outdated(folder, pages)
    for path in outdated:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(pages[path.relative_to(folder).as_posix()](), encoding="utf-8")
    return outdated


def find_outdated(folder: Path, pages: Pages = PAGES) -> list[Path]:
    """Return the files of `folder` that are missing or differ from what the code generates."""
    built = {folder / name: build for name, build in pages.items()}
    return [path for path, build in built.items() if not path.exists() or path.read_text(encoding="utf-8") != build()]


def main() -> None:
    """Update the reference of this checkout."""
    root = Path(__file__).parents[1]
    for path in [*write(root / "docs" / "reference"), *write(root / "web" / "src" / "address", WEB)]:
        sys.stdout.write(f"{path.name} written\n")


if __name__ == "__main__":
    main()
