"""How the real parts are started, watched and given up, shown on parts that are nearly nothing."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.services import debian, jars, places
from tests.services.part import Missing, NotReady, Part, silent
from tests.services.process import Process
from tests.services.waiting import free_port, listens, until

LISTEN = """
import socket, sys, signal
signal.signal(signal.SIGTERM, {handler})
server = socket.create_server(("127.0.0.1", int(sys.argv[1])))
print("listening", flush=True)
while True:
    server.accept()[0].close()
"""


class Listener(Part):
    """Accepts connections."""

    name = "listener"
    what = "a listener"
    start_timeout = 5.0
    program = LISTEN.format(handler="signal.SIG_DFL")

    @property
    def url(self) -> str:
        return f"127.0.0.1:{self.port}"

    def install(self, *, system: bool) -> None: ...

    def initialise(self) -> None:
        self.data.mkdir()

    def command(self) -> Sequence[str]:
        return (sys.executable, "-c", self.program, str(self.port))

    def answers(self) -> bool:
        return listens(self.port)


class Broken(Listener):
    """Says what is wrong, and ends."""

    program = "print('no room on this disk'); raise SystemExit(3)"


class Silent(Listener):
    """Runs, and never answers."""

    start_timeout = 0.2
    program = "import signal; signal.pause()"


@pytest.fixture
def listener(tmp_path: Path) -> Iterator[Listener]:
    part = Listener(tmp_path)
    part.start()
    yield part
    part.kill()


def test_a_part_that_ends_at_once_is_told_with_the_last_words_of_its_log(tmp_path: Path) -> None:
    with pytest.raises(NotReady, match=r"listener ended at once(.|\n)*no room on this disk"):
        Broken(tmp_path).start()


def test_a_part_that_never_answers_is_given_up_and_not_left_running(tmp_path: Path) -> None:
    part = Silent(tmp_path)
    with pytest.raises(NotReady, match="does not answer"):
        part.start()
    assert part.process is None


def test_a_process_is_not_taken_for_another_that_got_its_number(listener: Listener) -> None:
    process = listener.process
    assert process is not None
    assert process.is_alive
    assert not Process(process.pid, process.started - 1).is_alive
    Process(process.pid, process.started - 1).send(signal.SIGKILL)
    assert listener.answers()


def test_killing_a_part_kills_its_children_too(tmp_path: Path) -> None:
    script = f"{sys.executable} -c 'import signal; signal.pause()' & wait"
    with subprocess.Popen(("/bin/sh", "-c", script), start_new_session=True) as shell:
        parent = Process.of(shell.pid)
        assert parent is not None
        assert until(lambda: len(parent.family) == 2, timeout=10)
        family = parent.family
        parent.kill()
    assert not any(each.is_alive for each in family)


def test_a_part_that_ignores_being_asked_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Stubborn(Listener):
        program = LISTEN.format(handler="signal.SIG_IGN")

    monkeypatch.setattr("tests.services.process.STOPPING", 0.2)
    part = Stubborn(tmp_path)
    part.start()
    part.stop()
    assert part.process is None


def test_a_free_port_is_not_one_the_system_gives_to_others() -> None:
    lowest = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    assert free_port() < lowest


def test_what_a_dead_session_left_is_cleared_away_and_what_a_living_one_uses_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(places, "PARTS", (Listener,))
    mine = places.session_home()
    me = Process.of(os.getpid())
    assert me is not None
    dead = tmp_path / mine.name.replace(f"-{me.started}-", f"-{me.started + 1}-")
    dead.mkdir()
    left, used = Listener(dead), Listener(mine)
    left.start()
    used.start()
    places.clear_away()
    assert (dead.exists(), left.process) == (False, None)
    assert used.answers()
    left.kill()
    used.kill()


def test_without_root_or_sudo_the_packages_to_install_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1_000)
    monkeypatch.setattr(shutil, "which", lambda name: None if name == "sudo" else f"/usr/bin/{name}")
    with pytest.raises(Missing, match="apt-get install postgresql"):
        debian.install("PostgreSQL", ("postgresql",), say=silent)


def test_jars_of_another_pom_are_kept_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jars, "HERE", tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "kafka.pom.xml").write_text("<one/>")
    one = jars.libraries("kafka")
    (tmp_path / "kafka.pom.xml").write_text("<two/>")
    assert jars.libraries("kafka") != one
    assert one.is_relative_to(tmp_path / "cache" / "aioutlet")


def test_a_tool_that_fails_leaves_no_half_of_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(shutil, "which", lambda name: name)
    monkeypatch.setattr(jars, "_done", _fails)
    with pytest.raises(Missing, match="no network"):
        jars.install("Apache Kafka", "kafka", system=False, say=silent)
    assert list((tmp_path / "aioutlet").iterdir()) == []


def _fails(what: str, command: tuple[str, ...]) -> None:
    raise Missing("no network")
