"""What the written pages name is there: links, paths, commands, settings, events, metrics, tests."""

import re
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import AsyncMock

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from typer.main import get_command

from aioutlet.cli import app
from aioutlet.log_signing import LogSigning
from aioutlet.pages.errors import errors
from aioutlet.pages.settings import variable
from aioutlet.settings import Settings
from bff import cookies
from bff.product_views import ViewCounter
from bff.view_recording import ViewRecording
from edge.denial_recording import DenialRecording
from edge.denials import DenialCounter
from edge.metrics import HttpMetrics
from edge.rate_limits import RateLimiter
from event_store.postgres.schema import READER, WRITER
from schemas.registry import EVENTS
from streams.metrics import Metrics

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
README = ROOT / "README.md"
WRITTEN = [README, ROOT / "CHANGELOG.md", *(p for p in sorted(DOCS.rglob("*.md")) if p.parent.name != "reference")]
SECTIONS = {"tutorial", "how-to", "reference", "explanation", "decisions"}
DECISIONS = sorted((DOCS / "decisions").glob("*.md"))
COOKIES = {cookies.ACCESS, cookies.REFRESH, cookies.CSRF, cookies.WRITTEN, cookies.GUEST}
IMAGINED = {"order.gift.wrapped"}
"""The event that the page about adding an event adds."""

FENCE = re.compile(r"^ *```.*?^ *```", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"`([^`]+)`")
LINK = re.compile(r"\]\(([^)\s]+)\)")

pages = pytest.mark.parametrize("page", WRITTEN, ids=lambda page: str(page.relative_to(ROOT)))


def text(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def spans(page: Path) -> list[str]:
    """What stands between single backticks."""
    return SPAN.findall(FENCE.sub("", text(page)))


def code(page: Path) -> str:
    """Everything in backticks, one or three."""
    return "\n".join([*spans(page), *FENCE.findall(text(page))])


@pages
def test_every_link_within_the_repository_leads_somewhere(page: Path) -> None:
    for link in LINK.findall(FENCE.sub("", text(page))):
        if "://" not in link:
            assert (page.parent / link.partition("#")[0]).exists(), link


@pages
def test_every_path_named_exists(page: Path) -> None:
    folders = {path.name for path in ROOT.iterdir() if path.is_dir()}
    named = [span for span in spans(page) if re.fullmatch(r"[\w.-]+/[\w./-]*", span)]
    for path in named:
        assert path.partition("/")[0] not in folders or path.startswith("var/") or (ROOT / path).exists(), path


@pages
def test_every_make_target_named_exists(page: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", text(ROOT / "Makefile"), re.MULTILINE))
    assert set(re.findall(r"\bmake ([a-z][a-z-]*)", code(page))) <= targets


@pages
def test_every_setting_named_exists(page: Path) -> None:
    settings = {variable(name) for name in Settings.model_fields}
    assert {name for name in re.findall(r"AIOUTLET_\w*", text(page)) if name != "AIOUTLET_"} <= settings


@pages
def test_every_command_named_exists(page: Path) -> None:
    commands = get_command(app).commands  # type: ignore[attr-defined]  # a group
    assert set(re.findall(r"\baioutlet ([a-z][a-z-]*)\b", code(page))) <= set(commands)


def test_every_option_of_the_journey_that_is_shown_exists() -> None:
    journey = get_command(app).commands["journey"]  # type: ignore[attr-defined]  # a group
    shown = set(re.findall(r"--[a-z-]+", code(DOCS / "how-to" / "run-a-journey.md")))
    assert "--orders" in shown
    assert shown <= {option for parameter in journey.params for option in parameter.opts} | {"--help"}


@pages
def test_every_event_named_exists(page: Path) -> None:
    subjects = {name.partition(".")[0] for name in EVENTS}
    named = {span for span in spans(page) if re.fullmatch(r"[a-z]+(\.[a-z]+)+", span)}
    assert {name for name in named if name.partition(".")[0] in subjects} <= EVENTS.keys() | IMAGINED


@pages
def test_every_error_code_named_exists(page: Path) -> None:
    named = re.findall(r"\[`(\w+)`\]\([^)]*errors\.md\)", text(page))
    assert set(named) <= {error.code for error in errors()}


@pages
def test_every_metric_role_and_cookie_named_exists(page: Path) -> None:
    registry = CollectorRegistry()
    Metrics(registry)
    HttpMetrics(registry)
    DenialRecording(DenialCounter(), AsyncMock(), registry=registry)
    RateLimiter(None, registry=registry)
    ViewRecording(ViewCounter(), AsyncMock(), registry=registry)
    LogSigning(AsyncMock(), AsyncMock(), b"", registry)
    described = set(re.findall(r"^# HELP (\w+) ", generate_latest(registry).decode(), re.MULTILINE))
    assert {span for span in spans(page) if span.startswith("aioutlet_")} <= described | {WRITER, READER} | COOKIES


def test_every_test_named_exists() -> None:
    defined = {name for path in (ROOT / "tests").rglob("test_*.py") for name in defined_in(path)}
    for page in WRITTEN:
        assert {span for span in spans(page) if re.fullmatch(r"test_\w+", span)} <= defined


def defined_in(path: Path) -> Iterator[str]:
    yield from re.findall(r"def (test_\w+)", text(path))


def test_every_guarantee_names_tests() -> None:
    rows = re.findall(r"^\| (G\d+) \|.*\| ([^|]+) \|$", text(DOCS / "explanation" / "guarantees.md"), re.MULTILINE)
    assert [name for name, _ in rows] == [f"G{number}" for number in range(1, 12)]
    assert all("`test_" in shown for _, shown in rows)


def test_the_readmes_commands_are_those_of_ci() -> None:
    blocks = re.findall(r"^```\n(make [^\n]+)\n```$", text(README), re.MULTILINE)
    assert blocks == ["make run", "make test"]
    assert {"make check", "make test"} <= {
        line.partition("#")[0].strip() for line in text(ROOT / ".ci/run").split("\n")
    }


def test_the_readme_greets_as_the_tutorial_does() -> None:
    """The tutorial's greeting is compared with a real shop's."""
    greeting = re.compile(r"  AIOutlet is open\.\n.*?^```", re.MULTILINE | re.DOTALL)
    [readme] = greeting.findall(text(README))
    assert greeting.findall(text(DOCS / "tutorial" / "first-order.md")) == [readme]


def test_every_page_is_in_a_section_of_the_navigation() -> None:
    navigation = text(DOCS / ".nav.yml")
    assert all(f"glob: {section}/*" in navigation for section in SECTIONS)
    found = {str(page.relative_to(DOCS).parent) for page in DOCS.rglob("*.md") if page != DOCS / "index.md"}
    assert found == SECTIONS


def test_decisions_are_numbered_without_a_gap() -> None:
    assert [int(page.name[:4]) for page in DECISIONS] == list(range(1, len(DECISIONS) + 1))


@pytest.mark.parametrize("page", DECISIONS, ids=lambda page: page.stem)
def test_a_decision_says_why_what_and_what_else(page: Path) -> None:
    assert text(page).startswith(f"# {page.name[:4]} ")
    parts = re.findall(r"^\*\*(\w+)\.\*\*", text(page), re.MULTILINE)
    assert parts == ["Context", "Decision", "Consequences", "Alternatives"]
