"""Keys of a purpose, derived from one secret by HKDF-SHA256 (RFC 5869)."""

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32


def derive(secret: bytes, purpose: str) -> bytes:
    """Return the key of 256 bits for a purpose; those of different purposes tell nothing of each other."""
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=f"aioutlet {purpose}".encode()).derive(secret)
