"""Opens what is personal in a state of the past, for those who may read it."""

from collections.abc import Iterator, Mapping

import orjson
from pydantic import ValidationError

from query_api.context import Opener
from schemas.sealed import Sealed
from schemas.time_travel import PastState, Plain

Opened = Mapping[Sealed, str | None]


async def open_past(opener: Opener, past: PastState) -> PastState:
    """Return the state with its sealed fields opened; what can be read no more is null.

    A field that was sealed again, and says the same, has not changed.
    """
    values = [past.state, *(value for change in past.changes for value in (change.before, change.after))]
    sealed = list(dict.fromkeys(_find_sealed(values)))
    opened = dict(zip(sealed, await opener.open_all(sealed), strict=True))
    changes = [
        each.model_copy(update={"before": _open(each.before, opened), "after": _open(each.after, opened)})
        for each in past.changes
    ]
    return past.model_copy(
        update={
            "state": _open(past.state, opened),
            "changes": tuple(each for each in changes if each.kind != "changed" or each.before != each.after),
        }
    )


def _find_sealed(value: Plain) -> Iterator[Sealed]:
    if (sealed := _as_sealed(value)) is not None:
        yield sealed
    elif isinstance(value, dict):
        yield from _find_sealed(list(value.values()))
    elif isinstance(value, list):
        for each in value:
            yield from _find_sealed(each)


def _open(value: Plain, opened: Opened) -> Plain:
    if (sealed := _as_sealed(value)) is not None:
        return _read(opened[sealed])
    if isinstance(value, dict):
        return {key: _open(each, opened) for key, each in value.items()}
    if isinstance(value, list):
        return [_open(each, opened) for each in value]
    return value


def _as_sealed(value: Plain) -> Sealed | None:
    if not isinstance(value, dict) or value.get("sealed") != 1:
        return None
    try:
        return Sealed.model_validate(value)
    except ValidationError:
        return None


def _read(text: str | None) -> Plain:
    """Return what was sealed: text, or an address, which is sealed as JSON."""
    if text is None or not text.startswith("{"):
        return text
    try:
        return orjson.loads(text)
    except ValueError:
        return text
