"""Cursors: where the next page of a list begins, as an opaque word that its caller sends back.

A cursor holds the sort values of the last item of a page and a digest of them, the filters and the order. It is not a
secret: it holds nothing but what its caller was shown, and the filters apply again. The digest finds out what was
mutilated, or belongs to another list.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from functools import reduce
from hashlib import blake2b
from operator import getitem
from typing import Any, NamedTuple

import orjson

from edge.problems import field_error
from schemas.documents import Document
from schemas.errors import Invalid

Sort = Sequence[tuple[str, int]]
"""The fields of an order, each with its direction (1 or -1); together no two documents have the same values of them."""
SortValues = Sequence[str | int]

_DIGEST = 12
"""Bytes."""


class Listing(NamedTuple):
    """A list of which pages are read: a query of a collection, and its order."""

    collection: str
    query: Document
    sort: Sort


def write_cursor(listing: Listing, last: Document) -> str:
    """Return the cursor of the page after the document `last`."""
    return encode_cursor([value_of(last, field) for field, _ in listing.sort], of=_named(listing))


def read_cursor(cursor: str, listing: Listing) -> SortValues:
    """Return the sort values in a cursor.

    Raises:
        Invalid: It is not a cursor of this list.
    """
    values: SortValues = decode_cursor(cursor, of=_named(listing))
    if not _are_sort_values(values, listing.sort):
        raise invalid_cursor()
    return values


def encode_cursor(place: Any, *, of: bytes) -> str:
    """Return the cursor of a place, any JSON, in what is named by these bytes."""
    content = orjson.dumps(place)
    return _encode(_digest(of, content) + content)


def decode_cursor(cursor: str, *, of: bytes) -> Any:
    """Return the place in a cursor; who knows how may have written it.

    Raises:
        Invalid: It is mutilated, or of something else.
    """
    try:
        whole = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        digest, content = whole[:_DIGEST], whole[_DIGEST:]
        place = orjson.loads(content)
    except ValueError as error:
        raise invalid_cursor() from error
    if cursor != _encode(whole) or digest != _digest(of, content):
        raise invalid_cursor()
    return place


def narrow(listing: Listing, after: SortValues) -> list[Document]:
    """Return the queries whose results, one after the other, are those of the list that come after the sort values.

    They compare one field each: one of the document servers answers an `$or` without its indexes.
    """
    queries = []
    for index in reversed(range(len(listing.sort))):
        narrowed = listing.query
        for (field, _), value in zip(listing.sort[:index], after, strict=False):
            narrowed = _with_condition(narrowed, field, "$eq", value)
        field, direction = listing.sort[index]
        queries.append(_with_condition(narrowed, field, "$gt" if direction > 0 else "$lt", after[index]))
    return queries


def invalid_cursor() -> Invalid:
    """Return the refusal of what is not a cursor of the list that is asked for."""
    detail = "this is not a cursor of this list"
    return Invalid(detail, errors=[field_error("cursor", "cursor", detail, where="query")])


def _with_condition(query: Document, field: str, operator: str, value: str | int) -> Document:
    condition = query.get(field, {})
    known = condition if isinstance(condition, dict) else {"$eq": condition}
    return query | {field: known | {operator: value}}


def value_of(document: Document, field: str) -> Any:
    """Return the value of a field, whose name may lead into others by dots."""
    return reduce(getitem, field.split("."), document)


def _encode(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()


def _digest(of: bytes, content: bytes) -> bytes:
    return blake2b(of + content, digest_size=_DIGEST).digest()


def _named(listing: Listing) -> bytes:
    return orjson.dumps(listing[:], option=orjson.OPT_SORT_KEYS)


def _are_sort_values(values: object, sort: Sort) -> bool:
    return (
        isinstance(values, list) and len(values) == len(sort) and all(isinstance(each, (str, int)) for each in values)
    )
