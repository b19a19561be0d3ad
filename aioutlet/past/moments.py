"""Reads moments as they are written on the command line."""

from datetime import datetime

import typer

from history.time_travel.past import Moment


def read_moment(text: str | None) -> Moment:
    """Return the moment that is meant: `12` is a position, `v3` a version, and all else a time."""
    if text is None:
        return Moment()
    if text.isdecimal():
        return Moment(position=int(text))
    if text[0:1] == "v" and text[1:].isdecimal():
        return Moment(version=int(text[1:]))
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = datetime.min  # noqa: DTZ901 - it has no zone, and is refused for that
    if at.tzinfo is None:
        raise typer.BadParameter(f"{text} is no position (12), version (v3) or time (2026-03-01T12:00:00Z)")
    return Moment(at=at)
