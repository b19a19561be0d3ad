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
from typing import Any

import orjson

from schemas.documents import Document
from schemas.errors import Invalid

Sort = Sequence[tuple[str, int]]
"""The fields of an order, each with its direction (1 or -1); together no two documents have the same values of them."""
SortValues = Sequence[str | int]

_DIGEST = 12
"""Bytes."""


def write_cursor(query: Document, sort: Sort, last: Document) -> str:
    """Return the cursor of the page after the document `last`, in the list of a query and an order."""
    values = orjson.dumps([_value(last, field) for field, _ in sort])
    return urlsafe_b64encode(_digest(query, sort, values) + values).rstrip(b"=").decode()


def read_cursor(cursor: str, query: Document, sort: Sort) -> SortValues:
    """Return the sort values in a cursor.

    Raises:
        Invalid: It is not a cursor of this list.
    """
    try:
        content = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        digest, values = content[:_DIGEST], content[_DIGEST:]
        decoded: SortValues = orjson.loads(values)
    except ValueError as error:
        raise _invalid() from error
    if digest != _digest(query, sort, values) or not _are_sort_values(decoded, sort):
        raise _invalid()
    return decoded


def narrow(query: Document, sort: Sort, after: SortValues) -> list[Document]:
    """Return the queries whose results, one after the other, are those of `query` that come after the sort values.

    They compare one field each: one of the document servers answers an `$or` without its indexes.
    """
    queries = []
    for index in reversed(range(len(sort))):
        narrowed = query
        for (field, _), value in zip(sort[:index], after, strict=False):
            narrowed = _with_condition(narrowed, field, "$eq", value)
        field, direction = sort[index]
        queries.append(_with_condition(narrowed, field, "$gt" if direction > 0 else "$lt", after[index]))
    return queries


def _with_condition(query: Document, field: str, operator: str, value: str | int) -> Document:
    condition = query.get(field, {})
    known = condition if isinstance(condition, dict) else {"$eq": condition}
    return query | {field: known | {operator: value}}


def _value(document: Document, field: str) -> Any:
    return reduce(getitem, field.split("."), document)


def _digest(query: Document, sort: Sort, values: bytes) -> bytes:
    listed = orjson.dumps([query, list(sort)], option=orjson.OPT_SORT_KEYS)
    return blake2b(listed + values, digest_size=_DIGEST).digest()


def _are_sort_values(values: object, sort: Sort) -> bool:
    return (
        isinstance(values, list) and len(values) == len(sort) and all(isinstance(each, (str, int)) for each in values)
    )


def _invalid() -> Invalid:
    detail = "this is not a cursor of this list"
    return Invalid(detail, errors=[{"field": "cursor", "in": "query", "code": "cursor", "detail": detail}])
