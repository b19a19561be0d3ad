"""A named bug: a few words of production code replaced in memory, and put back."""

import importlib
import inspect
import textwrap
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from types import FunctionType
from typing import Any, NamedTuple
from unittest.mock import patch

from domain.fulfilment.table import transitions
from tests.simulation.faults import Kind


class DoesNotApply(Exception):
    """The code that a mutant changes is no longer there: change the mutant."""


class Change(NamedTuple):
    """In the function or method `path` of a module, `new` stands where `old` stood, which is there exactly once."""

    module: str
    path: str
    old: str
    new: str

    @contextmanager
    def applied(self) -> Iterator[None]:
        """Run the changed code, whoever has imported the function."""
        function = _find(self.module, self.path)
        source = textwrap.dedent(inspect.getsource(function))
        if source.count(self.old) != 1:
            raise DoesNotApply(f"{self.module}.{self.path} has {self.old!r} {source.count(self.old)} times")
        code = function.__code__
        function.__code__ = _compile(source.replace(self.old, self.new), function)
        try:
            yield
        finally:
            function.__code__ = code


class Entry(NamedTuple):
    """In the table `name` of a module, `key` has this value, or none where it is `GONE`."""

    module: str
    name: str
    key: Any
    value: Any

    @contextmanager
    def applied(self) -> Iterator[None]:
        table = getattr(importlib.import_module(self.module), self.name)
        if self.key not in table:
            raise DoesNotApply(f"{self.module}.{self.name} has no {self.key}")
        with patch.dict(table):
            if self.value is GONE:
                del table[self.key]
            else:
                table[self.key] = self.value
            yield


GONE = object()


class Mutant(NamedTuple):
    """A bug that the simulation must catch; `rule` is where it is said that this must not be.

    With a `setup`, it shows only in shops that are set up like this, and is looked for in these.
    """

    name: str
    rule: str
    changes: tuple[Change | Entry, ...]
    setup: Kind | None = None

    @contextmanager
    def applied(self) -> Iterator[None]:
        """Run production code with the bug."""
        with ExitStack() as stack:
            for change in self.changes:
                stack.enter_context(change.applied())
            transitions.cache_clear()
            stack.callback(transitions.cache_clear)
            yield


def _find(module: str, path: str) -> FunctionType:
    found: Any = importlib.import_module(module)
    for name in path.split("."):
        found = inspect.getattr_static(found, name) if inspect.isclass(found) else getattr(found, name)
    found = getattr(found, "fget", None) or getattr(found, "__func__", None) or found
    found = inspect.unwrap(found)
    if not isinstance(found, FunctionType):
        raise DoesNotApply(f"{module}.{path} is no function")
    return found


def _compile(source: str, function: FunctionType) -> Any:
    """Compile a changed function as a part of its module, without its decorators."""
    start = next(index for index, line in enumerate(source.splitlines()) if line.startswith(("def ", "async def ")))
    body = "\n".join(source.splitlines()[start:])
    scope: dict[str, Any] = {}
    code = compile("from __future__ import annotations\n" + body, inspect.getsourcefile(function) or "mutant", "exec")
    exec(code, dict(function.__globals__), scope)
    changed = scope[function.__name__]
    if changed.__code__.co_freevars != function.__code__.co_freevars:
        raise DoesNotApply(f"{function.__qualname__} is a closure")
    return changed.__code__
