"""Writes the icons that show products: `make pictures`, which needs npm.

They are those that `schemas/pictures/table.json` names, and all food and drink, for products to name themselves.
"""

import hashlib
import io
import subprocess
import tarfile
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import orjson

from schemas.pictures.choosing import picture_table

ICON_SET = "@iconify-json/fluent-emoji-flat@1.2.6"
"""Fluent Emoji by Microsoft, MIT; `bff/pictures/LICENSE.txt` has its licence."""
SHA256 = "7d064769dee690815f823bc5bcc511d957198caf9f5edd8dd9c1aa48a6aeb175"
CHOSEN_BY_PRODUCTS = "Food & Drink"
ROOT = Path(__file__).parents[2]
ICONS, INDEX = ROOT / "bff" / "pictures" / "icons", ROOT / "schemas" / "pictures" / "icons.json"
HASH_LENGTH = 12


class UnexpectedIcons(Exception):
    """The package is not the one that was looked at."""


def main() -> None:
    """Write the icons and their index, and remove those that are not chosen any more."""
    package = read_package(download())
    pictures = {name: draw(package["icons"], name) for name in chosen(package["metadata"])}
    ICONS.mkdir(exist_ok=True)
    for file in ICONS.glob("*.svg"):
        file.unlink()
    for name, picture in pictures.items():
        (ICONS / f"{name}.svg").write_bytes(picture)
    hashes = {name: hash_of(picture) for name, picture in pictures.items()}
    INDEX.write_bytes(orjson.dumps(hashes, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))


def download() -> bytes:
    """Return the package of the icon set.

    Raises:
        UnexpectedIcons: Its content is another.
        subprocess.CalledProcessError: npm cannot get it.
    """
    with tempfile.TemporaryDirectory() as folder:
        command = ("npm", "pack", "--silent", "--pack-destination", folder, ICON_SET)
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - constants
        [archive] = Path(folder).glob("*.tgz")
        content = archive.read_bytes()
    if hashlib.sha256(content).hexdigest() != SHA256:
        raise UnexpectedIcons(f"{ICON_SET} has another content than when it was chosen")
    return content


def read_package(archive: bytes) -> dict[str, Any]:
    """Return the JSON files of the package, by name."""
    with tarfile.open(fileobj=io.BytesIO(archive)) as package:
        members = {name: package.extractfile(f"package/{name}.json") for name in ("icons", "metadata")}
        return {name: orjson.loads(file.read()) for name, file in members.items() if file}


def chosen(metadata: Mapping[str, Any]) -> Iterable[str]:
    """Return the names of the icons that are written, in order."""
    return sorted(picture_table().icons() | {*metadata["categories"][CHOSEN_BY_PRODUCTS]})


def draw(icons: Mapping[str, Any], name: str) -> bytes:
    """Return one icon as a file of its own."""
    size = icons["width"], icons["height"]
    view = "0 0 {} {}".format(*size)
    body = icons["icons"][name]["body"]
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{view}">{body}</svg>\n'.encode()


def hash_of(picture: bytes) -> str:
    """Return what tells one content of an icon from another."""
    return hashlib.sha256(picture).hexdigest()[:HASH_LENGTH]


if __name__ == "__main__":
    main()
