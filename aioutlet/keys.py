"""The secrets of the embedded shop: created at its first start in its data folder, readable by its owner only."""

import secrets
from pathlib import Path

from aioutlet.settings import Settings

TOKEN_SECRET_FILE = "token.secret"
MASTER_KEY_FILE = "master.key"


def token_secret(settings: Settings) -> str:
    """Return the secret that signs access tokens."""
    return settings.token_secret or _read_or_create(settings.data / TOKEN_SECRET_FILE)


def master_key(settings: Settings) -> bytes:
    """Return the master key that seals personal fields."""
    return (settings.master_key or _read_or_create(settings.data / MASTER_KEY_FILE)).encode()


def _read_or_create(path: Path) -> str:
    """Return the secret in `path`, which is created if it does not exist; a crash leaves no partial file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        draft = path.with_suffix(".new")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(48))
        draft.replace(path)
    return path.read_text().strip()
