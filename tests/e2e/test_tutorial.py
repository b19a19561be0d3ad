"""The tutorials, run as they are printed: their commands against a real shop, their outputs compared."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.e2e.running import ROOT, ShopProcess

PAGES = sorted((ROOT / "docs" / "tutorial").glob("*.md"))
SHOWN = {
    "bff": "http://localhost:4000",
    "commandApi": "http://127.0.0.1:8000",
    "queryApi": "http://127.0.0.1:8001",
    "log": "var/log.sqlite",
}
"""What the page prints for each address of the shop."""
OUTSIDE_MAKE = ("env", "-u", "MAKEFLAGS", "-u", "MAKELEVEL", "-u", "ARGS")
"""`make test` hands its own arguments on to every make within it."""
BETWEEN_STEPS = "\x1e"
STEP = re.compile(r"^```sh\n(?P<command>.*?)^```\n(?:\n```text\n(?P<shown>.*?)^```\n)?", re.MULTILINE | re.DOTALL)


class Step(NamedTuple):
    """A block of commands, and what the page shows as printed; `…` stands for anything."""

    command: str
    shown: str


def steps(page: str) -> list[Step]:
    return [Step(found["command"], found["shown"] or "") for found in STEP.finditer(page)]


def is_as_shown(printed: str, shown: str) -> bool:
    """Whether the parts of what is shown stand in what was printed, in their order; each `…` may be anything."""
    text = printed.strip()
    first, *between = [part.strip() for part in shown.strip().split("…")]
    if not between:
        return text == first
    last = between.pop()
    at, end = len(first), len(text) - len(last)
    for part in between:
        if (found := text.find(part, at, end)) < 0:
            return False
        at = found + len(part)
    return at <= end and text.startswith(first) and text.endswith(last)


def with_addresses(text: str, addresses: dict[str, str]) -> str:
    """The page's text, the default addresses replaced by those of this shop."""
    for name, default in SHOWN.items():
        text = text.replace(default, addresses[name])
    return text


@pytest.fixture(params=PAGES, ids=lambda page: page.stem)
def first_and_rest(request: pytest.FixtureRequest) -> tuple[Step, list[Step]]:
    first, *rest = steps(request.param.read_text(encoding="utf-8"))
    return first, rest


@pytest.fixture
def unopened(first_and_rest: tuple[Step, list[Step]], tmp_path: Path) -> Iterator[ShopProcess]:
    """The shop of the page's first command."""
    shop = ShopProcess(tmp_path / "var", command=(*OUTSIDE_MAKE, "bash", "-c", first_and_rest[0].command))
    yield shop
    shop.kill()


def test_the_tutorial_works_as_printed(unopened: ShopProcess, first_and_rest: tuple[Step, list[Step]]) -> None:
    first, rest = first_and_rest
    greeting = unopened.start()
    addresses = unopened.addresses()
    assert is_as_shown(greeting[greeting.index("  AIOutlet") :], with_addresses(first.shown, addresses))
    script = f"printf '{BETWEEN_STEPS}'\n".join(with_addresses(step.command, addresses) for step in rest)
    done = subprocess.run(
        ["bash", "-eu"],
        input=script,
        cwd=ROOT,
        env=unopened.environment,
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    printed = done.stdout.split(BETWEEN_STEPS)
    for step, output in zip(rest, printed, strict=False):
        assert is_as_shown(output, step.shown), f"{step.command}\nprinted\n{output}\n{done.stderr}"
    assert (done.returncode, len(printed)) == (0, len(rest)), done.stderr


@pytest.mark.parametrize(
    ("printed", "shown", "matches"),
    [
        ("a 1 b\n", "a … b\n", True),
        ("a\n1\n2\nb\n", "a\n…\nb\n", True),
        ("a 1 c\n", "a … b\n", False),
        ("a\nb\n", "a\n", False),
        ("", "", True),
        ("something", "", False),
    ],
)
def test_dots_stand_for_anything_and_nothing_else_does(printed: str, shown: str, matches: bool) -> None:
    assert is_as_shown(printed, shown) is matches
