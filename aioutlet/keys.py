"""The secrets of the embedded shop: created at its first start in its data folder, readable by its owner only."""

import secrets
from pathlib import Path

from aioutlet.data_folder import (
    LOG_KEY,
    MASTER_KEY,
    OLD_LOG_KEY,
    TOKEN_SECRET,
    UnusableFolder,
    locked_folder,
    make_folder,
    naming_faults,
    write_whole,
)
from aioutlet.settings import MIN_SECRET, Settings

REMEDIES = {
    TOKEN_SECRET: "remove it for a new one, after which no token issued so far is valid",
    LOG_KEY: "put it back from a backup, or remove it and the tree beside it: then the log is signed anew",
    OLD_LOG_KEY: "put it back from a backup, or remove it if `aioutlet audit key` prints the new key",
    MASTER_KEY: "put it back from a backup: without it no address recorded so far can be read",
}


def token_secret(settings: Settings) -> str:
    """Return the secret that signs access tokens.

    Raises:
        UnusableFolder: Its file cannot be used.
    """
    return settings.token_secret or _read_or_create(settings.data, TOKEN_SECRET)


def master_key(settings: Settings) -> bytes:
    """Return the master key that seals personal fields.

    Raises:
        UnusableFolder: Its file cannot be used.
    """
    return (settings.master_key or _read_or_create(settings.data, MASTER_KEY)).encode()


def old_master_key(settings: Settings) -> bytes | None:
    """Return the master key that was replaced, as long as something may be wrapped by it."""
    return settings.old_master_key.encode() if settings.old_master_key else None


def log_key(settings: Settings) -> bytes:
    """Return the secret from which the heads of the log's tree are signed.

    Raises:
        UnusableFolder: Its file cannot be used.
    """
    return (settings.log_key or _read_or_create(settings.data, LOG_KEY)).encode()


def old_log_key(settings: Settings) -> bytes | None:
    """Return the secret of the log key before, which hands the log over to the new one.

    Raises:
        UnusableFolder: Its file cannot be used.
    """
    if settings.log_key or settings.old_log_key:
        return settings.old_log_key.encode() if settings.old_log_key else None
    return _read(settings.data, OLD_LOG_KEY).encode() if (settings.data / OLD_LOG_KEY).exists() else None


def rotate_log_key(data: Path) -> None:
    """Replace the secret of the log key in its file, and keep the one before until the next time.

    Raises:
        UnusableFolder: A file cannot be written.
    """
    with naming_faults(data), locked_folder(data):
        write_whole(data / OLD_LOG_KEY, (data / LOG_KEY).read_bytes())
        write_whole(data / LOG_KEY, _new_secret())


def _read_or_create(data: Path, name: str) -> str:
    """Return the secret in a file of the folder, which is made once, however many processes start at the same time."""
    path = data / name
    make_folder(data)
    with naming_faults(data):
        if not path.exists():
            with locked_folder(data):
                if not path.exists():
                    write_whole(path, _new_secret())
    return _read(data, name)


def _read(data: Path, name: str) -> str:
    path = data / name
    with naming_faults(data):
        content = path.read_bytes()
    try:
        secret = content.decode().strip()
    except UnicodeDecodeError:
        secret = ""
    if len(secret) < MIN_SECRET or not secret.isprintable():
        words = f"{path} is no secret of {MIN_SECRET} or more printable characters"
        raise UnusableFolder(f"AIOUTLET_DATA: {words}; {REMEDIES[name]}")
    return secret


def _new_secret() -> bytes:
    return secrets.token_urlsafe(48).encode()
