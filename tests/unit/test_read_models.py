"""Which versions of read models may be built, read and removed."""

from typing import Any

import pytest

from domain.read_models import READ_MODELS, versions_of
from schemas.errors import NotFound, RebuildUnderWay, VersionInUse, VersionNotVerified
from schemas.message import Event
from schemas.read_models import (
    DropVersion,
    ReadModelCommand,
    RebuildFailed,
    RebuildStarted,
    RebuildVerified,
    RecordComparison,
    RecordRebuildFailed,
    StartRebuild,
    SwitchVersion,
    VersionDropped,
    VersionSwitched,
)

WHO: dict[str, Any] = {"by": "olive", "reason": "a try"}
ORDERS: dict[str, Any] = {"view": "orders", "form": 2}
FIRST, SECOND = ORDERS | {"rebuild": 1}, ORDERS | {"rebuild": 2}
NEVER_REBUILT = ORDERS | {"rebuild": 0}
STARTED = RebuildStarted(**FIRST, **WHO)
EQUAL = RebuildVerified(**FIRST, position=9, documents=3, differences=0)
DIFFERENT = RebuildVerified(**FIRST, position=9, documents=3, differences=1, shown=("a is 1, not 2",))
SWITCHED = VersionSwitched(**FIRST, instead_of=0, **WHO)
START = StartRebuild(**ORDERS, **WHO)
SWITCH = SwitchVersion(**FIRST, **WHO)
BACK = SwitchVersion(**NEVER_REBUILT, **WHO)


def decided(command: ReadModelCommand, *events: Event) -> list[Event]:
    return list(READ_MODELS.decide(command, READ_MODELS.fold(events)))  # type: ignore[arg-type]


def test_rebuilds_are_numbered_and_one_of_a_view_is_made_at_a_time() -> None:
    assert decided(START) == [STARTED]
    with pytest.raises(RebuildUnderWay):
        decided(START, STARTED)
    assert decided(START, STARTED, EQUAL) == [RebuildStarted(**SECOND, **WHO)]
    assert decided(START, STARTED, RebuildFailed(**FIRST, cause="SIGKILL")) == [RebuildStarted(**SECOND, **WHO)]


def test_the_number_of_a_version_that_was_dropped_is_not_used_again() -> None:
    dropped = VersionDropped(**FIRST, **WHO)
    assert decided(START, STARTED, dropped) == [RebuildStarted(**SECOND, **WHO)]


@pytest.mark.parametrize("before", [(STARTED,), (STARTED, DIFFERENT), (STARTED, RebuildFailed(**FIRST, cause="x"))])
def test_only_a_version_that_equals_the_log_is_read(before: tuple[Event, ...]) -> None:
    with pytest.raises(VersionNotVerified):
        decided(SWITCH, *before)
    assert decided(SWITCH, STARTED, EQUAL) == [SWITCHED]


def test_the_same_switch_again_changes_nothing_and_the_way_back_is_a_switch() -> None:
    assert decided(SWITCH, STARTED, EQUAL, SWITCHED) == []
    assert decided(BACK, STARTED, EQUAL, SWITCHED) == [VersionSwitched(**NEVER_REBUILT, instead_of=1, **WHO)]


def test_the_version_that_is_read_is_not_dropped_and_another_is() -> None:
    with pytest.raises(VersionInUse):
        decided(DropVersion(**NEVER_REBUILT, **WHO), STARTED, EQUAL)
    assert decided(DropVersion(**NEVER_REBUILT, **WHO), STARTED, EQUAL, SWITCHED)
    with pytest.raises(NotFound):
        decided(BACK, STARTED, EQUAL, SWITCHED, VersionDropped(**NEVER_REBUILT, **WHO))


def test_what_comes_too_late_of_a_rebuild_is_not_recorded() -> None:
    dropped = VersionDropped(**FIRST, **WHO)
    found = RecordComparison(**FIRST, position=9, documents=3, differences=0)
    assert decided(found, STARTED) == [EQUAL]
    assert decided(found, STARTED, dropped) == decided(found, STARTED, EQUAL) == []
    assert decided(RecordRebuildFailed(**FIRST, cause="SIGKILL"), STARTED, dropped) == []


def test_a_log_may_have_any_number_of_events() -> None:
    position, documents, differences = 3_000_000_001, 1_000_000_007, 1_000_009
    found = RecordComparison(**FIRST, position=position, documents=documents, differences=differences)
    [verified] = decided(found, STARTED)
    assert verified == RebuildVerified(**FIRST, position=position, documents=documents, differences=differences)


def test_versions_that_equal_the_log_are_kept_up_to_it_and_no_others() -> None:
    def followed(*events: Event) -> list[int]:
        models = READ_MODELS.fold(events)  # type: ignore[arg-type]
        return list(versions_of(models, "orders", 2).followed)

    assert followed() == followed(STARTED) == followed(STARTED, DIFFERENT) == [0]
    assert followed(STARTED, EQUAL) == followed(STARTED, EQUAL, SWITCHED) == [0, 1]
    assert followed(STARTED, EQUAL, SWITCHED, VersionDropped(**NEVER_REBUILT, **WHO)) == [1]


def test_another_form_of_a_view_has_versions_of_its_own() -> None:
    assert decided(START.model_copy(update={"form": 3}), STARTED) == [STARTED.model_copy(update={"form": 3})]
