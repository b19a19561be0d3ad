"""Peers in JavaScript: installed from their locks into the folder that asks for them."""

import asyncio
import shutil
from pathlib import Path

from tests.services.part import Missing

INSTALL = ("npm", "ci", "--no-audit", "--no-fund", "--no-update-notifier", "--ignore-scripts")
TIMEOUT = 300.0


async def installed(folder: Path) -> None:
    """Install what `folder/package-lock.json` pins, unless it is there.

    Raises:
        Missing: There is no Node.js, or npm cannot install; the message says what to do.
    """
    if shutil.which("node") is None or shutil.which("npm") is None:
        raise Missing(f"{folder.name} needs Node.js 20 or newer, with npm: `apt-get install nodejs npm`")
    done, lock = folder / "node_modules" / ".package-lock.json", folder / "package-lock.json"
    if done.exists() and done.stat().st_mtime >= lock.stat().st_mtime:
        return
    npm = await asyncio.create_subprocess_exec(
        *INSTALL, cwd=folder, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    said, _ = await asyncio.wait_for(npm.communicate(), TIMEOUT)
    if npm.returncode:
        raise Missing(f"npm could not install {folder.name}:\n{said.decode().strip()}")
