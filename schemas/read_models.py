"""The versions of read models: rebuilt from the log beside the one that is read, compared, switched and dropped."""

from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import Field, StringConstraints

from schemas.message import Command, Event, Id, Instant, Message, Text
from schemas.text import Line

ViewTitle = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[a-z][a-z_]*$")]
Number = Annotated[int, Field(ge=0, le=1_000_000, strict=True)]
Count = Annotated[int, Field(ge=0, strict=True)]
"""Of what a log may have any number of."""
MAX_DIFFERENCES = 20
"""Differences that are said in words."""


class VersionCommand(Command):
    """A command about one version of a view: the `rebuild`-th of this `form`; 0 is the one never rebuilt."""

    view: ViewTitle
    form: Number
    rebuild: Number


class StartRebuild(Command):
    """Build a new version of a view beside the one that is read."""

    view: ViewTitle
    form: Number
    by: Id
    reason: Text


class RecordRebuildFailed(VersionCommand):
    """Say that a version could not be built."""

    cause: Text


class RecordComparison(VersionCommand):
    """Say what the comparison of a version with the log has found."""

    position: Count
    documents: Count
    differences: Count
    shown: tuple[Text, ...] = ()


class SwitchVersion(VersionCommand):
    """Have queries answered from a version."""

    by: Id
    reason: Text


class DropVersion(VersionCommand):
    """Remove a version that is not read."""

    by: Id
    reason: Text


class VersionFact(Event):
    """A fact about one version of a view."""

    view: ViewTitle
    form: int
    rebuild: int


class RebuildStarted(VersionFact):
    """An operator has a version built from the beginning of the log, beside the one that is read."""

    wire_name: ClassVar[str] = "projection.rebuild.started"

    by: Id
    reason: Text


class RebuildFailed(VersionFact):
    """A version could not be built; the one that is read is as it was."""

    wire_name: ClassVar[str] = "projection.rebuild.failed"

    cause: Text


class RebuildVerified(VersionFact):
    """A version was compared with a fold of the log up to a position; only one without differences may be read."""

    wire_name: ClassVar[str] = "projection.rebuild.verified"

    position: int
    documents: int
    differences: int
    shown: tuple[Text, ...] = ()


class VersionSwitched(VersionFact):
    """Queries are answered from this version, and no more from that of the rebuild `instead_of`."""

    wire_name: ClassVar[str] = "projection.rebuild.switched"

    instead_of: int
    by: Id
    reason: Text


class VersionDropped(VersionFact):
    """A version that was not read is removed."""

    wire_name: ClassVar[str] = "projection.rebuild.dropped"

    by: Id
    reason: Text


ReadModelCommand = StartRebuild | RecordRebuildFailed | RecordComparison | SwitchVersion | DropVersion
ReadModelEvent = RebuildStarted | RebuildFailed | RebuildVerified | VersionSwitched | VersionDropped


class VersionState(StrEnum):
    """Where a version stands: only a `VERIFIED` one may be read."""

    BUILDING = "building"
    VERIFIED = "verified"
    DIFFERENT = "different"
    FAILED = "failed"


class VersionDecision(Command):
    """Why a version is to be made, read or removed."""

    reason: Line


class RebuildProgress(Message):
    """How far a rebuild has come: what it does, up to which position of `head`, and how many events in a second."""

    phase: str
    position: int
    head: int
    events_per_second: float
    seconds_left: float | None


class ReadModelVersion(Message):
    """One version of a read model: whether queries are answered from it, and how many events it is behind the log.

    `documents` and `differences` are those of its comparison with the log, which version 0 has never had.
    """

    rebuild: int
    name: str
    state: VersionState
    is_current: bool
    is_previous: bool
    documents: int | None
    behind: int | None
    compared_at: int | None
    differences: int | None
    shown: list[str]
    progress: RebuildProgress | None


class ReadModelListed(Message):
    """A read model with its versions, the current one first."""

    view: str
    form: int
    topic: str
    versions: list[ReadModelVersion]


class ReadModelList(Message):
    """All read models, and the last position of the log."""

    head: int
    at: Instant
    items: list[ReadModelListed]
