"""Debian's Chromium, which the tests of the web drive; installed where it is missing and may be."""

import os
import shutil

from tests.services.debian import install
from tests.services.part import Say

NAMES = ("chromium", "chromium-browser", "google-chrome")
PACKAGES = ("chromium", "fonts-noto-core")


def find_chromium(*, say: Say) -> str:
    """Return the path of the browser.

    Raises:
        Missing: There is none, and it cannot be installed here.
    """
    found = _found()
    if found is None:
        install("Chromium", PACKAGES, say=say)
        found = _found()
    assert found, "the package brings no chromium"
    return found


def is_sandboxed() -> bool:
    """Whether the browser's sandbox can be used: as root it does not start."""
    return os.geteuid() != 0


def _found() -> str | None:
    return next(filter(None, map(shutil.which, NAMES)), None)
