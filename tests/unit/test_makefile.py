"""Every door of the repository says what it does, and one of them leaves nothing out."""

import os
import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
OF_THE_CALLER = {"MAKEFLAGS", "MAKELEVEL", "MFLAGS", "SERVICES_REQUIRED"}
"""What a `make test` around this one would pass on."""


def would_run(*goals: str) -> str:
    """The commands of these goals, in their order; none of them is run."""
    environment = {name: value for name, value in os.environ.items() if name not in OF_THE_CALLER}
    command = ("make", "--dry-run", "--directory", str(ROOT), *goals)
    return subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout


def test_every_target_is_listed_with_what_it_does() -> None:
    [phony] = re.findall(r"^\.PHONY: (.+)$", MAKEFILE, re.MULTILINE)
    assert sorted(re.findall(r"^([a-z-]+):.*## .", MAKEFILE, re.MULTILINE)) == sorted(phony.split())


def test_installing_leaves_bytecode_of_everything_also_where_python_writes_none() -> None:
    said = would_run("--always-make", "run")
    installs = re.findall(r"^.*/uv pip install .*$", said, re.MULTILINE)
    assert installs
    assert all("--compile-bytecode" in each for each in installs)
    [compiled] = re.findall(r"-m compileall -q (.+)$", said, re.MULTILINE)
    assert set(compiled.split()) == {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests"}
    assert said.index("compileall") < said.index("aioutlet run")


def test_all_is_the_suite_with_nothing_skipped_and_then_the_matrix() -> None:
    said = would_run("test-all", "ARGS=--exitfirst")
    [suite] = re.findall(r"^SERVICES_REQUIRED=1 SCHEMATHESIS_CASES=200 make .*test SELECT=$", said, re.MULTILINE)
    assert said.index(suite) < said.index("--dist worksteal  --exitfirst\n") < said.index("-m tests.cluster journey")
    assert said.index("-m tests.cluster matrix") < said.index("-m tests.cluster journey")
    assert said.count("--exitfirst") == 1
