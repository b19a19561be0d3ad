"""What the web shares with the code behind it: the BFF's types, the codes of refusals; and what it is built from."""

import json
import os
import re
import subprocess
from pathlib import Path

from aioutlet.pages.errors import errors
from schemas.registry import EVENTS

ROOT = Path(__file__).parents[2]
WEB = ROOT / "web"
WITH_NODE = {**os.environ, "PATH": f"{ROOT / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}"}
"""The machine's Node, or that of requirements/web.lock: as the Makefile finds it."""


def test_the_types_of_the_bff_are_current() -> None:
    command = ("npm", "--prefix", str(WEB), "run", "--silent", "api-check")
    done = subprocess.run(command, env=WITH_NODE, check=False, capture_output=True, text=True)
    assert done.returncode == 0, f"run `make reference`\n{done.stdout}{done.stderr}"


def test_refusals_that_have_words_are_refusals_of_ours() -> None:
    words = (WEB / "src/strings/errors.ts").read_text()
    [said] = re.findall(r"problems: [^{]*\{(.*?)^\};", words, re.MULTILINE | re.DOTALL)
    assert set(re.findall(r"^  (\w+): \{", said, re.MULTILINE)) <= {error.code for error in errors()} | {"internal"}


def test_every_event_has_words_and_no_other() -> None:
    words = (WEB / "src/strings/events.ts").read_text()
    assert re.findall(r'^  "([a-z.]+)": "', words, re.MULTILINE) != []
    assert {*re.findall(r'^  "([a-z.]+)": "', words, re.MULTILINE)} == {*EVENTS}


def test_the_lock_names_no_host_and_every_package_has_a_hash() -> None:
    packages = json.loads((WEB / "package-lock.json").read_text())["packages"]
    del packages[""]
    assert packages
    assert all("integrity" in each and "resolved" not in each for each in packages.values())


def test_releases_are_pinned() -> None:
    package = json.loads((WEB / "package.json").read_text())
    wanted = package["dependencies"] | package["devDependencies"]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", release) for release in wanted.values()), wanted
