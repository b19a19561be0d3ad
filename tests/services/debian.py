"""Programs from Debian's packages, installed where we may and asked for where we may not."""

import os
import shutil
import subprocess
from collections.abc import Sequence

from tests.services.part import Missing, Say

APT = ("apt-get", "-o", "DPkg::Lock::Timeout=120", "-q", "-y")
TIMEOUT = 900.0


def missing(what: str, packages: Sequence[str]) -> Missing:
    """What to tell somebody whose machine lacks these."""
    wanted = " ".join(packages)
    return Missing(f"{what} is not installed: run `make services` as root, or `apt-get install {wanted}` yourself")


def install(what: str, packages: Sequence[str], *, say: Say) -> None:
    """Install packages without letting any of them start a server.

    Raises:
        Missing: We are no root and have no sudo, or apt-get says no.
    """
    become = become_root()
    if shutil.which("apt-get") is None or become is None:
        raise missing(what, packages)
    say(f"{what}: installing {' '.join(packages)}")
    asked_nothing = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = (*become, *APT, "install", "--no-install-recommends", *packages)
    for command in (install, (*become, *APT, "update"), install):
        done = subprocess.run(command, check=False, env=asked_nothing, capture_output=True, text=True, timeout=TIMEOUT)
        if done.returncode == 0 and command is install:
            return
    raise Missing(f"{what}: apt-get could not install {' '.join(packages)}:\n{done.stderr.strip()}")


def become_root() -> Sequence[str] | None:
    """What to put before a command to run it as root; None where we cannot."""
    if os.geteuid() == 0:
        return ()
    sudo = shutil.which("sudo")
    if sudo and subprocess.run((sudo, "-n", "true"), check=False, capture_output=True).returncode == 0:
        return (sudo, "-n", "--preserve-env=DEBIAN_FRONTEND")
    return None
