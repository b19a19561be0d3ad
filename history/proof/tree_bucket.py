"""A tree at an S3-compatible address: 256 hashes are an object, each head is one, and no object is ever overwritten."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from urllib.parse import parse_qs, unquote, urlsplit

from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.store import S3Store

from history.proof.frontier import HEIGHT, WIDTH, Levels
from history.proof.signed_note import text_of
from history.proof.tree_head import TreeDamaged, TreeHead
from history.proof.tree_store import TreeStore, missing, split_hashes

KEYS, HEADS = "keys/", "heads/"
REGION = "us-east-1"
"""Where none is named; most addresses that are not Amazon's take any."""
PAGE = 1_000
"""Names in one answer."""
AT_ONCE = 16
"""Heads that are read at the same time."""
TIMEOUT, RETRIES = timedelta(seconds=5), 3
RIGHTS = "they need the right to list, read and create objects under the prefix"
REMEDIES = {
    "401 Unauthorized": f"the address refuses this key and secret; {RIGHTS}",
    "403 Forbidden": f"the address refuses this key and secret; {RIGHTS}",
    "NoSuchBucket": "there is no such bucket at this address; create it",
}
"""What helps, by a sign of it in the answer."""
NO_ANSWER = "the address does not answer as S3 does"


class TreeBucket(TreeStore):
    """Objects under the prefix of a bucket.

    `hashes-0/000000000000000` has the first 256 leaves. Hashes of a level that are fewer have their number behind a
    point, as in `hashes-0/000000000000001.044`. `heads/00000000000000000300` is the note of the head of 300 leaves.
    """

    def __init__(self, address: str) -> None:
        """Take an address, `s3://key:secret@host/bucket/prefix?region=…`; `s3+http://` is without TLS."""
        url = urlsplit(address)
        bucket, _, prefix = url.path.strip("/").partition("/")
        is_plain = url.scheme == "s3+http"
        self._store = S3Store(
            bucket,
            prefix=prefix or None,
            endpoint=f"{'http' if is_plain else 'https'}://{url.netloc.rpartition('@')[2]}",
            region=parse_qs(url.query).get("region", [REGION])[0],
            access_key_id=unquote(url.username or ""),
            secret_access_key=unquote(url.password or ""),
            virtual_hosted_style_request=False,
            client_options={"allow_http": is_plain, "timeout": TIMEOUT},
            retry_config={"max_retries": RETRIES, "retry_timeout": TIMEOUT},
        )
        self._seen = 0

    def keys(self) -> list[str]:
        with _explaining():
            found = self._store.list(KEYS).collect()
        return [key for name in sorted(each["path"] for each in found) if (key := self._get_text(name))]

    def newest_head(self) -> str | None:
        size = self._newest_size()
        return self._get_text(_head_name(size)) if size else None

    def heads(self) -> Iterator[str]:
        with ThreadPoolExecutor(AT_ONCE) as threads:
            after = 0
            while sizes := self._sizes(after):
                yield from filter(None, threads.map(self._get_text, map(_head_name, sizes)))
                after = sizes[-1]

    def hashes(self, level: int, first: int, end: int) -> list[bytes]:
        found: list[bytes] = []
        for tile in range(first >> HEIGHT, -(-end >> HEIGHT)):
            begins = tile << HEIGHT
            found += self._tile(level, tile)[max(0, first - begins) : end - begins]
        if len(found) < end - first:
            raise missing(level, end)
        return found

    def add(self, size: int, levels: Levels, note: str, key: str) -> None:
        known = self.keys()
        for number, new in enumerate(self._new_keys(known, note, key), len(known) + 1):
            if self._create(f"{KEYS}{number:04}", new.encode()) is not None:
                raise TreeDamaged(f"the tree has another key {number}")
        if additions := self._additions(self._newest_size(), size, levels):
            for addition in additions:
                self._create_tiles(*addition)
            self._create_head(note)

    def _tile(self, level: int, tile: int) -> list[bytes]:
        """Return the hashes of a tile that the newest head covers."""
        width = (self._seen >> HEIGHT * level) - (tile << HEIGHT)
        if width < WIDTH:
            width = (self._newest_size() >> HEIGHT * level) - (tile << HEIGHT)
        content = self._get(_tile_name(level, tile, min(width, WIDTH))) if width > 0 else None
        return split_hashes(content or b"")

    def _create_tiles(self, level: int, first: int, hashes: list[bytes]) -> None:
        begins = first >> HEIGHT << HEIGHT
        whole = [*self.hashes(level, begins, first), *hashes]
        for at in range(0, len(whole), WIDTH):
            tile = whole[at : at + WIDTH]
            name = _tile_name(level, begins + at >> HEIGHT, len(tile))
            if self._create(name, b"".join(tile)) is not None:
                raise TreeDamaged(f"the tree has other hashes in {name}")

    def _create_head(self, note: str) -> None:
        """Keep a head; where another signer was as far, its head is as good if it has the same root."""
        head = TreeHead.of_text(text_of(note))
        there = self._create(_head_name(head.size), note.encode())
        if there is not None and TreeHead.of_text(text_of(there.decode(errors="replace"))).root != head.root:
            raise TreeDamaged(f"the tree has another head of {head.size} leaves")

    def _newest_size(self) -> int:
        """Return how many leaves the newest head covers: those after the last seen are asked for, ever farther on."""
        seen, jump = self._seen, 0
        while jump >= 0:
            sizes = self._sizes(seen + jump)
            seen = sizes[-1] if sizes else seen
            if len(sizes) == PAGE:
                jump = max(PAGE, jump * 4)
            elif sizes or not jump:
                jump = -1
            else:
                jump = jump // 4 if jump > PAGE else 0
        self._seen = max(self._seen, seen)  # others may ask meanwhile
        return seen

    def _sizes(self, after: int) -> list[int]:
        """Return the sizes of the next heads, at most a page."""
        with _explaining():
            page = next(iter(self._store.list(HEADS, offset=_head_name(after), chunk_size=PAGE)), [])
        return [_size_of(each["path"]) for each in page]

    def _get_text(self, name: str) -> str | None:
        content = self._get(name)
        return None if content is None else content.decode(errors="replace")

    def _get(self, name: str) -> bytes | None:
        with _explaining():
            try:
                return bytes(self._store.get(name).bytes())
            except FileNotFoundError:
                return None

    def _create(self, name: str, content: bytes) -> bytes | None:
        """Keep an object, durably; return what is there in its place if that is another."""
        with _explaining():
            try:
                self._store.put(name, content, mode="create")
            except AlreadyExistsError:
                there = self._get(name)
                return None if there == content else there
        return None


@contextmanager
def _explaining() -> Iterator[None]:
    """Raise as an error of the operating system, with what helps and without any secret, what the address answers."""
    try:
        yield
    except (BaseError, FileNotFoundError) as error:
        words = next((words for sign, words in REMEDIES.items() if sign in str(error)), NO_ANSWER)
        raise OSError(f"AIOUTLET_TREE: {words}") from None


def _head_name(size: int) -> str:
    return f"{HEADS}{size:020}"


def _size_of(name: str) -> int:
    size = name.removeprefix(HEADS)
    if not size.isdecimal():
        raise TreeDamaged(f"{name} is no head of the tree")
    return int(size)


def _tile_name(level: int, tile: int, width: int) -> str:
    return f"hashes-{level}/{tile:015}" + (f".{width:03}" if width < WIDTH else "")
