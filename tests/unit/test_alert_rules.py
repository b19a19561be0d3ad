"""The alerts fire on what our own metrics say, and lead to a page that says what to do."""

import asyncio
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import CollectorRegistry

from aioutlet import log_signing
from aioutlet.log_signing import LogSigning
from concurrency.background import background
from event_store.memory import memory_store
from event_store.records import ParkedCount
from history.proof.tree_folder import TreeFolder
from history.proof.tree_head import TreeDamaged
from streams.metrics import Metrics

ROOT = Path(__file__).parents[2]
RULES: list[dict[str, Any]] = [
    rule for group in yaml.safe_load((ROOT / "prometheus-rules.yml").read_text())["groups"] for rule in group["rules"]
]
EXPRESSION = re.compile(r"(?:max|sum)(?: by \((?P<label>\w+)\) )?\((?P<metric>\w+)\) > (?P<limit>\d+)")
"""All that our rules are made of."""
LASTING = re.compile(r"\d+[smh]")


@pytest.fixture
def registry() -> CollectorRegistry:
    return CollectorRegistry()


@pytest.fixture
def metrics(registry: CollectorRegistry) -> Metrics:
    """The metrics of a process in which nothing is wrong."""
    metrics = Metrics(registry)
    metrics.track_parked("saga", lambda: 0, lambda: 0)
    return metrics


@pytest.fixture(autouse=True)
def signing(registry: CollectorRegistry, tmp_path: Path) -> LogSigning:
    """Signs an empty log."""
    return LogSigning(memory_store(), TreeFolder(tmp_path), b"a secret of a signer of the tests", registry)


def fired(registry: CollectorRegistry) -> dict[str, set[str]]:
    """The alerts whose expression holds, with the values of the label that they are told apart by."""
    alerts: dict[str, set[str]] = {}
    for rule in RULES:
        found = EXPRESSION.fullmatch(rule["expr"])
        assert found, rule["expr"]
        samples = [
            sample for family in registry.collect() for sample in family.samples if sample.name == found["metric"]
        ]
        assert samples, f"nobody says {found['metric']}"
        above = [sample for sample in samples if sample.value > int(found["limit"])]
        if above:
            alerts[rule["alert"]] = {sample.labels.get(found["label"], "") for sample in above}
    return alerts


def test_where_nothing_is_wrong_nobody_is_called(metrics: Metrics, registry: CollectorRegistry) -> None:
    assert fired(registry) == {}


def test_what_is_parked_dead_and_stuck_each_has_its_alert_by_consumer(
    metrics: Metrics, registry: CollectorRegistry
) -> None:
    metrics.track_parked("payment", lambda: 3, lambda: 0)
    metrics.track_parked("inventory", lambda: 0, lambda: 1)
    metrics.show_timers(
        [ParkedCount("timer", "cart", "KeyError", False, 2), ParkedCount("timer", "saga", "poison", True, 1)]
    )
    metrics.stuck_sagas.set(1)
    assert fired(registry) == {
        "AIOutletParked": {"payment", "cart-timers"},
        "AIOutletDeadLetters": {"inventory", "saga-timers"},
        "AIOutletStuckSagas": {""},
    }
    metrics.show_timers([])
    assert fired(registry)["AIOutletDeadLetters"] == {"inventory"}


@pytest.mark.parametrize("rule", RULES, ids=[rule["alert"] for rule in RULES])
def test_every_alert_says_how_bad_it_is_and_where_to_read_on(rule: Mapping[str, Any]) -> None:
    assert rule["labels"]["severity"] in {"warning", "critical"}
    assert (ROOT / rule["annotations"]["runbook"]).is_file()
    assert "{{ $value }}" in rule["annotations"]["summary"]
    assert LASTING.fullmatch(rule.get("for", "0s"))


async def test_a_log_that_is_not_what_was_signed_has_its_alert_and_is_said_to_be_so(
    signing: LogSigning, metrics: Metrics, registry: CollectorRegistry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await signing.check()
    (tmp_path / "heads").write_text('"not a note"\n')
    said, is_said = list[str](), asyncio.Event()

    def error(words: str, **_: object) -> None:
        said.append(words)
        is_said.set()

    monkeypatch.setattr(log_signing.log, "error", error)
    async with asyncio.timeout(10), background(signing.run()):
        await is_said.wait()
    assert said == ["the log is not what was signed, and is signed no more"]
    assert fired(registry) == {"AIOutletLogDiffers": {""}}
    with pytest.raises(TreeDamaged):
        await signing.check()
