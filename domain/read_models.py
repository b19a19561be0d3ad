"""Which versions of read models there are, and which of them queries are answered from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import assert_never

from domain.decider import Decider
from schemas.errors import NotFound, RebuildUnderWay, VersionInUse, VersionNotVerified
from schemas.read_models import (
    DropVersion,
    ReadModelCommand,
    ReadModelEvent,
    RebuildFailed,
    RebuildStarted,
    RebuildVerified,
    RecordComparison,
    RecordRebuildFailed,
    StartRebuild,
    SwitchVersion,
    VersionCommand,
    VersionDropped,
    VersionState,
    VersionSwitched,
)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What the last comparison of a version found."""

    position: int
    documents: int
    differences: int
    shown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Versions:
    """The versions of one form of a view, by the number of the rebuild; 0 was never rebuilt, and is there at first."""

    states: Mapping[int, VersionState] = field(default_factory=lambda: {0: VersionState.VERIFIED})
    current: int = 0
    previous: int | None = None
    """What was read before the last switch, until it is dropped."""
    last: int = 0
    comparisons: Mapping[int, Comparison] = field(default_factory=dict)

    @property
    def building(self) -> int | None:
        """The version that is being built."""
        return next((number for number, state in self.states.items() if state is VersionState.BUILDING), None)

    @property
    def followed(self) -> Sequence[int]:
        """The versions that are kept up to the log: whoever switches finds them as new as the one that is read."""
        return [number for number, state in self.states.items() if state is VersionState.VERIFIED]


ReadModels = Mapping[tuple[str, int], Versions]
"""The versions of each view and form that anything has happened to."""


def versions_of(models: ReadModels, view: str, form: int) -> Versions:
    """Return the versions of a form of a view."""
    return models.get((view, form), Versions())


def decide(command: ReadModelCommand, models: ReadModels) -> Sequence[ReadModelEvent]:
    versions = versions_of(models, command.view, command.form)
    match command:
        case StartRebuild(view=view, form=form, by=by, reason=reason):
            if (building := versions.building) is not None:
                raise RebuildUnderWay(f"version {building} of {view} is being built", view=view, rebuild=building)
            return [RebuildStarted(view=view, form=form, rebuild=versions.last + 1, by=by, reason=reason)]
        case RecordRebuildFailed():
            is_awaited = versions.states.get(command.rebuild) is VersionState.BUILDING
            return [RebuildFailed(**dict(command))] if is_awaited else []
        case RecordComparison():
            is_awaited = versions.states.get(command.rebuild) is VersionState.BUILDING
            return [RebuildVerified(**dict(command))] if is_awaited else []
        case SwitchVersion():
            return _switch(command, versions)
        case DropVersion(view=view):
            _require(command, versions)
            if command.rebuild == versions.current:
                raise VersionInUse(f"queries are answered from version {command.rebuild} of {view}", view=view)
            return [VersionDropped(**dict(command))]
    assert_never(command)


def _switch(command: SwitchVersion, versions: Versions) -> Sequence[ReadModelEvent]:
    state = _require(command, versions)
    if command.rebuild == versions.current:
        return []
    if state is not VersionState.VERIFIED:
        detail = f"version {command.rebuild} of {command.view} is {state}: only one that equals the log may be read"
        raise VersionNotVerified(detail, view=command.view, rebuild=command.rebuild, state=state)
    return [VersionSwitched(**dict(command), instead_of=versions.current)]


def _require(command: VersionCommand, versions: Versions) -> VersionState:
    """Return where a version stands, or raise `NotFound`."""
    if command.rebuild not in versions.states:
        raise NotFound(f"{command.view} has no version {command.rebuild}", view=command.view, rebuild=command.rebuild)
    return versions.states[command.rebuild]


def evolve(models: ReadModels, event: ReadModelEvent) -> ReadModels:
    versions = versions_of(models, event.view, event.form)
    return {**models, (event.view, event.form): _evolve(versions, event)}


def _evolve(versions: Versions, event: ReadModelEvent) -> Versions:
    number, states = event.rebuild, versions.states
    match event:
        case RebuildStarted():
            return replace(versions, states={**states, number: VersionState.BUILDING}, last=number)
        case RebuildFailed():
            return replace(versions, states={**states, number: VersionState.FAILED})
        case RebuildVerified(differences=differences):
            state = VersionState.DIFFERENT if differences else VersionState.VERIFIED
            comparisons = {
                **versions.comparisons,
                number: Comparison(event.position, event.documents, differences, event.shown),
            }
            return replace(versions, states={**states, number: state}, comparisons=comparisons)
        case VersionSwitched():
            return replace(versions, current=number, previous=event.instead_of)
        case VersionDropped():
            kept = {each: state for each, state in states.items() if each != number}
            previous = None if versions.previous == number else versions.previous
            return replace(versions, states=kept, previous=previous)
    assert_never(event)


READ_MODELS: Decider[ReadModelCommand, ReadModels, ReadModelEvent] = Decider(initial={}, decide=decide, evolve=evolve)
