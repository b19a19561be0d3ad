"""Equality of fields that hold one value, as every document server finds it by the index that leads to the fewest."""

from schemas.documents import Document

SELECTIVE = frozenset({"customerId", "emailIndex", "isStaff", "orderNumber", "userId"})
"""Fields whose value few documents share."""


def by_operator(query: Document) -> Document:
    """Return a query that spells its plain values as `$eq`.

    One of the servers looks for a plain value in lists too, for which it uses no index; nor does it for `$in`. A field
    that holds a list is asked for by `$in`, and so is whatever stands beside a selective one, lest its index be taken.
    """
    is_selective = not SELECTIVE.isdisjoint(query)
    return {field: _condition(field, value, is_selective=is_selective) for field, value in query.items()}


def one_by_one(query: Document, field: str | None) -> list[Document]:
    """Return the queries that together find what a query does: one for each value that `$in` allows the field."""
    condition: Document = query.get(field, {}) if field else {}
    if field is None or "$in" not in condition or "$eq" in condition:
        return [query]
    others = {operator: operand for operator, operand in condition.items() if operator != "$in"}
    return [query | {field: others | {"$eq": value}} for value in dict.fromkeys(condition["$in"])]


def _condition(field: str, value: object, *, is_selective: bool) -> object:
    if field.startswith("$") or isinstance(value, dict):
        return value
    return {"$in": [value]} if is_selective and field not in SELECTIVE else {"$eq": value}
