"""Equality of fields that hold one value, as every document server finds it by an index."""

from schemas.documents import Document


def by_operator(query: Document) -> Document:
    """Return a query that spells its plain values as `$eq`.

    One of the servers looks for a plain value in lists too, for which it uses no index. A field that holds a list is
    asked for by `$in`.
    """
    return {
        field: value if field.startswith("$") or isinstance(value, dict) else {"$eq": value}
        for field, value in query.items()
    }
