"""Values of which a request or a message makes many: `dataclass` and `replace` of the library, three times as fast.

The library fills the fields of a frozen instance one call each. To the type checker these are the library's own, so
that it refuses to change a field; nothing does when the program runs.
"""

import dataclasses
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

__all__ = ["dataclass", "replace"]

if TYPE_CHECKING:
    from dataclasses import dataclass, replace
else:
    T = TypeVar("T")

    def dataclass(**options: Any) -> Callable[[type[T]], type[T]]:
        """Return the decorator of a class whose instances nobody changes: `@dataclass(frozen=True, slots=True)`.

        Raises:
            TypeError: The class was not meant to be so.
        """
        if options != {"frozen": True, "slots": True}:
            raise TypeError("a value is frozen and has slots")
        return dataclasses.dataclass(slots=True, unsafe_hash=True)

    def replace(value: T, /, **changes: Any) -> T:
        """Return a copy with these fields changed; `__post_init__` sets again those that follow from them."""
        return _copier_of(type(value))(value, **changes)


_KEPT = object()


@cache
def _copier_of(cls: type[Any]) -> Callable[..., Any]:
    """Write a function for one class, as the library writes its `__init__`: it fills the slots of a new instance."""
    if "__slots__" not in vars(cls):
        raise TypeError(f"{cls.__name__} is no dataclass with slots alone")
    names = [each.name for each in dataclasses.fields(cls) if each.init]
    lines = [
        f"def copy(_old, /, *, {', '.join(f'{name}=_kept' for name in names)}):",
        " _new = _make(_cls)",
        *(f" _set_{name}(_new, _old.{name} if {name} is _kept else {name})" for name in names),
        *([" _new.__post_init__()"] if hasattr(cls, "__post_init__") else []),
        " return _new",
    ]
    scope: dict[str, Any] = {"_make": object.__new__, "_cls": cls, "_kept": _KEPT}
    scope |= {f"_set_{name}": getattr(cls, name).__set__ for name in names}
    exec("\n".join(lines), scope)  # noqa: S102 - of field names only
    copy: Callable[..., Any] = scope["copy"]
    return copy
