"""Statements in the words of a database: `:name` is a parameter, `IN :name` asks for the members of a list."""

import re
from functools import lru_cache

_PARAMETER = re.compile(r"(IN )?(?<!:):(\w+)")


@lru_cache(maxsize=256)
def translate(statement: str, one: str, many: str) -> str:
    """Return a statement with its parameters in the form `one`, lists in the form `many`; both format a name."""
    return _PARAMETER.sub(lambda found: (many if found[1] else one).format(found[2]), statement)
