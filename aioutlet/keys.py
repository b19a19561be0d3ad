"""The embedded shop's own secrets: made at its first start, kept beside its data, readable by its owner alone."""

import secrets
from pathlib import Path

from aioutlet.settings import Settings

TOKEN_SECRET = "token.secret"
MASTER_KEY = "master.key"


def token_secret(settings: Settings) -> str:
    """What signs access tokens."""
    return settings.token_secret or _kept(settings.data / TOKEN_SECRET)


def master_key(settings: Settings) -> bytes:
    """What seals personal fields."""
    return (settings.master_key or _kept(settings.data / MASTER_KEY)).encode()


def _kept(path: Path) -> str:
    """The secret in `path`; a new one where there is none yet. A crash leaves none or all of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        draft = path.with_suffix(".new")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(48))
        draft.replace(path)
    return path.read_text().strip()
