"""Java programs: what a `pom.xml` asks for, fetched once and kept in the user's cache."""

import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.services import debian
from tests.services.part import Missing, Say

HERE = Path(__file__).parent
JAVA = ("default-jdk-headless", "maven")
GOAL = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"
TIMEOUT = 600.0
OPTIONS = ("-XX:+UseSerialGC", "-Xshare:auto")
QUICK_START = "-XX:TieredStopAtLevel=1"
"""Ready sooner, and half as fast once warm."""


def options(*, is_measured: bool) -> tuple[str, ...]:
    """How java runs: for tests ready soon, for a bench as fast as its users run it."""
    return OPTIONS if is_measured else (*OPTIONS, QUICK_START)


def java() -> str:
    """The java command."""
    return shutil.which("java") or "java"


def libraries(name: str) -> Path:
    """Where the jars of `<name>.pom.xml` are, or will be: another pom or source is another folder."""
    content = b"".join(path.read_bytes() for path in _sources(name))
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache / "aioutlet" / f"{name}-{hashlib.sha256(content).hexdigest()[:16]}"


def install(what: str, name: str, *, system: bool, say: Say) -> None:
    """Make sure of java and of the jars of `<name>.pom.xml`, with our own source beside them compiled.

    Raises:
        Missing: There is no java and we may not install it, or the jars cannot be fetched.
    """
    there = libraries(name)
    if there.exists() and shutil.which("java"):
        return
    needed = ("java", "javac", "mvn")
    if not all(map(shutil.which, needed)):
        if not system:
            raise debian.missing(what, JAVA)
        debian.install(what, JAVA, say=say)
    if not there.exists():
        say(f"{what}: fetching its jars into {there}")
        _placed(there, lambda draft: _fetch(what, name, draft))


def classpath(name: str) -> str:
    """What java's `-cp` takes."""
    return f"{libraries(name)}/*:{libraries(name)}"


def _sources(name: str) -> list[Path]:
    return [HERE / f"{name}.pom.xml", *sorted((HERE / name).glob("*.java"))]


def _placed(there: Path, make: Callable[[Path], None]) -> None:
    """Make a folder elsewhere and move it into place whole: nobody finds half of it."""
    there.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f"{there.name}-", dir=there.parent))
    try:
        make(draft)
        draft.chmod(0o755)
        if not there.exists():
            draft.rename(there)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _fetch(what: str, name: str, draft: Path) -> None:
    pom, *sources = _sources(name)
    shutil.copy(pom, draft / "pom.xml")
    options = ("-q", "-B", "-DincludeScope=runtime", f"-DoutputDirectory={draft}")
    _done(what, ("mvn", *options, "-f", str(draft / "pom.xml"), GOAL))
    if sources:
        _done(what, ("javac", "-cp", f"{draft}/*", "-d", str(draft), *map(str, sources)))


def _done(what: str, command: tuple[str, ...]) -> None:
    result = subprocess.run(
        command, stdin=subprocess.DEVNULL, check=False, capture_output=True, text=True, timeout=TIMEOUT
    )
    if result.returncode:
        said = (result.stdout + result.stderr).strip()
        raise Missing(f"{what}: `{command[0]}` failed; is Maven Central reachable?\n{said}")
