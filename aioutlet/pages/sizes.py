"""Builds the reference page of sizes: the most of everything, from the models and the constants."""

from collections.abc import Iterator
from typing import Any

from aioutlet.pages.json_schema import Schema
from aioutlet.pages.markdown import code, page, table
from aioutlet.pages.openapi import openapi_documents
from command_api.routers.place_order import MAX_QUANTITY
from edge.app import MAX_BODY
from edge.auth import MAX_LENGTH
from edge.body_size import ESCAPED_CHARACTER, MAX_BYTES, WHITE_SPACE, largest_value
from query_api.paging import MAX_CURSOR, MAX_ITEMS, MAX_SKIP

LEAD = f"""\
The documented most of anything fits into one request, in whatever form it is written. Every endpoint takes bodies of
{MAX_BODY:,} bytes. One whose model allows more takes as much as the longest such body can have: every list full, every
text at its greatest length with {ESCAPED_CHARACTER} bytes a character (JSON may write one as two escapes, such as
`\\ud83c\\udfe0`), and {WHITE_SPACE} bytes of white space before every field and entry. A test sends each of them. What
is larger is refused with 413 [`too_large`](errors.md), whose `limit` is this figure; a body of more than {MAX_BODY:,}
bytes is not read at all from a caller without the role for it (403)."""

TEXTS = """\
## Texts

Lengths count characters (Unicode code points) of [composed text](text.md), not bytes. Every field's is in
[HTTP](http.md) and [commands](commands.md); ids have a [page of their own](ids.md). Text that comes decomposed (NFD) is
no longer than that as UTF-8; where it is escaped too, a body of nothing but the longest texts may be too large."""

OTHERS = f"""\
## Queries and headers

| what | at most |
| --- | --- |
| entries of one page (`limit`) | {MAX_ITEMS} |
| entries passed over (`skip`) | {MAX_SKIP:,} |
| `cursor` | {MAX_CURSOR:,} characters |
| ids in one query (`ids`, `productId`) | {MAX_ITEMS}, of 64 characters each |
| pieces of one product in one order, over all of its lines | {MAX_QUANTITY:,} |
| `Idempotency-Key` | 128 characters, without its quotes |
| `Authorization` | {MAX_LENGTH:,} characters |
| `X-Correlation-ID`, `X-Request-ID` | 128 characters; a longer one is replaced |"""


def sizes_page() -> str:
    """Return the page of sizes."""
    document = openapi_documents()["command_api"]
    bodies = table(("body", "lists", "bytes"), _bodies(document))
    return page("Sizes", LEAD, f"## Bodies\n\n{bodies}", TEXTS, OTHERS)


def _bodies(document: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    schemas = document["components"]["schemas"]
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            if limit := operation.get(MAX_BYTES):
                yield code(f"{method.upper()} {path}"), "", f"{limit:,}"
            elif body := operation.get("requestBody"):
                [content] = body["content"].values()
                schema = content["schema"]
                size = max(MAX_BODY, largest_value(schema, schemas))
                yield code(f"{method.upper()} {path}"), ", ".join(_lists(schema, schemas)), f"{size:,}"


def _lists(schema: Schema, schemas: dict[str, Schema]) -> Iterator[str]:
    """Yield the lists of a body with the number of their entries."""
    for choice in schema.get("anyOf", [schema]):
        named = schemas[choice["$ref"].rpartition("/")[2]] if "$ref" in choice else choice
        for name, field in named.get("properties", {}).items():
            if "maxItems" in field:
                yield f"{code(name)}: {field['maxItems']:,}"
