"""The leaf hash of the Merkle log; its definition never changes."""

import hashlib
import struct


def leaf_hash(position: int, stream: str, version: int, state: bytes) -> bytes:
    """SHA-256 over `0x00`, position, stream, version and the exact stored bytes (RFC 6962, 2.1).

    Layout after the zero byte: position (u64), length of stream (u32), stream (UTF-8), version (u64),
    length of state (u64), state; all integers big-endian.
    """
    name = stream.encode()
    header = struct.pack(f">QI{len(name)}sQQ", position, len(name), name, version, len(state))
    return hashlib.sha256(b"\x00" + header + state).digest()
