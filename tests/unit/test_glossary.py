"""The glossary is true: its names exist, and no public class of the core goes unexplained."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
GLOSSARY = (ROOT / "docs" / "reference" / "glossary.md").read_text(encoding="utf-8")
CORE = ("domain", "event_store", "subscriptions", "streams")
PRODUCT = (
    *CORE,
    "concurrency",
    "text",
    "schemas",
    "identity",
    "edge",
    "command_api",
    "history",
    "query_api",
    "projectors",
    "bff",
    "aioutlet",
)
CLASS_NAME = re.compile(r"`([A-Z][A-Za-z]+)`")
PATH_NAME = re.compile(r"`([a-z_]+/[a-z_./]*)`")
ENTRY = re.compile(r"^- \*\*[^*]+\*\*", re.MULTILINE)


def classes(*folders: str) -> Iterator[tuple[Path, ast.ClassDef]]:
    """Every public class at the top of a module."""
    for path in sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                yield path.relative_to(ROOT), node


KNOWN = {node.name for _, node in classes(*PRODUCT)}
NAMED = sorted(set(CLASS_NAME.findall(GLOSSARY)))


@pytest.mark.parametrize("name", NAMED)
def test_every_class_of_the_glossary_exists(name: str) -> None:
    assert name in KNOWN


@pytest.mark.parametrize("name", sorted(set(PATH_NAME.findall(GLOSSARY))))
def test_every_folder_and_file_of_the_glossary_exists(name: str) -> None:
    assert (ROOT / name).exists()


@pytest.mark.parametrize(("path", "node"), list(classes(*CORE)), ids=lambda each: getattr(each, "name", None))
def test_every_public_class_of_the_core_is_explained(path: Path, node: ast.ClassDef) -> None:
    assert node.name in NAMED or ast.get_docstring(node), (
        f"{node.name} of {path}: a docstring, or a line in the glossary"
    )


def test_every_entry_says_something_and_none_twice() -> None:
    terms = ENTRY.findall(GLOSSARY)
    assert len(terms) > 40
    assert len(set(terms)) == len(terms)
    assert all(re.search(re.escape(term) + r"( \([^)]*\))?: \S", GLOSSARY) for term in terms)
